"""The manifest of the module, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom import (
    Action,
    Adjustment,
    LineItem,
    LinePrice,
    LineTax,
    Module,
    Money,
    Order,
    Permission,
    Problem,
    Reading,
    Role,
    Subject,
    SubjectType,
    Writing,
    hookimpl,
)
from orderloom_pricelist import prices
from orderloom_pricelist.settings import PricelistSettings
from orderloom_pricelist.tables import metadata

SURCHARGE = "pricelist.small_order"

module = Module(
    "pricelist",
    title="Price lists",
    requires="procurement",
    touches="procurement.order",
    settings=PricelistSettings,
    tables=metadata,
    migrations="orderloom_pricelist.migrations",
    roles=(
        Role(
            key="pricelist.keeper",
            title="Keeper of the price lists",
            permissions={"pricelist.price.*"},
        ),
    ),
)


@hookimpl
def register_subjects() -> SubjectType:
    """Agreed prices."""
    return SubjectType(key=prices.PRICE, title="Agreed price", lifecycle=prices.LIFECYCLE)


@hookimpl
def register_permissions() -> Iterator[Permission]:
    """What the role is made of."""
    yield Permission("pricelist.price.read", "See agreed prices")
    yield Permission("pricelist.price.place", "Enter agreed prices")
    yield Permission("pricelist.price.withdraw", "Withdraw agreed prices")


@hookimpl
def check_subject(subject: Subject, before: Subject | None, reading: Reading) -> Problem | None:
    """One price for a vendor and a product at a time."""
    data = subject.data[prices.PriceData]
    if before is not None or prices.find(data.seller, data.product, reading) is None:
        return None
    text = "A price of {product} is agreed with {seller} already. To enter this one, withdraw it."
    params = {"product": data.product, "seller": data.seller}
    return Problem("pricelist.price.exists", text, "product", params=params)


@hookimpl
def on_subject_placed(subject: Subject, writing: Writing) -> None:
    """From now on it is in force."""
    prices.enter(subject, writing)


@hookimpl
def on_status_changed(subject: Subject, action: Action, writing: Writing) -> None:
    """A withdrawn price is not found any more."""
    if subject.type == prices.PRICE and action.name == "withdraw":
        prices.withdraw(subject, writing)


@hookimpl
def price_line(line: LineItem, order: Order, reading: Reading) -> LinePrice | None:
    """What was agreed with the vendor, if it is in the order's currency."""
    found = prices.agreed(line, order, reading)
    if found is None or found.currency != order.currency:
        return None
    return LinePrice(found.price, rule=f"agreed {found.id}")


@hookimpl
def check_line(line: LineItem, order: Order, reading: Reading) -> Problem | None:
    """No less than the agreed minimum."""
    found = prices.agreed(line, order, reading)
    if found is None or line.quantity >= found.minimum:
        return None
    text = "{name} is sold from {minimum} on. To order it, raise the quantity."
    field = f"lines[{line.position - 1}].quantity"
    params = {"name": line.name, "minimum": found.minimum}
    return Problem("pricelist.minimum", text, field, params=params)


@hookimpl
def tax_line(reading: Reading) -> LineTax | None:
    """The rate an admin set, for every line alike."""
    percent = reading.settings(PricelistSettings).tax_percent
    return LineTax("S", percent, rule="flat rate") if percent else None


@hookimpl
def adjust_order(
    order: Order, adjustments: tuple[Adjustment, ...], reading: Reading
) -> tuple[Adjustment, ...] | None:
    """A surcharge on small orders whose prices are all known."""
    own = reading.settings(PricelistSettings)
    others = tuple(one for one in adjustments if one.key != SURCHARGE)
    totals = order.totals
    if not (own.small_surcharge and totals.complete and totals.lines.amount < own.small_below):
        return others
    amount = Money(own.small_surcharge, order.currency)
    return (*others, Adjustment(key=SURCHARGE, label="Small order", amount=amount))
