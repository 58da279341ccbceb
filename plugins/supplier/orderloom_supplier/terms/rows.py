"""The rows of `ol_supplier_terms`: read in decisions, set by the supplier's admin."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import Desk, Forbidden, NotFound, Reading
from orderloom_supplier.rights import TERMS, missing_at
from orderloom_supplier.tables import terms
from orderloom_supplier.terms.days import WEEKDAYS, Terms, cut_off_of, days_of

_OF = sa.select(terms.c.cut_off, terms.c.weekdays).where(terms.c.supplier == bindparam("supplier"))
_INSERT = sa.insert(terms)
_UPDATE = (
    sa.update(terms)
    .where(terms.c.supplier == bindparam("at_supplier"))
    .values(cut_off=bindparam("cut_off"), weekdays=bindparam("weekdays"))
)


def terms_of(reading: Reading, supplier: str) -> Terms:
    """When a supplier delivers; any day if nobody has said."""
    for row in reading.rows(_OF, {"supplier": supplier}):
        return Terms(cut_off=cut_off_of(row.cut_off), days=days_of(row.weekdays.split(",")))
    return Terms()


def set_terms(desk: Desk, supplier: str, stated: Terms) -> None:
    """Say when a supplier delivers; orders that were placed stay as they are.

    Args:
        desk: the transaction and who acts.
        supplier: id of the party.
        stated: replaces what was said before.

    Raises:
        NotFound: there is no such party.
        Forbidden: the right is missing there.
    """
    if problems := tuple(missing_at(desk.reading, TERMS, supplier)):
        raise Forbidden(problems)
    if desk.reading.party(supplier) is None:
        raise NotFound("party", supplier, "To see what there is: orderloom party list")
    row = {
        "cut_off": f"{stated.cut_off:%H:%M}" if stated.cut_off else "",
        "weekdays": ",".join(WEEKDAYS[day] for day in sorted(stated.days)),
    }
    if not desk.reading.execute(_UPDATE, {"at_supplier": supplier, **row}):
        desk.reading.execute(_INSERT, {"supplier": supplier, **row})
