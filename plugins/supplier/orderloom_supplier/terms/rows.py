"""The rows of `ol_supplier_terms`: read in decisions, set by the supplier's admin."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from orderloom import Conflict, Desk, Forbidden, NotFound, Reading
from orderloom_supplier.rights import TERMS, missing_at
from orderloom_supplier.tables import terms
from orderloom_supplier.terms.days import WEEKDAYS, Terms, cut_off_of, days_of, weekdays_named

_OF = sa.select(terms.c.cut_off, terms.c.weekdays).where(terms.c.supplier == bindparam("supplier"))
_LOCKED = _OF.with_for_update()
# PostgreSQL's form of ON CONFLICT, which SQLAlchemy writes for SQLite just the same.
_INSERT = insert(terms).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_UPDATE = (
    sa.update(terms)
    .where(terms.c.supplier == bindparam("at_supplier"))
    .values(cut_off=bindparam("cut_off"), weekdays=bindparam("weekdays"))
)


def terms_of(reading: Reading, supplier: str) -> Terms:
    """When a supplier delivers; any day if nobody has said."""
    for row in reading.rows(_OF, {"supplier": supplier}):
        return _terms(row)
    return Terms()


def set_terms(desk: Desk, supplier: str, stated: Terms) -> None:
    """Say when a supplier delivers; orders that were placed stay as they are.

    What it was before and what it is now is an event in the tenant's history.

    Args:
        desk: the transaction and who acts.
        supplier: id of the party.
        stated: replaces what was said before.

    Raises:
        NotFound: there is no such party.
        Forbidden: the right is missing there.
        Conflict: somebody else said so for the first time at this moment; retryable.
    """
    if problems := tuple(missing_at(desk.reading, TERMS, supplier)):
        raise Forbidden(problems)
    if desk.reading.party(supplier) is None:
        raise NotFound("party", supplier, "To see what there is: orderloom party list")
    row = _row(stated)
    found = desk.reading.rows(_LOCKED, {"supplier": supplier})
    if not found and not desk.reading.execute(_INSERT, {"supplier": supplier, **row}):
        text = "Someone else changed the terms at this moment. To go on, try again."
        raise Conflict(text, retryable=True)
    if found and _row(_terms(found[0])) != row:
        desk.reading.execute(_UPDATE, {"at_supplier": supplier, **row})
    before = _told(_terms(found[0])) if found else {}
    changed = {name: (before.get(name), value) for name, value in _told(stated).items()}
    desk.reading.tell("supplier.terms", supplier, changed)


def _terms(row: Any) -> Terms:
    return Terms(cut_off=cut_off_of(row.cut_off), days=days_of(row.weekdays.split(",")))


def _row(stated: Terms) -> dict[str, str]:
    return {
        "cut_off": f"{stated.cut_off:%H:%M}" if stated.cut_off else "",
        "weekdays": ",".join(WEEKDAYS[day] for day in sorted(stated.days)),
    }


def _told(stated: Terms) -> dict[str, str]:
    """Terms as people read them."""
    return {
        "cut off": f"{stated.cut_off:%H:%M}" if stated.cut_off else "none",
        "days": weekdays_named(stated.days),
    }
