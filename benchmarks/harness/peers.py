"""Other order systems, each in an environment of its own, taking turns with ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs

_HERE = Path(__file__).resolve().parents[1]
_ENVIRONMENTS = _HERE / ".peers"

TRYTON = ("trytond==8.2.*", "trytond-purchase==8.2.*", "proteus==8.2.*", "psycopg[binary,pool]")
OSCAR = ("django-oscar==4.2.*", "psycopg[binary]", "sorl-thumbnail")


@attrs.frozen
class Peer:
    """A running peer."""

    name: str
    versions: dict[str, str]
    _asked: IO[str]
    _answers: IO[str]

    def job(self, name: str, most: int) -> PeerJob:
        """One of its jobs, done so many times at most in a round."""
        return PeerJob(self, name, most)

    def turn(self, job: str, count: int) -> float:
        print(json.dumps({"job": job, "count": count}), file=self._asked, flush=True)
        answer = self._answers.readline()
        if not answer:
            raise RuntimeError(f"{self.name} ended while it was asked for {job}")
        seconds: float = json.loads(answer)["seconds"]
        return seconds


@attrs.frozen
class PeerJob:
    peer: Peer
    name: str
    most: int

    def seconds(self, count: int) -> float:
        return self.peer.turn(self.name, min(count, self.most))


@contextmanager
def peer(name: str, packages: Sequence[str], arguments: Sequence[str], log: Path) -> Iterator[Peer]:
    """Start a peer; its environment is made the first time.

    Args:
        name: of its script ("tryton" runs peers/with_tryton.py).
        packages: what its environment holds.
        arguments: of its script.
        log: file that takes what it says besides.
    """
    python, script = _environment(name, packages), _HERE / "peers" / f"with_{name}.py"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(python), "-W", "ignore", str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=log.parent,
        )
        asked, answers = _piped(process)
        try:
            said = answers.readline()
            if not said:
                raise RuntimeError(f"{name} did not start:\n{log.read_text()[-4000:]}")
            yield Peer(name, json.loads(said)["versions"], asked, answers)
        finally:
            asked.close()
            process.wait()
            answers.close()


def _environment(name: str, packages: Sequence[str]) -> Path:
    place = _ENVIRONMENTS / name
    python = place / "bin" / "python"
    made = place / "made-of"
    wanted = "\n".join(packages)
    if not made.exists() or made.read_text() != wanted:
        print(f"Installing {name} …", file=sys.stderr, flush=True)
        uv = shutil.which("uv")
        venv.create(place, clear=True, symlinks=True, with_pip=not uv)
        pip = [str(python), "-m", "pip", "install"]
        install = [uv, "pip", "install", "-p", str(python)] if uv else pip
        _call([*install, *packages])
        made.write_text(wanted)
    return python


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")


def _piped(process: subprocess.Popen[str]) -> tuple[Any, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
