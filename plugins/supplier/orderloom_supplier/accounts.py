"""Account owners: which of a supplier's users looks after which outlet.

Source: Order Ez, supplier users (told "only for customers whose account owner I am").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import Desk, Forbidden, NotFound, Problem, Reading, Refused, Scope, User, shown
from orderloom_supplier.rights import ACCOUNTS, READ, at_parties, missing_at
from orderloom_supplier.tables import accounts

_row = accounts.c
_AT = (_row.supplier == bindparam("at_supplier")) & (_row.outlet == bindparam("at_outlet"))
_OF = sa.select(_row.owner).where(_AT)
_LOCKED = _OF.with_for_update()
_ALL = sa.select(_row.supplier, _row.outlet, _row.owner).order_by(_row.supplier, _row.outlet)
_INSERT = sa.insert(accounts)
_UPDATE = sa.update(accounts).where(_AT).values(owner=bindparam("owner"))
_DELETE = sa.delete(accounts).where(_AT)


@attrs.frozen(kw_only=True)
class Account:
    """An outlet as a customer of a supplier.

    Attributes:
        supplier, outlet: ids of the parties.
        owner: id of the supplier's user who looks after it.
    """

    supplier: str
    outlet: str
    owner: str


def account_owner(reading: Reading, supplier: str, outlet: str) -> str:
    """Who looks after an outlet; "" for nobody, as when the owner has left the supplier since."""
    for row in reading.rows(_OF, {"at_supplier": supplier, "at_outlet": outlet}):
        return row.owner if _works_at(supplier, reading.user(row.owner)) else ""
    return ""


def set_account_owner(desk: Desk, supplier: str, outlet: str, owner: str) -> None:
    """Say who looks after an outlet; who it was and who it is now is an event of the tenant.

    Args:
        desk: the transaction and who acts.
        supplier, outlet: ids of the parties.
        owner: id of an active user with a role at the supplier; "" for nobody.

    Raises:
        Forbidden: the right is missing at the supplier.
        NotFound: there is no such party.
        Refused: [supplier.account.owner] the owner is no user of the supplier;
            [supplier.account.itself] the outlet is the supplier.
        Conflict: somebody else named an owner at this moment; retryable.
    """
    reading = desk.reading
    if problems := tuple(missing_at(reading, ACCOUNTS, supplier)):
        raise Forbidden(problems)
    for party in (supplier, outlet):
        if reading.party(party) is None:
            raise NotFound("party", shown(party), "To see what there is: orderloom party list")
    if problems := tuple(_unfit(reading, supplier, outlet, owner) if owner else ()):
        raise Refused(problems)
    at = {"at_supplier": supplier, "at_outlet": outlet}
    found = reading.rows(_LOCKED, at)
    if not found and owner:
        reading.execute(_INSERT, {"supplier": supplier, "outlet": outlet, "owner": owner})
    elif found:
        reading.execute(*((_UPDATE, {**at, "owner": owner}) if owner else (_DELETE, at)))
    before = found[0].owner if found else None
    reading.tell("supplier.accounts", supplier, {outlet: (before, owner or None)})


def visible_accounts(reading: Reading, *, supplier: str = "") -> Sequence[Account]:
    """The outlets that have an owner, as far as the actor is of their supplier.

    Args:
        reading: of a desk or reader.
        supplier: only of this one.
    """
    known = at_parties(reading, (READ, ACCOUNTS))
    return [
        Account(supplier=row.supplier, outlet=row.outlet, owner=row.owner)
        for row in reading.rows(_ALL)
        if supplier in ("", row.supplier) and (known is None or row.supplier in known)
    ]


def _unfit(reading: Reading, supplier: str, outlet: str, owner: str) -> Iterator[Problem]:
    """What speaks against an account; one that is there may be ended, whatever it is."""
    if outlet == supplier:
        text = "{supplier} is no customer of itself. To name an account owner, name an outlet."
        params = {"supplier": supplier}
        yield Problem("supplier.account.itself", text, "outlet", params=params)
    if not _works_at(supplier, reading.user(owner)):
        text = (
            "{owner} is no active user of {supplier}. To name an account owner, name a user with a "
            "role at that party."
        )
        params = {"owner": shown(owner), "supplier": supplier}
        yield Problem("supplier.account.owner", text, "owner", params=params)


def _works_at(supplier: str, user: User | None) -> bool:
    at = Scope("party", supplier)
    return user is not None and user.active and any(one.scope == at for one in user.grants)
