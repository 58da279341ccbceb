"""Figures as a table for people and as JSON lines for programs."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import TextIO

import attrs

from harness.measuring import Figure

_HEAD = f"{'job':<34} {'variant':<42} {'min':>9} {'median':>9} {'max':>9} {'unit':<6} {'ratio':>6}"
_PACKAGES = ("orderloom", "sqlalchemy", "psycopg", "pluggy", "transitions", "fpdf2")


class Report:
    """Prints each figure as it comes, and keeps it as a JSON line if a file is given.

    Args:
        path: of the file.
        judges: whether what is required is compared; a smoke run measures nothing.
    """

    def __init__(self, path: Path | None, *, judges: bool) -> None:
        self._judges = judges
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None
        self.missed: list[Figure] = []
        print(f"{machine()}\n\n{_HEAD}")

    def take(self, figures: Iterable[Figure]) -> None:
        for figure in figures:
            if not self._judges:
                figure = attrs.evolve(figure, target=None)
            print(line(figure), flush=True)
            if figure.met is False:
                self.missed.append(figure)
            if self._file:
                print(json.dumps(record(figure), ensure_ascii=False), file=self._file, flush=True)


def line(figure: Figure) -> str:
    ratio = "" if figure.ratio is None else f"{figure.ratio:6.3f}"
    numbers = (min(figure.values), figure.median, max(figure.values))
    shown = " ".join(f"{_short(number):>9}" for number in numbers)
    said = f"{figure.job:<34} {figure.variant:<42} {shown} {figure.unit:<6} {ratio:>6}"
    if figure.base:
        said += f" of {figure.base}"
    if figure.target is not None:
        said += f"  {figure.target}: {'met' if figure.met else 'MISSED'}"
    return said


def record(figure: Figure) -> dict[str, object]:
    return {
        "job": figure.job,
        "variant": figure.variant,
        "unit": figure.unit,
        "rounds": len(figure.values),
        "min": round(min(figure.values), 4),
        "median": round(figure.median, 4),
        "max": round(max(figure.values), 4),
        "base": figure.base,
        "ratio": None if figure.ratio is None else round(figure.ratio, 4),
        "required": None if figure.target is None else str(figure.target),
        "met": figure.met,
    }


def machine() -> str:
    """Where and with what a run was made."""
    cores, load = os.cpu_count(), " ".join(f"{each:.2f}" for each in os.getloadavg())
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{day}, {cores} cores, load {load}, Python {platform.python_version()}, {versions}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.4g}"
