"""Permissions and the roles made of them; every role is granted at a party.

Source: Order Ez, outlet users (roles), supplier users (roles).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from orderloom import Permission, Problem, Reading, Role
from orderloom_invoicing import HAND_OVER
from orderloom_invoicing import READ as READ_INVOICES

READ: Final = "supplier.order.read"
PRICES: Final = "supplier.price.read"
PLACE: Final = "supplier.order.place"
EDIT: Final = "supplier.order.edit"
NOTE: Final = "supplier.order.note"
ABANDON: Final = "supplier.order.abandon"
COMPLETE: Final = "supplier.order.complete"
DISPUTE: Final = "supplier.order.dispute"
RESOLVE: Final = "supplier.order.resolve"
TOLD: Final = "supplier.order.told"
ON_BEHALF: Final = "supplier.order.place_on_behalf"
ACCEPT: Final = "supplier.order.accept"
SCHEDULE: Final = "supplier.order.schedule"
DECLINE: Final = "supplier.order.decline"
PRODUCTS: Final = "supplier.product.manage"
TERMS: Final = "supplier.terms.manage"
LIMITS: Final = "supplier.limit.manage"

OUTLET_ADMIN: Final = "supplier.outlet_admin"
OUTLET_MANAGER: Final = "supplier.outlet_manager"
OUTLET_ORDERER: Final = "supplier.outlet_orderer"
OUTLET_DISPUTE_RESOLVER: Final = "supplier.outlet_dispute_resolver"
OUTLET_RECEIVER: Final = "supplier.outlet_receiver"
OUTLET_FINANCE: Final = "supplier.outlet_finance"
OUTLET_SUBSCRIBER: Final = "supplier.outlet_subscriber"
SUPPLIER_ADMIN: Final = "supplier.supplier_admin"
SUPPLIER_MANAGER: Final = "supplier.supplier_manager"
SUPPLIER_PRICING: Final = "supplier.supplier_pricing"

_ORDERING = {READ, PRICES, NOTE, TOLD, PLACE, EDIT, ABANDON, COMPLETE, DISPUTE}
_SELLING = {
    READ, PRICES, NOTE, TOLD, ON_BEHALF, ACCEPT, SCHEDULE, DECLINE, READ_INVOICES, HAND_OVER,
}  # fmt: skip
_RUNNING = {*_ORDERING, RESOLVE, READ_INVOICES}

PERMISSIONS: Final = (
    Permission(READ, "See orders and their documents"),
    Permission(PRICES, "See prices and totals"),
    Permission(PLACE, "Place and reorder"),
    Permission(EDIT, "Change orders nobody has accepted yet"),
    Permission(NOTE, "Write notes"),
    Permission(ABANDON, "Abandon orders that are not completed yet"),
    Permission(COMPLETE, "Confirm deliveries"),
    Permission(DISPUTE, "Dispute completed orders"),
    Permission(RESOLVE, "Resolve disputes"),
    Permission(TOLD, "Be told of orders"),
    Permission(ON_BEHALF, "Enter orders for an outlet"),
    Permission(ACCEPT, "Accept orders, whole or in part"),
    Permission(SCHEDULE, "Schedule deliveries"),
    Permission(DECLINE, "Decline orders"),
    Permission(PRODUCTS, "Keep the supplier's product list"),
    Permission(TERMS, "Keep the supplier's cut-off time and delivery days"),
    Permission(LIMITS, "Set what the outlet's people may order without approval"),
)

ROLES: Final = (
    Role(key=OUTLET_ADMIN, title="Outlet admin", permissions={*_RUNNING, LIMITS}),
    Role(key=OUTLET_MANAGER, title="Outlet manager", permissions=_RUNNING),
    Role(key=OUTLET_ORDERER, title="Orderer", permissions=_ORDERING),
    Role(
        key=OUTLET_DISPUTE_RESOLVER,
        title="Dispute resolver",
        permissions={READ, PRICES, RESOLVE},
    ),
    Role(
        key=OUTLET_RECEIVER,
        title="Receiver",
        permissions={READ, NOTE, TOLD, COMPLETE, DISPUTE},
    ),
    Role(
        key=OUTLET_FINANCE, title="Outlet finance", permissions={READ, PRICES, TOLD, READ_INVOICES}
    ),
    Role(key=OUTLET_SUBSCRIBER, title="Subscriber", permissions={TOLD, PRICES}),
    Role(key=SUPPLIER_ADMIN, title="Supplier admin", permissions={*_SELLING, PRODUCTS, TERMS}),
    Role(key=SUPPLIER_MANAGER, title="Supplier manager", permissions=_SELLING),
    Role(key=SUPPLIER_PRICING, title="Supplier pricing", permissions={READ, PRICES, PRODUCTS}),
)


def at_parties(reading: Reading, permissions: Iterable[str]) -> frozenset[str] | None:
    """The parties at which the actor has one of some permissions; None for all of them."""
    scopes = [scope for one in permissions for scope in reading.scopes(one)]
    if any(scope.kind == "tenant" for scope in scopes):
        return None
    return frozenset(scope.id for scope in scopes if scope.kind == "party")


def missing_at(reading: Reading, permission: str, party: str) -> Iterator[Problem]:
    """A problem if the actor lacks a permission at a party: for rows that no command loads."""
    parties = at_parties(reading, (permission,))
    if parties is None or party in parties:
        return
    who = " or ".join(role.title for role in ROLES if permission in role.permissions)
    text = (
        "You may not do this for {party}: it needs the permission {permission}. To do it, ask "
        "{who}."
    )
    params = {"party": party, "permission": permission, "who": f"a {who} of {party}"}
    yield Problem("right.missing", text, params=params, lifted_by=params["who"], forbidden=True)
