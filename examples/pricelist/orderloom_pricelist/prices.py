"""Agreed prices: subjects with a history of their own, and a row each to look them up by."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import (
    START,
    Action,
    Lifecycle,
    LineItem,
    NewSubject,
    Order,
    Price,
    Reading,
    Status,
    Subject,
    Writing,
    decimal_of,
    module_data,
    positive,
    text_of,
)
from orderloom_pricelist.tables import prices

PRICE = "pricelist.price"

LIFECYCLE = Lifecycle(
    PRICE,
    statuses=(
        Status("agreed", "Agreed", stage="open", final=True),
        Status("withdrawn", "Withdrawn", stage="dropped", final=True),
    ),
    actions=(
        Action("place", source=START, target="agreed"),
        Action("withdraw", source="agreed", target="withdrawn"),
    ),
)


def _seller(raw: object) -> str:
    return text_of(raw, "seller", longest=255)


def _product(raw: object) -> str:
    return text_of(raw, "product", longest=255)


def _amount(raw: object) -> Decimal:
    return decimal_of(raw, "amount", minimum=0)


def _per(raw: object) -> Decimal:
    return positive(raw, "per")


def _minimum(raw: object) -> Decimal:
    return decimal_of(raw, "minimum", minimum=0)


@module_data("pricelist", v=1)
@attrs.frozen(kw_only=True)
class PriceData:
    """What was agreed.

    Attributes:
        seller, product: ids of the directory.
        amount: unit price without tax, >= 0, in `currency`.
        per: the quantity `amount` is for, > 0.
        minimum: the least quantity of a line, >= 0.
    """

    seller: str = attrs.field(converter=_seller)
    product: str = attrs.field(converter=_product)
    amount: Decimal = attrs.field(converter=_amount)
    currency: str = "EUR"
    per: Decimal = attrs.field(default=Decimal(1), converter=_per)
    minimum: Decimal = attrs.field(default=Decimal(0), converter=_minimum)


def new_price(seller: str, product: str, amount: object, **more: Any) -> NewSubject:
    """What to place for an agreed price.

    Raises:
        Refused: everything that is wrong with it.
    """
    data = PriceData(seller=seller, product=product, amount=amount, **more)
    return NewSubject(PRICE, title=f"{seller}: {product}", data=(data,))


@attrs.frozen(kw_only=True)
class Agreed:
    """A price in force; the fields are those of `PriceData`."""

    id: Any
    amount: Decimal
    currency: str
    per: Decimal
    minimum: Decimal

    @property
    def price(self) -> Price:
        """As a line carries it."""
        return Price(self.amount, self.currency, per=self.per)


_FIND = sa.select(*(prices.c[field.name] for field in attrs.fields(Agreed))).where(
    prices.c.seller == bindparam("seller"), prices.c.product == bindparam("product")
)
_INSERT = sa.insert(prices)
_DELETE = sa.delete(prices).where(prices.c.id == bindparam("at_id"))


def agreed(line: LineItem, order: Order, reading: Reading) -> Agreed | None:
    """The price agreed with the order's vendor for the line's product."""
    if order.seller is None or not line.product:
        return None
    return find(order.seller.id, line.product, reading)


def find(seller: str, product: str, reading: Reading) -> Agreed | None:
    """The price agreed with a vendor for a product."""
    rows = reading.rows(_FIND, {"seller": seller, "product": product})
    return Agreed(**rows[0]._mapping) if rows else None


def enter(subject: Subject, writing: Writing) -> None:
    """Put a price in force."""
    writing.execute(_INSERT, {"id": subject.id, **attrs.asdict(subject.data[PriceData])})


def withdraw(subject: Subject, writing: Writing) -> None:
    """Take a price out of force; lines priced by it keep it."""
    writing.execute(_DELETE, {"at_id": subject.id})
