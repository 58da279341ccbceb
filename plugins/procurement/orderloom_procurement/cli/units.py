"""Units as tables show them."""

from __future__ import annotations

from decimal import Decimal

from orderloom import REC20, plain
from orderloom.cli import Session
from orderloom_procurement.requests.rows import Requested


def unit_shown(session: Session, code: str) -> str:
    """The symbol for people, the code for programs; a unit of the tenant's own by its code."""
    unit = None if session.json else REC20.get(code)
    return unit.symbol if unit else code


def requested_shown(session: Session, asked: Requested, unit: str) -> Decimal | str | None:
    """What linked requests add up to: a number in the need's unit, or with their own units."""
    if not asked.count:
        return None
    if [code for code, _ in asked.quantities] == [unit]:
        return asked.quantities[0][1]
    return " + ".join(f"{plain(sum)} {unit_shown(session, code)}" for code, sum in asked.quantities)
