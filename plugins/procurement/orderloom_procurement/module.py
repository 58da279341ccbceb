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
from orderloom_procurement.requests import checking as request_checks
from orderloom_procurement.requests import importing as request_import
from orderloom_procurement.requests import lifecycle as requests
from orderloom_procurement.requests import linking, rows
from orderloom_procurement.requests.records import REQUEST
from orderloom_procurement.requests.triage import triage
from orderloom_procurement.rights import MANAGE_NEEDS, READ_NEEDS, READ_REQUESTS
from orderloom_procurement.settings import ProcurementSettings
from orderloom_procurement.tables import metadata

module = Module(
    "procurement",
    title="Procurement",
    settings=ProcurementSettings,
    tables=metadata,
    migrations="orderloom_procurement.migrations",
    locale="orderloom_procurement.locale",
    roles=(
        Role(
            key="procurement.buyer",
            title="Buyer",
            permissions={"procurement.order.*", "procurement.need.*", READ_REQUESTS},
        ),
        Role(
            key="procurement.viewer",
            title="Procurement viewer",
            permissions={"procurement.order.read", READ_NEEDS, READ_REQUESTS},
        ),
        Role(
            key="procurement.order_manager",
            title="Order manager",
            permissions={"procurement.order.*"},
        ),
        Role(
            key="procurement.requester",
            title="Requester",
            permissions={READ_REQUESTS, requests.SUBMIT},
        ),
        Role(
            key="procurement.advance_manager",
            title="Advance manager",
            permissions={READ_REQUESTS, requests.SUBMIT, requests.APPROVE_ADVANCE},
        ),
        Role(
            key="procurement.resource_manager",
            title="Resource manager",
            permissions={READ_REQUESTS, requests.APPROVE_RESOURCE, "procurement.need.*"},
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
def register_subjects() -> Iterator[SubjectType]:
    """Needs and requests, each department's own."""
    commands = ("place", "edit", "delete", "note")
    yield SubjectType(
        key=NEED,
        title="Need",
        lifecycle=lifecycle.NEEDS,
        permissions={"read": READ_NEEDS, **dict.fromkeys(commands, MANAGE_NEEDS)},
        department=fields.NEED_DEPARTMENT,
    )
    yield SubjectType(
        key=REQUEST,
        title="Request",
        lifecycle=requests.REQUESTS,
        permissions={"read": READ_REQUESTS, **dict.fromkeys(commands, requests.SUBMIT)},
        department=fields.REQUEST_DEPARTMENT,
    )


@hookimpl
def register_permissions() -> Iterator[Permission]:
    """What the roles are made of."""
    yield Permission("procurement.order.read", "See orders and their documents")
    yield Permission("procurement.order.create", "Place orders")
    yield Permission("procurement.order.edit", "Change, send, cancel and fulfil orders")
    yield Permission("procurement.order.delete", "Delete and restore orders")
    yield Permission(READ_NEEDS, "See needs and their coverage")
    yield Permission(MANAGE_NEEDS, "Add, change and delete needs, link requests to them")
    yield Permission(READ_REQUESTS, "See requests")
    yield Permission(requests.SUBMIT, "Submit, change, reopen and delete requests")
    yield Permission(requests.APPROVE_ADVANCE, "Approve or deny requests (advance manager)")
    yield Permission(requests.APPROVE_RESOURCE, "Approve or deny requests (resource manager)")


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
def register_importers() -> Iterator[Importer]:
    """Needs and requests from CSV."""
    yield importing.NEEDS
    yield request_import.REQUESTS


@hookimpl
def register_commands() -> CommandGroup:
    """The group `orderloom procurement`."""
    return CommandGroup(
        name="procurement",
        help="Requests, needs, coverage, and orders planned from them.",
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
    """Needs and requests."""
    if subject.kind == REQUEST:
        yield from request_checks.request_problems(subject, before, reading)
    else:
        yield from needs.need_problems(subject, before, reading)
        yield from linking.moved_problems(subject, before, reading)


@hookimpl
def check_delete(subject: Subject, reading: Reading) -> Iterator[Problem]:
    """A need stays while it is on orders, a request while it is linked or denied."""
    if subject.kind == NEED:
        yield from needs.deletion_problems(subject, reading)
    elif subject.kind == REQUEST:
        yield from request_checks.deletion_problems(subject)


@hookimpl
def check_action(
    action: Action, subject: Subject, after: Subject, options: Any, reading: Reading
) -> Iterator[Problem]:
    """Sending, the free selector, whatever makes an order count again; linking requests."""
    if subject.kind == REQUEST:
        yield from request_checks.action_problems(action, subject, options)
    if not isinstance(subject, Order) or not isinstance(after, Order):
        return
    if action.name == "send":
        yield from sending.missing(subject, options, reading)
    if action.name == "set_status":
        yield from selector.selector_problems(subject, options, reading)
    if reading.status(after).commits and not reading.status(subject).commits:
        problems = checking.line_problems(after, reading)
        if action.name == "reopen":
            yield from reopening.with_remedy(problems, options)
        else:
            yield from problems


@hookimpl
def on_subject_placed(subject: Subject, writing: Writing) -> None:
    """A new need gets its counter, a new request its row."""
    if subject.kind == REQUEST:
        rows.insert(subject, writing)
        triage(subject, writing)
    else:
        counters.insert(subject, writing)


@hookimpl
def on_subject_edited(before: Subject, subject: Subject, writing: Writing) -> None:
    """The rows follow the need or request; a deleted need lets its requests go."""
    table = rows if subject.kind == REQUEST else counters
    if subject.deleted_at is not None:
        if subject.kind == NEED:
            linking.release(subject, writing)
        table.delete(subject, writing)
    elif before.deleted_at is not None:
        table.insert(subject, writing)
    else:
        table.update(subject, writing)
        if subject.kind == REQUEST and before.status == subject.status:
            triage(subject, writing)


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
    """Count anew when an order starts or stops to count; note what was decided of a request."""
    if subject.kind == REQUEST:
        rows.update(subject, writing)
        triage(subject, writing)
        return
    counted = writing.status(before).commits
    if isinstance(subject, Order) and counted != writing.status(subject).commits:
        allocation.sync(subject, writing)
