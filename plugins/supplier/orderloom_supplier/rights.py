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
ACCOUNTS: Final = "supplier.account.manage"
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
SUPPLIER_USERS: Final = "supplier.supplier_users"

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
    Permission(ACCOUNTS, "Say who looks after which outlet"),
    Permission(LIMITS, "Set what the outlet's people may order without approval"),
)

_OF_OUTLETS = {
    OUTLET_ADMIN, OUTLET_MANAGER, OUTLET_ORDERER, OUTLET_DISPUTE_RESOLVER, OUTLET_RECEIVER,
    OUTLET_FINANCE, OUTLET_SUBSCRIBER,
}  # fmt: skip
_OF_SUPPLIERS = {SUPPLIER_ADMIN, SUPPLIER_MANAGER, SUPPLIER_PRICING, SUPPLIER_USERS}
_MANAGED = {
    OUTLET_ADMIN: _OF_OUTLETS,
    OUTLET_MANAGER: {OUTLET_ORDERER, OUTLET_RECEIVER},
    SUPPLIER_ADMIN: _OF_SUPPLIERS,
    SUPPLIER_USERS: {SUPPLIER_MANAGER, SUPPLIER_PRICING},
}


def _role(key: str, title: str, permissions: Iterable[str]) -> Role:
    return Role(
        key=key,
        title=title,
        permissions=permissions,
        manages=_MANAGED.get(key, ()),
        scopes="party",
    )


ROLES: Final = (
    _role(OUTLET_ADMIN, "Outlet admin", {*_RUNNING, LIMITS}),
    _role(OUTLET_MANAGER, "Outlet manager", _RUNNING),
    _role(OUTLET_ORDERER, "Orderer", _ORDERING),
    _role(OUTLET_DISPUTE_RESOLVER, "Dispute resolver", {READ, PRICES, RESOLVE}),
    _role(OUTLET_RECEIVER, "Receiver", {READ, NOTE, TOLD, COMPLETE, DISPUTE}),
    _role(OUTLET_FINANCE, "Outlet finance", {READ, PRICES, TOLD, READ_INVOICES}),
    _role(OUTLET_SUBSCRIBER, "Subscriber", {TOLD, PRICES}),
    _role(SUPPLIER_ADMIN, "Supplier admin", {*_SELLING, PRODUCTS, TERMS, ACCOUNTS}),
    _role(SUPPLIER_MANAGER, "Supplier manager", _SELLING),
    _role(SUPPLIER_PRICING, "Supplier pricing", {READ, PRICES, PRODUCTS}),
    _role(SUPPLIER_USERS, "Supplier user administration", ()),
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
