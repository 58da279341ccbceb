"""Sample records with sensible defaults: name what a test is about, leave the rest."""

from __future__ import annotations

from typing import Any

from orderloom.directory import Product
from orderloom.orders.commands import NewLine, NewOrder, NewSubject
from orderloom.orders.order import Delivery
from orderloom.values import Actor, Address, Contact, Grant, Party, Project, Scope

VENDOR, BUYER, PROJECT, PRODUCT = "vendor", "buyer", "summer", "chair"
"""Ids of the records a `Bench` has in its directory."""


def an_address(*lines: str, **fields: Any) -> Address:
    """A postal address that no real place has."""
    given = {"postal_code": "00000", "city": "Exampleton", "country": "GB"}
    return Address(lines or ("1 Sample Street",), **(given | fields))


def a_party(id: str = VENDOR, **fields: Any) -> Party:
    """A party with an address and a contact that can be mailed.

    Args:
        id: its key; name and e-mail address follow from it.
        fields: of `Party`.
    """
    name = fields.get("name", f"Sample {id.replace('_', ' ').title()}")
    given = {
        "name": name,
        "roles": {id},
        "address": an_address(),
        "contacts": (Contact(f"Desk of {name}", email=f"desk@{id.replace('_', '-')}.example"),),
    }
    return Party(id, **(given | fields))


def a_project(id: str = PROJECT, **fields: Any) -> Project:
    """A project."""
    return Project(id, **({"title": f"Sample {id}"} | fields))


def a_product(id: str = PRODUCT, **fields: Any) -> Product:
    """A product counted in pieces."""
    return Product(id=id, **({"name": f"Sample {id}"} | fields))


def a_line(name: str = "Folding chair", quantity: Any = "10", **fields: Any) -> NewLine:
    """A priced line: 10 chairs at 12.50; `price=None` leaves the price to the modules."""
    return NewLine(name, quantity, **({"price": "12.50"} | fields))


def an_order(type: str, **fields: Any) -> NewOrder:
    """An order that lacks nothing: vendor, project, delivery, bill-to and two lines.

    Args:
        type: a registered order type.
        fields: of `NewOrder`; the buyer is left open unless named.
    """
    given: dict[str, Any] = {
        "seller": VENDOR,
        "project": PROJECT,
        "lines": (a_line(), a_line("Marquee", "2", price=None)),
        "delivery": Delivery(address=an_address("Gate 3"), instructions="Ring the bell."),
        "bill_to": an_address("Accounts"),
    }
    return NewOrder(type, **(given | fields))


def a_subject(type: str, **fields: Any) -> NewSubject:
    """A subject that is not an order, in a project."""
    return NewSubject(type, **({"title": "Sample", "project": PROJECT} | fields))


def an_actor(id: str = "ann", *roles: str, scope: Scope | None = None) -> Actor:
    """Somebody who acts: an admin, or whoever holds the roles named.

    Args:
        id: of the user.
        roles: keys of roles; `admin` if none is named.
        scope: where they hold; the whole tenant if not given.
    """
    where = scope or Scope("tenant", "")
    return Actor(id, tuple(Grant(role, where) for role in roles or ("admin",)))


def a_stranger(id: str = "nobody") -> Actor:
    """Somebody without any grant."""
    return Actor(id)
