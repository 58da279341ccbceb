"""Figures that `run.py --json FILE` kept, as the tables of docs/benchmarks.md.

Usage: python benchmarks/markdown.py FILE
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

HEAD = """\
| | min | median | max | | ratio | required |
|---|---|---|---|---|---|---|"""


def rows(figures: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each figure; a job's name stands above its figures."""
    for job, group in groupby(figures, lambda figure: str(figure["job"])):
        yield f"| **{job}** | | | | | | |"
        for figure in group:
            numbers = " | ".join(_short(figure[name]) for name in ("min", "median", "max"))
            ratio = f"{figure['ratio']:.2f} of {figure['base']}" if figure["base"] else ""
            required = figure["required"] or ""
            if required:
                required = f"{required}: {'met' if figure['met'] else '**missed**'}"
            yield f"| {figure['variant']} | {numbers} | {figure['unit']} | {ratio} | {required} |"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


if __name__ == "__main__":
    kept = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    print(HEAD, *rows(kept), sep="\n")
