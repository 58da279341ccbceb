"""The request for quotation: what is asked of a vendor, without any price.

Source: BackOps, orders (RFQs), contents decided in systems.md 0.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from orderloom import (
    Address,
    Contact,
    Delivery,
    DocumentInputs,
    DocumentType,
    LineItem,
    Order,
    PartyRef,
    Reading,
)
from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Block,
    Column,
    Facts,
    LineTable,
    Paragraph,
    Row,
    RowGroup,
)
from orderloom_procurement.lifecycle import EDIT, RFQ
from orderloom_procurement.records import ORDER_TYPE
from orderloom_procurement.rfq_labels import Labels, labels_for, locale_for
from orderloom_procurement.units import symbol_of


def build(inputs: DocumentInputs, reading: Reading) -> tuple[Block, ...]:
    """The blocks of a request for quotation; parts the order lacks are left out."""
    order, words = inputs.subject, labels_for(inputs.language)
    assert isinstance(order, Order)
    locale = locale_for(inputs.language)
    return (
        _facts(inputs, order, words, reading),
        *_addresses(order, words, locale, reading),
        *((Paragraph(order.remarks, words.notes),) if order.remarks else ()),
        LineTable(_columns(words), tuple(_groups(order, words, locale, reading))),
        Paragraph(words.answer.format(number=inputs.number)),
    )


def project_title(order: Order, reading: Reading) -> str:
    """The project as people know it."""
    project = reading.project(order.project)
    return project.title if project else order.project


def _facts(inputs: DocumentInputs, order: Order, words: Labels, reading: Reading) -> Facts:
    locale = locale_for(inputs.language)
    pairs = [
        (words.revision, str(inputs.revision) if inputs.revision else words.draft),
        (words.date, _day(_business_day(inputs, reading), locale)),
        (words.project, project_title(order, reading)),
    ]
    if order.delivery and order.delivery.on:
        wanted = words.pick_up_on if order.delivery.method == "pickup" else words.deliver_on
        pairs.append((wanted, _day(order.delivery.on, locale)))
    return Facts(tuple(pairs))


def _business_day(inputs: DocumentInputs, reading: Reading) -> date:
    from zoneinfo import ZoneInfo

    return inputs.issued_at.astimezone(ZoneInfo(reading.tenant.timezone)).date()


def _addresses(
    order: Order, words: Labels, locale: str, reading: Reading
) -> Iterator[AddressBlocks]:
    blocks = []
    if order.seller:
        blocks.append(AddressBlock(words.vendor, _vendor(order.seller, locale, reading)))
    if order.delivery:
        title = words.pick_up if order.delivery.method == "pickup" else words.deliver_to
        blocks.append(AddressBlock(title, _delivery(order.delivery, locale)))
    if order.bill_to:
        blocks.append(AddressBlock(words.bill_to, _printed(order.bill_to, locale)))
    if blocks:
        yield AddressBlocks(tuple(blocks))


def _vendor(vendor: PartyRef, locale: str, reading: Reading) -> tuple[str, ...]:
    party = reading.party(vendor.id)
    if party is None:
        return (vendor.name,)
    return (party.name, *_printed(party.address, locale), *_reached(party.primary_contact))


def _delivery(delivery: Delivery, locale: str) -> tuple[str, ...]:
    instructions = delivery.instructions.split("\n") if delivery.instructions else []
    return (*_printed(delivery.address, locale), *_reached(delivery.contact), *instructions)


def _printed(address: Address | None, locale: str) -> tuple[str, ...]:
    from babel import Locale

    if address is None:
        return ()
    country = Locale.parse(locale).territories.get(address.country, address.country)
    town = " ".join(part for part in (address.postal_code, address.city, address.region) if part)
    return tuple(line for line in (*address.lines, town, country) if line)


def _reached(contact: Contact | None) -> tuple[str, ...]:
    if contact is None:
        return ()
    return tuple(
        dict.fromkeys(part for part in (contact.name, contact.email, contact.phone) if part)
    )


def _columns(words: Labels) -> tuple[Column, ...]:
    return (
        Column(key="position", title=words.position, width_share=5, align="right"),
        Column(key="item", title=words.item, width_share=45),
        Column(key="needed_by", title=words.needed_by, width_share=16),
        Column(key="quantity", title=words.quantity, width_share=16, align="right"),
        Column(key="price", title=words.price, width_share=18, align="right", empty_box=True),
    )


def _groups(order: Order, words: Labels, locale: str, reading: Reading) -> Iterator[RowGroup]:
    """By department, in the order in which the lines first name them."""
    groups: dict[str, list[LineItem]] = {}
    for line in order.lines:
        groups.setdefault(line.group, []).append(line)
    for title, lines in groups.items():
        rows = tuple(_row(line, locale, reading) for line in lines)
        yield RowGroup(title or (words.other if len(groups) > 1 else ""), rows)


def _row(line: LineItem, locale: str, reading: Reading) -> Row:
    cells = (
        str(line.position),
        line.name,
        _day(line.needed_by, locale) if line.needed_by else "",
        f"{_number(line.quantity, locale)} {symbol_of(line.unit, reading)}",
        "",
    )
    notes = line.note.split("\n") if line.note else []
    return Row(cells, (*(f"{label}: {text}" for label, text in line.specs), *notes))


def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=locale)


def _number(number: Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(number, format="#,##0.######", locale=locale)


DOCUMENT = DocumentType(
    key=RFQ,
    title="Request for quotation",
    titles={"es": "Solicitud de presupuesto"},
    type=ORDER_TYPE,
    build=build,
    permission=EDIT,
    to="seller",
)
