"""An order with all that documents print, and a way to read what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import attrs
import pytest

from orderloom import Address, Contact, Delivery, Order

KITCHEN = Delivery(
    address=Address(("Café de Muestra", "Calle Inventada 3"), postal_code="00003",
                    city="Ciudad Ejemplo", country="ES"),
    contact=Contact("Íñigo de Muestra", phone="+00 3"),
    instructions="Back gate.\nRing twice.",
    on=date(2026, 7, 10),
)  # fmt: skip


@pytest.fixture
def order(market) -> Order:
    """12 milk at 1.20 and 2 bread at 3.00 for the cafe."""
    bill_to = Address(("Grupo de Muestra",), city="Ciudad Ejemplo", country="ES")
    return market.order(delivery=KITCHEN, bill_to=bill_to, remarks="Before nine, please.")


@pytest.fixture
def spanish(market) -> None:
    """Both parties read Spanish."""
    with market.desk() as desk:
        for id in ("cafe", "dairy"):
            desk.directory.save_party(attrs.evolve(desk.directory.party(id), language="es"))


@pytest.fixture
def text_of(market) -> Callable[..., str]:
    """Issues a document and answers its text, with the spaces between words as one."""

    def read(order: Order, document: str, format: str = "text") -> str:
        with market.desk() as desk:
            issued = desk.issue(order.ref, document)
            content = desk.render(issued, format).content
        return " ".join(content.decode().split())

    return read
