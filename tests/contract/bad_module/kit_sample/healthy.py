"""A sound module that uses every hook; `faults` breaks it in one place at a time."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import attrs
import sqlalchemy as sa

from orderloom import (
    EVERYONE,
    START,
    Action,
    Adjustment,
    Claim,
    Column,
    CommandGroup,
    Demo,
    DocumentType,
    Facet,
    Field,
    Importer,
    Lifecycle,
    LinePrice,
    LineTax,
    Module,
    Money,
    NewSubject,
    Notification,
    OrderType,
    Permission,
    Price,
    Problem,
    Recipient,
    Role,
    Series,
    Status,
    SubjectType,
    Template,
    decimal_of,
    hookimpl,
    module_data,
    text_of,
)
from orderloom.documents import Paragraph
from orderloom.store import NAMING, tenant_table, to_tenant

SLIP = "sample.slip"
ENDS = ("done", "canceled")

metadata = sa.MetaData(naming_convention=NAMING)
sizes = tenant_table(
    "ol_sample_size",
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    to_tenant(),
    sa.Index(None, "tenant_id", "lines"),
    primary=("id",),
    metadata=metadata,
)
SIZE = sa.select(sizes.c.lines).where(sizes.c.id == sa.bindparam("at"))
MORE = sa.update(sizes).where(sizes.c.id == sa.bindparam("at")).values(lines=sa.bindparam("count"))


@module_data("sample", v=1)
@attrs.frozen(kw_only=True)
class VisitData:
    people: Decimal = Decimal(1)


@attrs.frozen(kw_only=True)
class SampleSettings:
    greeting: str = "Hello"
    most_lines: int = 50
    tags: tuple[str, ...] = ("one", "two")


@attrs.frozen(kw_only=True)
class Verdict:
    good: bool


def judged(order: Any, options: Verdict) -> str:
    return "done" if options.good else "canceled"


def orders(**changes: Any) -> Lifecycle:
    parts: dict[str, Any] = {
        "statuses": (
            Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
            Status("sent", "Sent", stage="open"),
            Status("done", "Done", stage="done", final=True),
            Status("canceled", "Canceled", stage="dropped", final=True),
        ),
        "actions": (
            Action("place", source=START, target="draft"),
            Action("send", source="draft", target="sent", series="sample.order", issues=SLIP),
            Action("judge", source="sent", target=ENDS, route=judged, options=Verdict),
            Action("cancel", source=("draft", "sent"), target="canceled", permission="sample.stop"),
        ),
    }
    return Lifecycle("sample.order", **(parts | changes))


VISITS = Lifecycle(
    "sample.visit",
    statuses=(
        Status("planned", "Planned", stage="open", editable_by={EVERYONE}, deletable=True),
        Status("made", "Made", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="planned"),
        Action("make", source="planned", target="made"),
    ),
    facets=(
        Facet(
            "payment",
            statuses=(
                Status("unpaid", "Unpaid", stage="open"),
                Status("paid", "Paid", stage="done", final=True),
            ),
            start="unpaid",
            actions=(Action("pay", source="unpaid", target="paid"),),
        ),
    ),
)


def order_type(**changes: Any) -> OrderType:
    parts: dict[str, Any] = {
        "key": "sample.order",
        "title": "Sample order",
        "lifecycle": orders(),
        "seller": "Vendor",
        "series": Series(key="sample.order", pattern="S-{year}-{seq:04}", yearly=True),
        "permissions": {"note": "sample.order.edit"},
    }
    return OrderType(**(parts | changes))


def build_slip(inputs: Any, reading: Any) -> list[Any]:
    greeting = reading.settings(SampleSettings).greeting
    return [Paragraph(f"{greeting}, {inputs.subject.seller.name}: {inputs.number}")]


def slip(**changes: Any) -> DocumentType:
    parts = {"key": "sample.slip", "title": "Slip", "type": "sample.order", "build": build_slip}
    return DocumentType(**(parts | changes))


def to_seller(event: Any, order: Any, reading: Any) -> list[Recipient]:
    party = reading.party(order.seller.id)
    return [Recipient(party.primary_contact.email, party.name)]


def mail(**changes: Any) -> Notification:
    parts: dict[str, Any] = {
        "key": "sample.mail",
        "title": "Slip",
        "type": "sample.order",
        "on": "issued",
        "recipients": to_seller,
        "template": Template(
            subject="Slip {order.number}", text="Dear {recipient.name}, please see it."
        ),
        "attach": "sample.slip",
    }
    return Notification(**(parts | changes))


def read_visit(row: Any, desk: Any) -> NewSubject:
    people = decimal_of(row["people"] or "1", "people", minimum=0)
    return NewSubject("sample.visit", text_of(row["title"], "title"), data=VisitData(people=people))


def store_visits(records: Any, desk: Any) -> int:
    return len(desk.place_many(records))


def importer(**changes: Any) -> Importer:
    parts: dict[str, Any] = {
        "key": "sample.visits",
        "title": "Visits",
        "columns": (
            Column(name="title", required=True, help="What for: Walk through"),
            Column(name="people", help="How many: 2"),
        ),
        "read": read_visit,
        "store": store_visits,
    }
    return Importer(**(parts | changes))


def roles() -> tuple[Role, ...]:
    return (
        Role(key="sample.user", title="User", permissions={"sample.order.*", "sample.stop"}),
        Role(key="sample.viewer", title="Viewer", permissions={"sample.order.read"}),
    )


def manifest(**changes: Any) -> Module:
    parts: dict[str, Any] = {
        "title": "Sample",
        "settings": SampleSettings,
        "tables": metadata,
        "migrations": "kit_sample.migrations",
        "roles": roles(),
    }
    return Module("sample", **(parts | changes))


# ── hooks ──────────────────────────────────────────────────────────────────────────────────


def register_order_types() -> Any:
    return order_type()


def register_subjects() -> Any:
    return SubjectType(key="sample.visit", title="Visit", lifecycle=VISITS)


def extend_lifecycle(lifecycle: Any) -> Any:
    if lifecycle.name == "sample.order":
        reopen = Action("reopen", source="canceled", target="draft")
        return lifecycle.with_action(reopen)
    return None


def register_documents() -> Any:
    return slip()


def extend_document(blocks: Any) -> Any:
    return (*blocks, Paragraph("Thank you."))


def register_notifications() -> Any:
    return mail()


def register_fields() -> Any:
    return Field(
        key="sample.count",
        title="Lines",
        type="sample.order",
        of=lambda order: str(len(order.lines)),
    )


def register_permissions() -> Any:
    return (Permission("sample.order.edit", "Edit"), Permission("sample.stop", "Cancel"))


def register_commands() -> Any:
    return CommandGroup(name="sample", help="Samples.", target="kit_sample.commands:sample")


def register_demos() -> Any:
    return Demo(key="sample", title="A sample", target="kit_sample.commands:play")


def register_importers() -> Any:
    return importer()


def claim_rows(before: Any) -> Any:
    is_order = before is not None and before.kind == "order"
    return Claim("ol_sample_size", before.id) if is_order else None


def check_order(order: Any, reading: Any) -> Any:
    if not order.lines:
        return Problem("sample.empty", "It has no lines. To place it, add one.", "lines")
    return None


def check_line(line: Any, reading: Any) -> Any:
    if line.quantity > 100_000:
        text = "To order it, ask for less of {name}."
        return Problem("sample.many", text, params={"name": line.name})
    return None


def check_action(action: Any, subject: Any, options: Any, reading: Any) -> Any:
    if action.name == "send" and subject.seller is None:
        yield Problem("sample.no_seller", "The vendor is missing. To send it, name one.", "seller")


def check_subject(subject: Any) -> Any:
    return None


def check_delete(subject: Any, reading: Any) -> Any:
    return None


def price_line(line: Any, order: Any) -> Any:
    return LinePrice(Price(Decimal(7), order.currency), "list")


def tax_line(line: Any) -> Any:
    return LineTax("S", Decimal(19), "standard")


def adjust_order(order: Any, adjustments: Any) -> Any:
    fee = Adjustment(key="fee", label="Fee", amount=Money(Decimal(1), order.currency))
    return (*adjustments, fee)


def on_order_placed(order: Any, writing: Any) -> None:
    writing.execute(sa.insert(sizes), {"id": order.id, "lines": len(order.lines)})
    writing.place(NewSubject("sample.visit", "Look at it"))


def on_order_edited(order: Any, writing: Any) -> None:
    return None


def on_lines_changed(order: Any, writing: Any) -> None:
    writing.execute(MORE, {"at": order.id, "count": len(order.lines)})


def on_order_deleted(order: Any, writing: Any) -> None:
    return None


def on_status_changed(subject: Any, writing: Any) -> None:
    writing.rows(SIZE, {"at": subject.id})


def on_subject_placed(subject: Any, writing: Any) -> None:
    return None


def on_subject_edited(subject: Any, writing: Any) -> None:
    return None


def after_order_event(event: Any, order: Any, tenant: Any) -> None:
    return None


def after_status_changed(event: Any, subject: Any, tenant: Any) -> None:
    return None


HOOKS = (
    register_order_types, register_subjects, extend_lifecycle, register_documents, extend_document,
    register_notifications, register_fields, register_permissions, register_commands,
    register_demos, register_importers, claim_rows, check_order, check_line, check_action,
    check_subject, check_delete, price_line, tax_line, adjust_order, on_order_placed,
    on_order_edited, on_lines_changed, on_order_deleted, on_status_changed, on_subject_placed,
    on_subject_edited, after_order_event, after_status_changed,
)  # fmt: skip


def sample_module(*hooks: Any, module: Module | None = None, **more: Any) -> Any:
    """The sound module; functions given take the place of its hooks of the same name."""
    marked = {hook.__name__: hookimpl(hook) for hook in (*HOOKS, *hooks)}
    parts = {"__name__": "sample", "module": module or manifest(), **marked, **more}
    return SimpleNamespace(**parts)
