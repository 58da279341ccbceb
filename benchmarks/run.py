"""Run the benchmarks: `python benchmarks/run.py [names]`.

Prints a table as it goes: minimum, median and maximum over the rounds, the ratio to the floor of
the same run, what is required of it and whether that is met. Everything it needs it makes in a
temporary folder (TMPDIR says where; a disk, not memory).
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.ground import POSTGRES, SQLITE
from harness.measuring import Figure
from harness.postgres import server
from harness.reporting import Report
from harness.setting import Setting
from jobs import (
    approving,
    bulk,
    deciding,
    delivering,
    documents,
    peers,
    reading,
    seeing,
    together,
    writing,
)

Job = Callable[[Setting], Iterator[Figure]]
OURS: dict[str, Job] = {
    "place": writing.place,
    "action": writing.action,
    "tax": writing.tax,
    "bulk": bulk.bulk,
    "memory": bulk.memory,
    "connections": together.connections,
    "host": together.host,
    "page": reading.page,
    "detail": reading.detail,
    "verify": reading.verify,
    "decide": deciding.decide,
    "documents": documents.documents,
    "held": approving.held,
    "deliver": delivering.deliver,
    "supplier": seeing.supplier_page,
}
PEERS: dict[str, Job] = {"tryton": peers.tryton, "oscar": peers.oscar}
JOBS = OURS | PEERS


def main(arguments: list[str] | None = None) -> int:
    """Run the named jobs, or all; with `--require` answers 1 if something required is missed."""
    given = _read(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is stopped
    report = Report(given.json, judges=not given.quick)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="orderloom-bench-")))
        folder.chmod(0o755)
        database = folder / "postgres"
        database.mkdir()
        setting = Setting(
            folder=folder,
            server=stack.enter_context(server(database)) if POSTGRES in given.on else None,
            databases=tuple(given.on),
            rounds=1 if given.quick else given.rounds,
            quick=given.quick,
        )
        for name in given.names or (OURS if given.quick else JOBS):
            report.take(JOBS[name](setting))
    return 1 if report.missed and given.require else 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(JOBS))
    parser.add_argument("--on", nargs="+", choices=(SQLITE, POSTGRES), default=[POSTGRES, SQLITE])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run in tiny numbers, without the peers"
    )
    parser.add_argument("--require", action="store_true", help="fail if a ratio is missed")
    parser.add_argument("--json", type=Path, help="append each figure to this file as JSON")
    given = parser.parse_args(arguments)
    if unknown := set(given.names) - set(JOBS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose of: {', '.join(JOBS)}")
    return given


if __name__ == "__main__":
    sys.exit(main())
