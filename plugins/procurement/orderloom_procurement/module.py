"""The manifest of the module, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from orderloom import (
    Action,
    Claim,
    Command,
    CommandGroup,
    Demo,
    DocumentType,
    Field,
    Importer,
    Module,
    Notification,
    Order,
    OrderType,
    Permission,
    Problem,
    Reading,
    Role,
    Series,
    Subject,
    SubjectType,
    Writing,
    hookimpl,
)
from orderloom_procurement import (
    allocation,
    checking,
    claims,
    counters,
    fields,
    importing,
    lifecycle,
    needs,
    notifications,
    reopening,
    rfq,
    selector,
    sending,
)
from orderloom_procurement.records import NEED, ORDER_TYPE
from orderloom_procurement.settings import ProcurementSettings
from orderloom_procurement.tables import metadata

READ, MANAGE = "procurement.need.read", "procurement.need.manage"

module = Module(
    "procurement",
    title="Procurement",
    settings=ProcurementSettings,
    tables=metadata,
    migrations="orderloom_procurement.migrations",
    roles=(
        Role(
            key="procurement.buyer",
            title="Buyer",
            permissions={"procurement.order.*", "procurement.need.*"},
        ),
        Role(
            key="procurement.viewer",
            title="Procurement viewer",
            permissions={"procurement.order.read", READ},
        ),
    ),
)


@hookimpl
def register_order_types() -> OrderType:
    """Orders to vendors."""
    return OrderType(
        key=ORDER_TYPE,
        title="Procurement order",
        lifecycle=lifecycle.ORDERS,
        series=Series(key=ORDER_TYPE, pattern="{prefix}RFQ-{year}-{seq:05}", yearly=True),
        seller="Vendor",
        permissions={"place": "procurement.order.create", "note": "procurement.order.edit"},
    )


@hookimpl
def register_subjects() -> SubjectType:
    """Needs."""
    commands = ("place", "edit", "delete", "note")
    return SubjectType(
        key=NEED,
        title="Need",
        lifecycle=lifecycle.NEEDS,
        permissions={"read": READ, **dict.fromkeys(commands, MANAGE)},
    )


@hookimpl
def register_permissions() -> Iterator[Permission]:
    """What the roles are made of."""
    yield Permission("procurement.order.read", "See orders and their documents")
    yield Permission("procurement.order.create", "Place orders")
    yield Permission("procurement.order.edit", "Change, send, cancel and fulfil orders")
    yield Permission("procurement.order.delete", "Delete and restore orders")
    yield Permission(READ, "See needs and their coverage")
    yield Permission(MANAGE, "Add, change and delete needs")


@hookimpl
def register_documents() -> DocumentType:
    """The request for quotation."""
    return rfq.DOCUMENT


@hookimpl
def register_notifications() -> Notification:
    """The mail to the vendor."""
    return notifications.NOTIFICATION


@hookimpl
def register_fields() -> tuple[Field, ...]:
    """Fields for lists and filters."""
    return fields.FIELDS


@hookimpl
def register_importers() -> Importer:
    """Needs from CSV."""
    return importing.NEEDS


@hookimpl
def register_commands() -> CommandGroup:
    """The group `orderloom procurement`."""
    return CommandGroup(
        name="procurement",
        help="Needs, coverage, and orders planned from them.",
        target="orderloom_procurement.cli:procurement",
    )


@hookimpl
def register_demos() -> Demo:
    """The story of the demo."""
    return Demo(
        key="procurement",
        title="Two festivals: needs, vendors, requests for quotation",
        target="orderloom_procurement.demo:play",
    )


@hookimpl
def claim_rows(command: Command, before: Subject | None, reading: Reading) -> Iterable[Claim]:
    """The needs a command touches."""
    return claims.claims(command, before, reading)


@hookimpl
def check_order(order: Order, before: Order | None, reading: Reading) -> Sequence[Problem]:
    """Lines against needs."""
    return checking.order_problems(order, before, reading)


@hookimpl
def check_subject(subject: Subject, before: Subject | None, reading: Reading) -> Iterator[Problem]:
    """Needs."""
    return needs.need_problems(subject, before, reading)


@hookimpl
def check_delete(subject: Subject, reading: Reading) -> Iterator[Problem]:
    """A need stays while it is on orders."""
    if subject.kind == NEED:
        yield from needs.deletion_problems(subject, reading)


@hookimpl
def check_action(
    action: Action, subject: Subject, after: Subject, options: Any, reading: Reading
) -> Iterator[Problem]:
    """Sending, the free selector, and whatever makes an order count again."""
    if not isinstance(subject, Order) or not isinstance(after, Order):
        return
    if action.name == "send":
        yield from sending.missing(subject, options, reading)
    if action.name == "set_status":
        yield from selector.selector_problems(subject, options, reading)
    if reading.status(after).commits and not reading.status(subject).commits:
        problems = checking.line_problems(after, reading)
        yield from reopening.with_remedy(problems) if action.name == "reopen" else problems


@hookimpl
def on_subject_placed(subject: Subject, writing: Writing) -> None:
    """A new need gets its counter."""
    counters.insert(subject, writing)


@hookimpl
def on_subject_edited(before: Subject, subject: Subject, writing: Writing) -> None:
    """The counter's row follows the need."""
    if subject.deleted_at is not None:
        counters.delete(subject, writing)
    elif before.deleted_at is not None:
        counters.insert(subject, writing)
    else:
        counters.update(subject, writing)


@hookimpl
def on_lines_changed(order: Order, writing: Writing) -> None:
    """Count what the lines order now."""
    allocation.sync(order, writing)


@hookimpl
def on_order_deleted(order: Order, writing: Writing) -> None:
    """A deleted order counts for nothing; a restored one counts again."""
    allocation.sync(order, writing)


@hookimpl
def on_status_changed(before: Subject, subject: Subject, writing: Writing) -> None:
    """Count anew when an order starts or stops to count."""
    counted = writing.status(before).commits
    if isinstance(subject, Order) and counted != writing.status(subject).commits:
        allocation.sync(subject, writing)
