"""Units of a tenant's own from CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.directory import gates
from orderloom.directory.importers.rows import counted, given_in
from orderloom.directory.imports import KeyColumn
from orderloom.modules.contributions import Column, Importer, Stored
from orderloom.values import Unit


def _unit(cells: Mapping[str, str], desk: Any) -> Unit:
    code, known = cells["code"], desk.directory.units()
    before = known.get(code) or Unit(code, "", "", 0)
    given = given_in(cells, symbol=str, title=str, digits=_digits)
    return gates.own_unit_of(attrs.evolve(before, **given), known)


def _digits(cell: str) -> int:
    """A number of decimals; -1, which the gate refuses, for what is none."""
    return int(cell or "0") if cell in ("", *"0123456789") else -1


def _save_units(records: Sequence[Unit], desk: Any) -> Stored:
    return counted(desk.directory.save_unit(unit) for unit in records)


UNITS: Final = Importer(
    key="units",
    title="Units",
    columns=(
        KeyColumn(name="code", required=True, help="at most 16 characters, such as FLIGHTCASE"),
        Column(name="symbol", help="as printed after a number; the code if empty"),
        Column(name="title", aliases=("name",), help="in the singular; the code if empty"),
        Column(name="digits", aliases=("decimals",), help="decimals offered, 0 to 6"),
    ),
    read=_unit,
    store=_save_units,
)
