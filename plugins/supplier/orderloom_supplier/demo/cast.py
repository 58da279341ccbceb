"""Who is on the stage: an outlet, two suppliers, their people, what they sell."""

from __future__ import annotations

from datetime import time
from importlib.resources import files
from typing import Final

from orderloom import Actor, Contact, Desk, Grant, Money, Party, Product, Scope, User
from orderloom.directory import read_rows
from orderloom_supplier import rights
from orderloom_supplier.products.importing import PRODUCTS
from orderloom_supplier.terms.days import Terms
from orderloom_supplier.terms.rows import set_terms

TEAPOT, DAIRY, BAKERY = "blue-teapot", "cloud-meadow", "moonlight"
_NAMES: Final = {
    TEAPOT: "The Blue Teapot",
    DAIRY: "Cloud Meadow Dairy",
    BAKERY: "Moonlight Bakery",
}
_PEOPLE: Final = (
    ("ada", "Ada", TEAPOT, rights.OUTLET_ADMIN),
    ("otto", "Otto", TEAPOT, rights.OUTLET_ORDERER),
    ("rita", "Rita", TEAPOT, rights.OUTLET_RECEIVER),
    ("fay", "Fay", TEAPOT, rights.OUTLET_FINANCE),
    ("sol", "Sol", DAIRY, rights.SUPPLIER_ADMIN),
    ("mila", "Mila", BAKERY, rights.SUPPLIER_MANAGER),
)
_GOODS: Final = ("milk", "butter", "cream", "bread", "cake")


def who(id: str) -> Actor:
    """One of the people, with his rights."""
    (found,) = (_user(*one) for one in _PEOPLE if one[0] == id)
    return Actor(found.id, found.grants)


def enter(desk: Desk) -> None:
    """Parties, people, products, prices, delivery days, and what Otto may order on his own."""
    for id, name in _NAMES.items():
        contact = Contact(f"Office of {name}", email=f"office@{id}.example")
        role = "outlet" if id == TEAPOT else "supplier"
        desk.directory.save_party(Party(id, name, roles={role}, contacts=(contact,)))
    for one in _PEOPLE:
        desk.directory.save_user(_user(*one))
    for product in _GOODS:
        desk.directory.save_product(Product(id=product, name=product.title()))
    result = read_rows(PRODUCTS, shipped("products.csv"), desk)
    PRODUCTS.store(result.records, desk)
    set_terms(desk, DAIRY, Terms(cut_off=time(14, 30)))
    at_teapot = Scope("party", TEAPOT)
    desk.approvals.allow(
        "otto", Money.of("60", "EUR", "amount"), limit="supplier.purchasing", scope=at_teapot
    )


def shipped(name: str) -> bytes:
    """A file that comes with the demo."""
    return files("orderloom_supplier.demo").joinpath(name).read_bytes()


def _user(id: str, name: str, party: str, role: str) -> User:
    grant = Grant(role, Scope("party", party))
    return User(id=id, name=name, email=f"{id}@{party}.example", grants=[grant])
