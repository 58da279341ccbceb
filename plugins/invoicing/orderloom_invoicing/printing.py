"""The invoice and the credit note, as they are printed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from orderloom import DocumentInputs, DocumentType, LineItem, Order, PartyRef, Reading
from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Block,
    Column,
    Facts,
    LineTable,
    Paragraph,
    Phrases,
    Row,
    RowGroup,
    Totals,
    phrases_for,
)
from orderloom_invoicing.labels import Labels, labels_for
from orderloom_invoicing.lifecycle import CREDIT_NOTE_PDF, INVOICE_PDF
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE, CreditData, InvoiceData
from orderloom_invoicing.settings import InvoicingSettings
from orderloom_invoicing.taxes import tax_sums


@attrs.frozen(kw_only=True)
class _Page:
    """What everything on the paper is written with."""

    invoice: Order
    data: InvoiceData
    words: Labels
    say: Phrases
    reading: Reading


def build(inputs: DocumentInputs, reading: Reading) -> tuple[Block, ...]:
    """The blocks of an invoice or a credit note; parts it lacks are left out."""
    page = _page(inputs, reading)
    return (
        Facts(tuple(_facts(page))),
        AddressBlocks(tuple(_parties(page))),
        *_credit(page),
        LineTable(_columns(page.words), (RowGroup("", tuple(_rows(page))),)),
        Totals(tuple(_totals(page))),
        *_taxes(page),
        *_closing(page),
    )


def sender(inputs: DocumentInputs, reading: Reading) -> tuple[str, ...]:
    """The letterhead of a seller other than the tenant: address, tax number, contact."""
    page = _page(inputs, reading)
    seller = page.invoice.seller
    if seller is None:
        return ()
    party = reading.party(seller.id)
    contact = page.say.contact(party.primary_contact) if party else ()
    return tuple(dict.fromkeys((*_party(seller, page), *contact)))


def _page(inputs: DocumentInputs, reading: Reading) -> _Page:
    invoice = inputs.subject
    assert isinstance(invoice, Order)
    return _Page(
        invoice=invoice,
        data=invoice.data.get(InvoiceData) or InvoiceData(),
        words=labels_for(inputs.language),
        say=phrases_for(inputs.language),
        reading=reading,
    )


def _facts(page: _Page) -> Iterator[tuple[str, str]]:
    data, words = page.data, page.words
    days = ((words.date, data.issued_on), (words.due, data.due_on))
    for label, day in (*days, (words.tax_point, data.tax_point)):
        if day is not None:
            yield label, page.say.day(day)
    if data.reference:
        yield words.reference, data.reference
    if not page.invoice.number:
        yield words.draft, words.draft


def _parties(page: _Page) -> Iterator[AddressBlock]:
    yield AddressBlock(page.words.seller, tuple(_party(page.invoice.seller, page)))
    yield AddressBlock(page.words.buyer, tuple(_party(page.invoice.buyer, page)))
    if page.invoice.bill_to:
        yield AddressBlock(page.words.bill_to, page.say.address(page.invoice.bill_to))


def _party(side: PartyRef | None, page: _Page) -> Iterator[str]:
    """Name, address and tax number; of the tenant, where a side is left open."""
    settings = page.reading.settings(InvoicingSettings)
    party = page.reading.party(side.id) if side else None
    yield side.name if side else page.reading.tenant.title
    if party is not None:
        yield from page.say.address(party.address)
    number = settings.tax_numbers.get(side.id, "") if side else settings.tax_number
    if number:
        yield page.words.tax_number.format(number=number)


def _credit(page: _Page) -> Iterator[Paragraph]:
    credit = page.invoice.data.get(CreditData)
    if credit is None:
        return
    day = page.say.day(credit.issued_on) if credit.issued_on else ""
    yield Paragraph(page.words.credits.format(number=credit.number, day=day))
    if credit.reason:
        yield Paragraph(credit.reason, page.words.reason)


def _columns(words: Labels) -> tuple[Column, ...]:
    return (
        Column(key="position", title=words.position, width_share=5, align="right"),
        Column(key="item", title=words.item, width_share=41),
        Column(key="quantity", title=words.quantity, width_share=15, align="right"),
        Column(key="price", title=words.price, width_share=15, align="right"),
        Column(key="tax", title=words.tax, width_share=9, align="right"),
        Column(key="amount", title=words.amount, width_share=15, align="right"),
    )


def _rows(page: _Page) -> Iterator[Row]:
    units = page.reading.units()
    for line in page.invoice.lines:
        cells = (
            str(line.position),
            line.name,
            page.say.quantity(line.quantity, line.unit, units),
            page.say.price(line.price) if line.price else "",
            _percent(line.tax.percent, page) if line.tax else "",
            page.say.amount(line.total) if line.total else "",
        )
        yield Row(cells, tuple(_details(line, page)))


def _details(line: LineItem, page: _Page) -> Iterator[str]:
    yield from (f"{label}: {text}" for label, text in line.specs)
    for one in page.invoice.adjustments:
        if one.line == line.id:
            yield f"{one.label or page.words.share}: {page.say.amount(one.amount)}"


def _totals(page: _Page) -> Iterator[tuple[str, str]]:
    totals, words = page.invoice.totals, page.words
    own = [one for one in page.invoice.adjustments if one.line is None]
    yield from ((one.label, page.say.amount(one.amount)) for one in own)
    yield words.net, page.say.amount(totals.lines + totals.adjustments)
    yield words.tax, page.say.amount(totals.tax)
    label = words.credited if page.invoice.type == CREDIT_NOTE else words.total
    yield label, page.say.money(totals.total)


def _taxes(page: _Page) -> Iterator[LineTable]:
    """The tax summary: what is taxed at which rate."""
    words = page.words
    columns = (
        Column(key="rate", title=words.rate, width_share=50),
        Column(key="base", title=words.base, width_share=25, align="right"),
        Column(key="tax", title=words.tax, width_share=25, align="right"),
    )
    names = dict(words.categories)
    rows = tuple(
        Row(
            (
                f"{names.get(one.category, one.category)} {_percent(one.percent, page)}"
                if one.category
                else words.untaxed,
                page.say.amount(one.base),
                page.say.amount(one.tax),
            )
        )
        for one in tax_sums(page.invoice)
    )
    if rows:
        yield LineTable(columns, (RowGroup("", rows),))


def _percent(percent: Decimal, page: _Page) -> str:
    return f"{page.say.number(percent)} %"


def _closing(page: _Page) -> Iterator[Paragraph]:
    due = page.data.due_on
    if due is not None and page.invoice.type == INVOICE:
        yield Paragraph(page.words.terms.format(due=page.say.day(due)))
    if page.invoice.remarks:
        yield Paragraph(page.invoice.remarks)


DOCUMENTS = (
    DocumentType(
        key=INVOICE_PDF,
        title="Invoice",
        titles={"es": "Factura"},
        type=INVOICE,
        build=build,
        sender=sender,
        to="buyer",
    ),
    DocumentType(
        key=CREDIT_NOTE_PDF,
        title="Credit note",
        titles={"es": "Nota de abono"},
        type=CREDIT_NOTE,
        build=build,
        sender=sender,
        to="buyer",
    ),
)
