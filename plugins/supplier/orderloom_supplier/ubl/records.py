"""Orders, answers and cancellations as messages between two companies say them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from orderloom import Address, Contact, Delivery, Money, NewLine, NewOrder, Price, TaxRate
from orderloom_supplier.records import ORDER_TYPE


@attrs.frozen(kw_only=True)
class Trader:
    """A company in a message.

    Attributes:
        id: its key with whoever wrote the message.
        endpoint: its address on the Peppol network, scheme and value ("0088:7300010000001"), or "".
    """

    name: str
    id: str = ""
    endpoint: str = ""
    address: Address | None = None
    contact: Contact | None = None


@attrs.frozen
class Extra:
    """A charge, or an allowance if the amount is negative; without tax."""

    label: str
    amount: Money


@attrs.frozen(kw_only=True)
class OrderLine:
    """A line of an order.

    Attributes:
        id: unique in the message; ours are the positions.
        unit: UN/CEFACT Rec 20 code.
        product: the seller's article number.
        price: without tax; None where it is still open.
        total: price times quantity with the line's extras; None without a price.
    """

    id: str
    name: str
    quantity: Decimal
    unit: str
    product: str = ""
    price: Price | None = None
    total: Money | None = None
    tax: TaxRate | None = None
    needed_by: date | None = None
    note: str = ""
    specs: tuple[tuple[str, str], ...] = ()
    extras: tuple[Extra, ...] = ()


@attrs.frozen(kw_only=True)
class OrderMessage:
    """An order.

    Attributes:
        extras: of the whole order.
        tax: on all of it; None if nothing is taxed.
        bill_to: where the buyer is invoiced, if not at its address.
    """

    number: str
    issued_on: date
    currency: str
    buyer: Trader
    seller: Trader
    lines: tuple[OrderLine, ...]
    note: str = ""
    bill_to: Address | None = None
    delivery: Delivery | None = None
    extras: tuple[Extra, ...] = ()
    tax: Money | None = None

    @property
    def lines_total(self) -> Money | None:
        """Sum of the lines; None while one of them has no price."""
        totals = [line.total for line in self.lines if line.total is not None]
        return Money.sum(totals, self.currency) if len(totals) == len(self.lines) else None

    @property
    def untaxed_total(self) -> Money | None:
        """Sum of the lines and the extras of the order."""
        lines = self.lines_total
        if lines is None:
            return None
        return lines + Money.sum([extra.amount for extra in self.extras], self.currency)

    @property
    def total(self) -> Money | None:
        """What is to be paid."""
        untaxed = self.untaxed_total
        return untaxed if untaxed is None or self.tax is None else untaxed + self.tax


@attrs.frozen(kw_only=True)
class ResponseLine:
    """The answer to one line.

    Attributes:
        id: of the line of the order.
        code: UN/CEFACT 1229: "3" changed, "5" accepted, "7" not accepted, "42" delivered already.
        quantity: that will be delivered; None if nothing is said of it.
    """

    id: str
    code: str
    name: str
    quantity: Decimal | None = None
    unit: str = ""
    product: str = ""


@attrs.frozen(kw_only=True)
class ResponseMessage:
    """The seller's answer to an order.

    Attributes:
        order: number of the order.
        code: UN/CEFACT 4343: "AB" received, "AP" accepted, "CA" with changes, "RE" declined.
        promised_on: the day of the delivery, if it is fixed.
        lines: only of an answer with changes.
    """

    number: str
    order: str
    issued_on: date
    code: str
    currency: str
    buyer: Trader
    seller: Trader
    note: str = ""
    promised_on: date | None = None
    lines: tuple[ResponseLine, ...] = ()


@attrs.frozen(kw_only=True)
class CancellationMessage:
    """The buyer takes an order back.

    Attributes:
        order: number of the order.
        note: why, in words.
    """

    number: str
    order: str
    issued_on: date
    buyer: Trader
    seller: Trader
    note: str


def new_order(
    message: OrderMessage, *, buyer: str = "", seller: str = "", prices: bool = True
) -> NewOrder:
    """What to place for an order that was read; tax is left to the modules that know the rates.

    Args:
        message: as `read_order` answers it.
        buyer: our key of the outlet; that of the message if omitted.
        seller: our key of the supplier; likewise.
        prices: state those of the message; otherwise the supplier's list is asked. An outlet may
            not state prices.
    """
    lines = [
        NewLine(
            line.name,
            line.quantity,
            line.unit,
            product=line.product,
            price=line.price if prices else None,
            specs=line.specs,
            needed_by=line.needed_by,
            note=line.note,
        )
        for line in message.lines
    ]
    return NewOrder(
        ORDER_TYPE,
        buyer=buyer or message.buyer.id,
        seller=seller or message.seller.id,
        currency=message.currency,
        lines=lines,
        delivery=message.delivery,
        bill_to=message.bill_to,
        title=message.number,
        remarks=message.note,
    )
