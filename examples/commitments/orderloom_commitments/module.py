"""The manifest of the module, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orderloom import (
    Action,
    Claim,
    Command,
    DocumentInputs,
    Event,
    Module,
    Money,
    NewOrder,
    Order,
    Permission,
    Place,
    Problem,
    Reading,
    Subject,
    Tenant,
    Writing,
    hookimpl,
)
from orderloom.documents import Facts
from orderloom_commitments import accounts, ledger
from orderloom_commitments.settings import CommitmentsSettings
from orderloom_commitments.tables import metadata, projects

EXCEED = "commitments.exceed"
RFQ = "procurement.rfq"

module = Module(
    "commitments",
    title="Commitments",
    requires="procurement",
    touches="procurement.order",
    settings=CommitmentsSettings,
    tables=metadata,
    migrations="orderloom_commitments.migrations",
)


@hookimpl
def register_permissions() -> Permission:
    """Who may go over the budget of a project."""
    return Permission(EXCEED, "Order more than the budget of a project allows")


@hookimpl
def claim_rows(command: Command, before: Subject | None, reading: Reading) -> Claim | None:
    """The row of the project: of two orders at once, one sees what the other committed."""
    new = command.new if isinstance(command, Place) else before
    project = new.project if isinstance(new, NewOrder | Order) else ""
    known = project and ledger.is_known(project, reading)
    return Claim(projects.name, ledger.row_of(project)) if known else None


@hookimpl
def check_order(order: Order, reading: Reading) -> Problem | None:
    """No more than the budget of its project."""
    budget = reading.settings(CommitmentsSettings).budget
    if not (budget and order.project) or reading.allows(EXCEED, order):
        return None
    most = Money(Decimal(budget), order.currency)
    others = ledger.committed(order.project, order.currency, reading, but=order.id)
    if others + order.totals.total <= most:
        return None
    text = "{project} would have committed itself to {sum} of {budget}. To go on, order less."
    params = {"project": order.project, "sum": others + order.totals.total, "budget": most}
    return Problem("commitments.exceeded", text, "lines", params=params)


@hookimpl
def on_order_placed(order: Order, writing: Writing) -> None:
    """It counts from now on."""
    ledger.keep(order, writing)


@hookimpl
def on_order_edited(order: Order, writing: Writing) -> None:
    """It counts with what it costs now."""
    ledger.keep(order, writing)


@hookimpl
def on_order_deleted(order: Order, writing: Writing) -> None:
    """It counts no more, or again."""
    ledger.keep(order, writing)


@hookimpl
def on_status_changed(subject: Subject, action: Action, writing: Writing) -> None:
    """What was canceled counts no more."""
    if isinstance(subject, Order):
        ledger.keep(subject, writing)


@hookimpl
def extend_document(
    document: str, blocks: tuple[Any, ...], inputs: DocumentInputs, reading: Reading
) -> Sequence[Any] | None:
    """The cost centre, for the vendor to print on the invoice."""
    if document != RFQ or not inputs.subject.project:
        return None
    return (*blocks, Facts((("Cost centre", inputs.subject.project),)))


@hookimpl
def after_order_event(event: Event, order: Order, tenant: Tenant) -> None:
    """The accounts hear of every order."""
    accounts.note_order(event, order, tenant)


@hookimpl
def after_status_changed(event: Event, subject: Subject, tenant: Tenant) -> None:
    """The accounts hear of what was sent, canceled and fulfilled."""
    accounts.note_status(event, subject, tenant)
