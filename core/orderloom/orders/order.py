"""Orders and line items: frozen values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

import attrs

from orderloom.errors import Figure, NotFound
from orderloom.orders.data import NO_DATA, Data
from orderloom.orders.hidden import HIDDEN
from orderloom.orders.subject import ORDER, Subject
from orderloom.values import Address, Contact, Money, Price


@attrs.frozen
class Provenance:
    """Where a price, tax or adjustment comes from: it stays with the figure for good.

    Attributes:
        module: module that answered, "" for the person who entered it.
        rule: the module's own name of the rule, or the actor's id.
        others: modules that would have answered too, in module order.
    """

    module: str = ""
    rule: str = ""
    others: tuple[str, ...] = ()


NOWHERE: Final = Provenance()
"""Where a figure comes from that nobody gave."""


@attrs.frozen
class TaxRate:
    """The rate that applied when the line was priced.

    Attributes:
        category: UN/CEFACT 5305 code such as "S" (standard), "Z" (zero), "E" (exempt).
        percent: 19 means 19 %.
    """

    category: str
    percent: Decimal
    source: Provenance = Provenance()


@attrs.frozen(kw_only=True)
class Adjustment:
    """A discount (negative) or surcharge (positive) on the order or on one line.

    Attributes:
        key: unique on the order; adjustments are removed by it.
        amount: signed, in the order's currency, without tax.
        line: the line it belongs to, None for the order.
    """

    key: str
    label: str
    amount: Money
    line: UUID | None = None
    source: Provenance = Provenance()


@attrs.frozen
class PartyRef:
    """A party as the order knows it: the id and the name it had when it was set."""

    id: str
    name: str


@attrs.frozen(kw_only=True)
class Delivery:
    """How the goods reach the buyer.

    Attributes:
        method: "delivery" (the vendor brings them to `address`) or "pickup" (we fetch them
            there).
        on: wanted business day in the tenant's zone.

    Source: BackOps, orders (delivery/pickup info).
    """

    method: str = "delivery"
    address: Address | None = None
    contact: Contact | None = None
    instructions: str = ""
    on: date | None = None


@attrs.frozen(kw_only=True)
class LineItem:
    """One thing ordered.

    Attributes:
        position: 1, 2, 3 … in reading order.
        group: heading the line is listed under (procurement: the department).
        specs: specification, pairs of label and text.
        quantity: > 0, in `unit`.
        unit: UN/CEFACT Rec 20 code or a unit of the tenant's own.
        price: unit price without tax; None when it is not known (RFQs).
        total: price times quantity plus the line's own adjustments; None without a price.
        tax: rate snapshot; None when nothing taxes the line.
        tax_amount: tax on `total`, rounded per line.
        quantities: what happened to the line, sorted pairs such as ("received", 5).
    """

    id: UUID
    position: int
    name: str
    quantity: Decimal
    unit: str
    product: str = ""
    group: str = ""
    specs: tuple[tuple[str, str], ...] = ()
    needed_by: date | None = None
    note: str = ""
    price: Price | None = None
    price_source: Provenance = NOWHERE
    total: Money | None = None
    tax: TaxRate | None = None
    tax_amount: Money | None = None
    quantities: tuple[tuple[str, Decimal], ...] = ()
    data: Data = NO_DATA

    def happened(self, name: str) -> Decimal:
        """How much of the line was `accepted`, `received`, …; 0 if nothing was."""
        return dict(self.quantities).get(name, Decimal(0))


@attrs.frozen(kw_only=True)
class Totals:
    """The order's sums, all in its currency.

    Attributes:
        lines: sum of the line totals.
        adjustments: sum of the order's own adjustments.
        tax: sum of the lines' tax.
        total: lines + adjustments + tax.
        priced: how many lines have a price …
        count: … of how many.
    """

    lines: Money
    adjustments: Money
    tax: Money
    total: Money
    priced: int
    count: int

    @property
    def complete(self) -> bool:
        """Whether every line has a price."""
        return self.priced == self.count

    def __str__(self) -> str:
        return priced_text(self.total, self.priced, self.count)


def priced_text(total: Money | None, priced: int, count: int) -> str:
    """A total in words: how many of the lines are priced, if not all of them are."""
    if priced == 0:
        return "not priced"
    partly = "" if priced == count else f" (partly priced, {priced} of {count})"
    return Figure(f"{total}{partly}")


class _HiddenTotals(Totals):
    """Sums somebody may not see; as far as can be told, nothing is priced."""

    __slots__ = ()

    lines = adjustments = tax = total = property(lambda self: HIDDEN)
    priced = count = property(lambda self: 0)
    complete = property(lambda self: False)

    def __init__(self) -> None:
        pass

    def __eq__(self, other: object) -> bool:
        return other is self

    def __ne__(self, other: object) -> bool:
        return other is not self

    def __hash__(self) -> int:
        return id(self)

    def __str__(self) -> str:
        return str(HIDDEN)

    __repr__ = __str__

    def __reduce__(self) -> str:
        return "HIDDEN_TOTALS"


HIDDEN_TOTALS: Final = _HiddenTotals()
"""The sums of an order whose prices are hidden; left out where an order is written as JSON."""


@attrs.frozen(kw_only=True)
class Order(Subject):
    """An order: a subject with parties, lines and money.

    What else has those, such as an invoice, is one too, but of another kind.

    Attributes:
        buyer, seller: the two sides; None where the type leaves one open.
        totals: `HIDDEN_TOTALS` where they are hidden.
        remarks: free text printed on documents.
        bill_to: who is invoiced, and where.
        hidden: what whoever reads it may not see and does not find here: "prices", or
            "data.<key>" of a module; the order as it is stored hides nothing.
    """

    kind: str = ORDER
    buyer: PartyRef | None = None
    seller: PartyRef | None = None
    currency: str
    lines: tuple[LineItem, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    totals: Totals = HIDDEN_TOTALS
    delivery: Delivery | None = None
    bill_to: Address | None = None
    remarks: str = ""
    hidden: tuple[str, ...] = ()

    def line(self, key: UUID | int) -> LineItem:
        """One line, by id or by position.

        Raises:
            NotFound: the order has no such line.
        """
        for line in self.lines:
            if key in (line.id, line.position):
                return line
        raise NotFound("line", key, f"The order has {len(self.lines)} lines.")
