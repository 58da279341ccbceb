"""What the importers have in common: reading the cells of a row, counting what was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import attrs

from orderloom.directory.records import Change
from orderloom.errors import Refused
from orderloom.modules.contributions import Stored

T = TypeVar("T")

_SEPARATOR = re.compile(r"[;|\n]")


def whole(record: T | None) -> T:
    """A record that a `Gather` let through: without one, leaving its block has raised."""
    assert record is not None
    return record


def parts_of(cell: str) -> tuple[str, ...]:
    """The texts in a cell that holds several, separated by ; or | or lines."""
    return tuple(part.strip() for part in _SEPARATOR.split(cell) if part.strip())


def in_columns(refusal: Refused, columns: Mapping[str, str]) -> Refused:
    """The same problems at the columns their fields were read from."""
    return Refused(
        attrs.evolve(problem, field=columns.get(field, field.partition("[")[0]))
        for problem in refusal.problems
        for field in (problem.field,)
    )


def given_in(cells: Mapping[str, str], **readers: Callable[[str], Any]) -> dict[str, Any]:
    """What the file says: the values of the columns it has, by name."""
    return {name: read(cells[name]) for name, read in readers.items() if name in cells}


def counted(changes: Iterable[Change[Any]]) -> Stored:
    """What was written, counted."""
    kinds = Counter((change.created, change.differs) for change in changes)
    return Stored(
        created=kinds[True, True], changed=kinds[False, True], unchanged=kinds[False, False]
    )
