"""From raw input to lines and orders: every gate, every problem at once, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

import attrs

from orderloom.errors import Problem, Refused
from orderloom.orders.commands import NewLine, NewOrder, NewSubject, Number
from orderloom.orders.data import NO_DATA, Data
from orderloom.orders.order import NOWHERE, Delivery, LineItem, Order, PartyRef, Provenance
from orderloom.orders.pricing import totals_of
from orderloom.orders.subject import Subject
from orderloom.values import (
    REC20,
    Address,
    Contact,
    Gather,
    Party,
    Price,
    Unit,
    address_of,
    contact_of,
    currency_of,
    date_of,
    nearest,
    positive,
    shown,
    text_of,
    unit_of,
)

MOST_LINES = 10_000  # a page-long RFQ has 40; this only keeps one order within one transaction
_LONGEST_ID = 255


class Lookups(Protocol):
    """What building an order needs to know of the tenant."""

    def party(self, id: str) -> Party | None:
        """A party by id."""
        ...

    def product(self, id: str) -> Any:
        """A product by id: something with `name` and `unit`."""
        ...

    def project(self, id: str) -> Any:
        """A project by id."""
        ...

    def units(self) -> Mapping[str, Unit]:
        """The tenant's own units."""
        ...


@attrs.frozen(kw_only=True)
class Maker:
    """What every new value of one command shares.

    Attributes:
        look: the tenant's parties, products, projects and units.
        new_id: UUIDv7 of the command's instant.
        now: aware UTC.
        actor: id of who asks.
        currency: the tenant's.
        gather: where problems go.
    """

    look: Lookups
    new_id: Callable[[], UUID]
    now: datetime
    actor: str
    currency: str
    gather: Gather = attrs.field(factory=Gather)

    @cached_property
    def entered(self) -> Provenance:
        """Where a price comes from that was handed in."""
        return Provenance(rule=self.actor)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The tenant's own units, read once for all lines."""
        return self.look.units()

    def text(self, given: str, field: str, **rules: Any) -> str:
        """A text that may be empty; so is one that was refused."""
        if given == "":
            return ""
        return self.gather.take(text_of, given, field, required=False, **rules) or ""


def build_order(make: Maker, new: NewOrder, status: str, **more: Any) -> Order:
    """The order a `NewOrder` asks for; whatever is wrong with it goes to `make.gather`.

    Args:
        make: what its values are made with.
        new: what is asked for.
        status: it begins in.
        more: kind of the type, facets and digest of the lifecycle.
    """
    take = make.gather.take
    currency = take(currency_of, new.currency or make.currency, "currency") or make.currency
    lines = tuple(
        line
        for index, raw in enumerate(new.lines[:MOST_LINES])
        if (line := build_line(make, raw, currency, f"lines[{index}]", index + 1)) is not None
    )
    too_many(make.gather, len(new.lines))
    return Order(
        id=make.new_id(),
        type=new.type,
        version=1,
        status=status,
        title=make.text(new.title, "title"),
        project=take(known_project, make.look, new.project) or "",
        data=Data.of(new.data) if new.data else NO_DATA,
        created_at=make.now,
        created_by=make.actor,
        updated_at=make.now,
        buyer=party_ref(make, new.buyer, "buyer"),
        seller=party_ref(make, new.seller, "seller"),
        currency=currency,
        lines=lines,
        totals=totals_of(lines, (), currency),
        delivery=delivery_of(make, new.delivery),
        bill_to=bill_to_of(make, new.bill_to),
        remarks=remarks_of(make, new.remarks),
        **more,
    )


def build_subject(make: Maker, new: NewSubject, status: str, **more: Any) -> Subject:
    """The subject a `NewSubject` asks for; as `build_order`."""
    return Subject(
        kind=new.type,
        id=make.new_id(),
        type=new.type,
        version=1,
        status=status,
        title=make.gather.take(text_of, new.title, "title") or "",
        project=make.gather.take(known_project, make.look, new.project) or "",
        data=Data.of(new.data),
        created_at=make.now,
        created_by=make.actor,
        updated_at=make.now,
        **more,
    )


def build_line(
    make: Maker, new: NewLine, currency: str, field: str, position: int
) -> LineItem | None:
    """One line, or None when something about it was refused."""
    take, seen = make.gather.take, make.gather.count
    product = None
    if new.product:
        product = take(known_product, make.look, new.product, f"{field}.product")
    name = take(text_of, new.name or getattr(product, "name", ""), f"{field}.name")
    quantity = take(positive, new.quantity, f"{field}.quantity")
    unit = _unit(make, new.unit or getattr(product, "unit", "") or "C62", f"{field}.unit")
    price = price_of(make, new.price, currency, f"{field}.price")
    needed_by = (
        None if new.needed_by in (None, "") else take(date_of, new.needed_by, f"{field}.needed_by")
    )
    specs = specs_of(make, new.specs, f"{field}.specs")
    note = make.text(new.note, f"{field}.note", longest=2000, multiline=True)
    group = make.text(new.group, f"{field}.group")
    if name is None or quantity is None or unit is None or make.gather.count > seen:
        return None
    return LineItem(
        id=make.new_id(),
        position=position,
        name=name,
        quantity=quantity,
        unit=unit,
        product=new.product if product else "",
        group=group,
        specs=specs,
        needed_by=needed_by,
        note=note,
        price=price,
        price_source=make.entered if price else NOWHERE,
        data=Data.of(new.data) if new.data else NO_DATA,
    )


