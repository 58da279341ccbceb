"""The rules that name whom to tell.

Users hear of an order as holders of a role at the outlet or the supplier, if that includes the
right to be told; subscribers have no other. The supplier hears of nothing that waits for an
approval or was refused one.

Source: Order Ez, outlet users, contacts; systems.md 1.1 and 1.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from orderloom import Event, Order, PartyRef, Reading, Recipient, Scope, Subject, approvers
from orderloom_supplier.accounts import account_owner
from orderloom_supplier.rights import (
    OUTLET_ADMIN,
    OUTLET_FINANCE,
    OUTLET_MANAGER,
    OUTLET_RECEIVER,
    OUTLET_SUBSCRIBER,
    SUPPLIER_ADMIN,
    SUPPLIER_MANAGER,
)

OTHERS: Final = "supplier.others"
"""The topic under which a supplier's user hears also of outlets another one looks after."""


def asked(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """Whoever is asked to approve from now on; the admins of the outlet where any of it may."""
    yield from approvers(event, order, reading)
    asks = event.body.get("approval", {}).get("asks", ())
    if any(one.get("side") == "buyer" for one in asks):
        yield from _holders((OUTLET_ADMIN,), _outlet(order), reading)


def placer(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """Whoever placed the order; not the supplier's user who entered it for the outlet."""
    user, seller = reading.user(order.created_by), _supplier(order)
    if user is not None and not any(_is_at(seller, grant.scope) for grant in user.grants):
        yield Recipient(user=user.id)


def outlet(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """Whoever placed the order, those who run the outlet, its subscribers and contacts."""
    yield from placer(event, order, reading)
    roles = (OUTLET_ADMIN, OUTLET_MANAGER, OUTLET_FINANCE, OUTLET_SUBSCRIBER)
    yield from _holders(roles, _outlet(order), reading)
    yield from _contacts(_outlet(order), ("", "owner", "ordering", "subscriber"), reading)


def outlet_awaiting(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """The same, and whoever receives the goods."""
    yield from outlet(event, order, reading)
    yield from _holders((OUTLET_RECEIVER,), _outlet(order), reading)


def finance(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """Those at the outlet who pay, contacts of that kind among them."""
    yield from _holders((OUTLET_FINANCE,), _outlet(order), reading)
    yield from _contacts(_outlet(order), ("finance",), reading)


def supplier(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    """The supplier's admins and managers, and its contacts for orders."""
    owner = _account_owner(order, reading)
    for one in _holders((SUPPLIER_ADMIN, SUPPLIER_MANAGER), _supplier(order), reading):
        yield one if owner in ("", one.user) else attrs.evolve(one, topic=OTHERS)
    yield from _contacts(_supplier(order), ("", "owner", "ordering"), reading)


def _outlet(order: Subject) -> PartyRef | None:
    return order.buyer if isinstance(order, Order) else None


def _supplier(order: Subject) -> PartyRef | None:
    return order.seller if isinstance(order, Order) else None


def _account_owner(order: Subject, reading: Reading) -> str:
    outlet, supplier = _outlet(order), _supplier(order)
    return account_owner(reading, supplier.id, outlet.id) if outlet and supplier else ""


def _is_at(party: PartyRef | None, scope: Scope) -> bool:
    return party is not None and scope == Scope("party", party.id)


def _holders(roles: Iterable[str], party: PartyRef | None, reading: Reading) -> Iterator[Recipient]:
    if party is not None:
        for role in roles:
            for user in reading.users_with(role, Scope("party", party.id)):
                yield Recipient(user=user.id)


def _contacts(ref: PartyRef | None, kinds: Iterable[str], reading: Reading) -> Iterator[Recipient]:
    """The contacts of some kinds; of those without one ("") only the primary one."""
    party = reading.party(ref.id) if ref else None
    if party is None:
        return
    primary = party.primary_contact
    for one in party.contacts:
        if one.email and one.kind in kinds and (one.kind or one is primary):
            yield Recipient(one.email, one.name, one.language or party.language)
