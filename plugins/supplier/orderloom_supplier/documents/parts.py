"""What the printed documents have in common: who, where, when, and the groups of lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from orderloom import DocumentInputs, LineItem, Order, PartyRef, Reading
from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Facts,
    Paragraph,
    Phrases,
    Row,
    RowGroup,
    phrases_for,
)
from orderloom_supplier.documents.labels import Labels, labels_for
from orderloom_supplier.records import progress


@attrs.frozen(kw_only=True)
class Sheet:
    """One document in the making.

    Attributes:
        words: in the reader's language.
        phrases: writes values in the reader's locale.
    """

    order: Order
    inputs: DocumentInputs
    reading: Reading
    words: Labels
    phrases: Phrases

    def quantity(self, line: LineItem, quantity: Decimal) -> str:
        """A quantity of a line with its unit."""
        return self.phrases.quantity(quantity, line.unit, self.reading.units())


def sheet_of(inputs: DocumentInputs, reading: Reading) -> Sheet:
    """Begin a document of an order."""
    order = inputs.subject
    assert isinstance(order, Order)
    return Sheet(
        order=order,
        inputs=inputs,
        reading=reading,
        words=labels_for(inputs.language),
        phrases=phrases_for(inputs.language),
    )


def delivery_day(order: Order) -> date | None:
    """The day the supplier delivers; before that is fixed, the day the outlet wants."""
    return progress(order).scheduled_for or (order.delivery.on if order.delivery else None)


def facts(sheet: Sheet) -> Facts:
    """Revision, date, delivery day and project."""
    words, inputs, reading = sheet.words, sheet.inputs, sheet.reading
    project = reading.project(sheet.order.project)
    pairs = [
        (words.revision, str(inputs.revision) if inputs.revision else words.draft),
        (words.date, sheet.phrases.day_of(inputs.issued_at, reading.tenant.timezone)),
        *_delivery(sheet),
        *(((words.project, project.title),) if project else ()),
    ]
    return Facts(tuple(pairs))


def _delivery(sheet: Sheet) -> Iterator[tuple[str, str]]:
    delivery, day = sheet.order.delivery, delivery_day(sheet.order)
    if day:
        fetched = delivery is not None and delivery.method == "pickup"
        yield sheet.words.pick_up_on if fetched else sheet.words.deliver_on, sheet.phrases.day(day)


def party_block(sheet: Sheet, title: str, ref: PartyRef | None) -> Iterator[AddressBlock]:
    """A party as it is in the directory now, or by the name the order knows it by."""
    if ref is None:
        return
    party = sheet.reading.party(ref.id)
    if party is None:
        yield AddressBlock(title, (ref.name,))
        return
    address = without_name(sheet.phrases.address(party.address), party.name)
    yield AddressBlock(title, (party.name, *address, *sheet.phrases.contact(party.primary_contact)))


def delivery_block(sheet: Sheet) -> Iterator[AddressBlock]:
    """Where the goods go and who is there to take them."""
    delivery = sheet.order.delivery
    if delivery is None:
        return
    title = sheet.words.pick_up if delivery.method == "pickup" else sheet.words.deliver_to
    lines = (*sheet.phrases.address(delivery.address), *sheet.phrases.contact(delivery.contact))
    if lines:
        yield AddressBlock(title, lines)


def side_by_side(*blocks: Iterable[AddressBlock]) -> Iterator[AddressBlocks]:
    """Addresses in one row, if there are any."""
    found = tuple(block for given in blocks for block in given)
    if found:
        yield AddressBlocks(found)


def notes(sheet: Sheet) -> Iterator[Paragraph]:
    """What the outlet wrote for the supplier, and for the driver."""
    delivery = sheet.order.delivery
    if sheet.order.remarks:
        yield Paragraph(sheet.order.remarks, sheet.words.notes)
    if delivery and delivery.instructions:
        yield Paragraph(delivery.instructions, sheet.words.instructions)


def groups(
    sheet: Sheet, lines: Iterable[LineItem], row: Callable[[LineItem], Row]
) -> tuple[RowGroup, ...]:
    """Rows under the headings of their lines, in the order in which these first come up."""
    found: dict[str, list[Row]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(row(line))
    other = sheet.words.other if len(found) > 1 else ""
    return tuple(RowGroup(title or other, tuple(rows)) for title, rows in found.items())


def details(sheet: Sheet, line: LineItem) -> tuple[str, ...]:
    """What is printed small under the name of a line."""
    article = [f"{sheet.words.article}: {line.product}"] if line.product else []
    notes = line.note.split("\n") if line.note else []
    return (*article, *(f"{label}: {text}" for label, text in line.specs), *notes)


def without_name(lines: tuple[str, ...], name: str) -> tuple[str, ...]:
    """An address without the name that stands above it already."""
    return lines[1:] if lines[:1] == (name,) else lines