def _unit(make: Maker, given: str, field: str) -> str | None:
    """The code of a unit; the tenant's own ones are asked for only if it is no standard code."""
    if isinstance(given, str) and given in REC20:
        return given
    return make.gather.take(unit_of, given, field, make.units)


def too_many(gather: Gather, count: int) -> None:
    """A problem if an order has more lines than one transaction should carry."""
    if count > MOST_LINES:
        text = "The order has {count} lines. To place it, split it into orders of at most {most}."
        params = {"count": count, "most": MOST_LINES}
        gather.add(Problem("order.too_many_lines", text, "lines", params=params))


def known_project(look: Lookups, key: str) -> str:
    """A known project's key, or "" for none.

    Raises:
        Refused: [project.unknown].
    """
    if not _is_id(key) or (key and look.project(key) is None):
        text = "There is no project {key}. To use it, create it first (orderloom project add)."
        raise Refused([Problem("project.unknown", text, "project", params={"key": shown(key)})])
    return key


def known_product(look: Lookups, key: str, field: str = "product") -> Any:
    """A known product, or None for none.

    Raises:
        Refused: [product.unknown].
    """
    if not key:
        return None
    product = look.product(key) if _is_id(key) else None
    if product is None:
        text = "There is no product {key}. To order it, create it first or leave the product empty."
        raise Refused([Problem("product.unknown", text, field, params={"key": shown(key)})])
    return product


def _is_id(key: object) -> bool:
    """Whether a database can be asked for it at all: text without NUL, surrogates and the like."""
    return isinstance(key, str) and key.isprintable() and len(key) <= _LONGEST_ID


def party_ref(make: Maker, given: Party | str, field: str) -> PartyRef | None:
    """The party as the order keeps it."""
    if not given:
        return None
    key = given.id if isinstance(given, Party) else given
    party = make.look.party(key) if _is_id(key) else None
    if party is None:
        text = "There is no party {key}. To name it here, create it first (orderloom party add)."
        make.gather.add(Problem("party.unknown", text, field, params={"key": shown(key)}))
        return None
    return PartyRef(party.id, party.name)


def price_of(make: Maker, given: Price | Number | None, currency: str, field: str) -> Price | None:
    """A price in the order's currency."""
    if given is None or given == "":
        return None
    if not isinstance(given, Price):
        return make.gather.take(Price.of, given, currency, field)
    if given.currency != currency:
        text = "The price is in {given}, the order in {currency}. To use it, convert it first."
        params = {"given": given.currency, "currency": currency}
        make.gather.add(Problem("price.currency", text, field, params=params))
        return None
    return make.gather.take(Price.of, given.amount, currency, field, per=given.per)


def specs_of(
    make: Maker, given: tuple[tuple[str, str], ...], field: str
) -> tuple[tuple[str, str], ...]:
    """Specification pairs, each through the text gate; empty texts are left out."""
    if not given:
        return ()
    take = make.gather.take
    pairs = (
        (
            take(text_of, label, f"{field}[{index}].label", longest=80),
            take(text_of, text, f"{field}[{index}].text", longest=1000, required=False),
        )
        for index, (label, text) in enumerate(given)
    )
    return tuple((label, text) for label, text in pairs if label and text)


def remarks_of(make: Maker, given: str) -> str:
    """Free text for documents."""
    return make.text(given, "remarks", longest=5000, multiline=True)


def bill_to_of(make: Maker, given: Any) -> Address | None:
    """An address, or None."""
    return None if not given else make.gather.take(address_of, _raw(given), "bill_to")


def _raw(given: Any) -> Any:
    """A record as the mapping it could have been, so that its texts pass the gates too."""
    return attrs.asdict(given, recurse=False) if isinstance(given, Address | Contact) else given


def delivery_of(make: Maker, given: Delivery | None) -> Delivery | None:
    """Delivery info with every part through its gate."""
    if given is None:
        return None
    if not isinstance(given, Delivery):
        text = "“{given}” is no delivery. To set it, give a Delivery, such as Delivery(address=…)."
        make.gather.add(
            Problem("delivery.malformed", text, "delivery", params={"given": shown(given)})
        )
        return None
    take = make.gather.take
    if given.method not in ("delivery", "pickup"):
        text = "{method} is no way to get the goods. To set it, use: {nearest}."
        close = nearest(str(given.method), ("delivery", "pickup"), otherwise="delivery, pickup")
        params = {"method": shown(given.method), "nearest": close}
        make.gather.add(Problem("delivery.method", text, "delivery.method", params=params))
    address = take(address_of, _raw(given.address), "delivery.address") if given.address else None
    contact: Contact | None = (
        take(contact_of, _raw(given.contact), "delivery.contact") if given.contact else None
    )
    instructions = take(
        text_of,
        given.instructions,
        "delivery.instructions",
        longest=1000,
        multiline=True,
        required=False,
    )
    on = None if given.on is None else take(date_of, given.on, "delivery.on")
    return Delivery(
        method=given.method,
        address=address,
        contact=contact,
        instructions=instructions or "",
        on=on,
    )
