"""The manifest of the module, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from orderloom import (
    Action,
    Adjustment,
    Claim,
    Command,
    CommandGroup,
    DocumentType,
    Field,
    LineItem,
    LineTax,
    Module,
    Order,
    OrderType,
    Permission,
    Problem,
    Reading,
    Role,
    Series,
    Subject,
    Writing,
    hookimpl,
)
from orderloom_invoicing import (
    copying,
    crediting,
    fields,
    handover,
    ledger,
    lifecycle,
    posting,
    printing,
    rights,
    taxes,
)
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE, KIND
from orderloom_invoicing.settings import InvoicingSettings
from orderloom_invoicing.tables import metadata

module = Module(
    "invoicing",
    title="Invoicing",
    settings=InvoicingSettings,
    tables=metadata,
    migrations="orderloom_invoicing.migrations",
    roles=(
        Role(key="invoicing.clerk", title="Invoicing clerk", permissions={"invoicing.invoice.*"}),
        Role(key="invoicing.viewer", title="Invoice viewer", permissions={rights.READ}),
    ),
)


def _numbers(key: str, sign: str) -> Series:
    """Whoever issues invoices numbers his own, without a gap."""
    pattern = f"{sign}-{{seller}}{{year}}-{{seq:05}}"
    return Series(key=key, pattern=pattern, yearly=True, per_seller=True)


@hookimpl
def register_order_types() -> Iterator[OrderType]:
    """Invoices and credit notes: not orders, but with lines and money."""
    yield OrderType(
        key=INVOICE,
        title="Invoice",
        kind=KIND,
        lifecycle=lifecycle.INVOICES,
        series=_numbers(INVOICE, "INV"),
        buyer="Buyer",
        seller="Seller",
        permissions={"note": rights.EDIT, "delete": rights.VOID},
    )
    yield OrderType(
        key=CREDIT_NOTE,
        title="Credit note",
        kind=KIND,
        lifecycle=lifecycle.CREDIT_NOTES,
        series=_numbers(CREDIT_NOTE, "CN"),
        buyer="Buyer",
        seller="Seller",
        permissions={
            "read": rights.READ,
            "edit": rights.EDIT,
            "delete": rights.VOID,
            "note": rights.EDIT,
        },
    )


@hookimpl
def register_permissions() -> Iterator[Permission]:
    """What the roles are made of."""
    yield Permission(rights.READ, "See invoices and credit notes, and their documents")
    yield Permission(rights.PLACE, "Write invoices by hand")
    yield Permission(rights.HAND_OVER, "Make the invoice an order asks for")
    yield Permission(rights.EDIT, "Change drafts, issue documents again, write notes")
    yield Permission(rights.POST, "Post invoices")
    yield Permission(rights.VOID, "Void drafts")
    yield Permission(rights.CREDIT, "Credit invoices")


@hookimpl
def register_documents() -> tuple[DocumentType, ...]:
    """What is printed of them."""
    return printing.DOCUMENTS


@hookimpl
def register_fields() -> tuple[Field, ...]:
    """Fields for lists and filters."""
    return fields.FIELDS


@hookimpl
def register_commands() -> CommandGroup:
    """The group `orderloom invoicing`."""
    return CommandGroup(
        name="invoicing",
        help="Invoices and credit notes.",
        target="orderloom_invoicing.cli:invoicing",
    )


@hookimpl
def claim_rows(command: Command, reading: Reading) -> Iterable[Claim]:
    """The order's request for an invoice."""
    return handover.claims(command, reading)


@hookimpl
def tax_line(line: LineItem, reading: Reading) -> LineTax | None:
    """The tax a line had on its order, else what the settings say."""
    return taxes.line_tax(line, reading)


@hookimpl
def adjust_order(
    order: Order, adjustments: tuple[Adjustment, ...]
) -> tuple[Adjustment, ...] | None:
    """The discounts and surcharges of what it was made from."""
    return copying.adjusted(order, adjustments)


@hookimpl
def check_order(order: Order, before: Order | None) -> Iterator[Problem]:
    """Where an invoice comes from stays as it is, and only crediting credits."""
    yield from handover.origin_problems(order, before)
    yield from crediting.draft_problems(order)


@hookimpl
def check_action(
    action: Action, order: Order, after: Order, options: Any, reading: Reading
) -> Iterator[Problem]:
    """Posting, crediting, and what may only come into being by them."""
    if order.type == CREDIT_NOTE:
        yield from crediting.note_problems(after, reading)
    elif action.name == "post":
        yield from posting.post_problems(after, options, reading)
    elif action.name == "credit":
        yield from crediting.date_problems(order, options, reading)
    elif action.name in ("place", handover.ACTION):
        yield from handover.source_problems(after, action.name, reading)


@hookimpl
def on_order_placed(order: Order, writing: Writing) -> None:
    """Note down what a credit note credits, and which order has its invoice now."""
    if order.type == CREDIT_NOTE:
        ledger.record(order, writing)
    else:
        handover.note_made(order, writing)


@hookimpl
def on_status_changed(
    before: Subject, subject: Subject, action: Action, options: Any, writing: Writing
) -> None:
    """Crediting issues the credit note; an order whose draft is voided lacks its invoice again."""
    if not isinstance(before, Order) or not isinstance(subject, Order):
        return
    if action.name == "credit":
        crediting.write_note(before, subject, options, writing)
    elif action.name == "void":
        handover.note_voided(subject, writing)
