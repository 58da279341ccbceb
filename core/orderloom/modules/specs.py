"""The hooks: their names say when they run, and so what a failure means.

Implementations are module-level functions marked `@hookimpl`; each asks for the arguments it
wants, by name. None of these functions is ever called: they are the specification.

`register_*` and `extend_*` run once per set of modules; `claim_*` before the decision;
`check_*`, `price_*`, `tax_*`, `adjust_*` inside it (read only); `on_*` in the caller's
transaction after the write; `after_*` after commit, from the outbox, at least once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pluggy

from orderloom.errors import Problem
from orderloom.lifecycle import Action, Lifecycle
from orderloom.modules.contributions import (
    Claim,
    CommandGroup,
    Demo,
    DocumentInputs,
    DocumentType,
    Field,
    Importer,
    Limit,
    Notification,
    OrderType,
    Permission,
    Reading,
    SubjectType,
    Tenant,
    Writing,
)
from orderloom.orders.attachments import CheckedFile
from orderloom.orders.commands import Command
from orderloom.orders.events import Event
from orderloom.orders.order import Adjustment, LineItem, Order
from orderloom.orders.pricing import LinePrice, LineTax
from orderloom.orders.subject import Subject

PROJECT = "orderloom"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

# ── contributions ──────────────────────────────────────────────────────────────────────────


@hookspec
def register_order_types() -> Iterable[OrderType] | OrderType | None:
    """The order types of this module."""


@hookspec
def register_subjects() -> Iterable[SubjectType] | SubjectType | None:
    """The other kinds of subjects of this module."""


@hookspec
def extend_lifecycle(lifecycle: Lifecycle) -> Lifecycle | None:
    """A lifecycle with this module's statuses and actions added; None leaves it as it is."""


@hookspec
def register_limits() -> Iterable[Limit] | Limit | None:
    """Rules that say which approvals an action needs before it takes effect."""


@hookspec
def register_documents() -> Iterable[DocumentType] | DocumentType | None:
    """The documents this module can issue."""


@hookspec
def extend_document(
    document: str, blocks: tuple[Any, ...], inputs: DocumentInputs, reading: Reading
) -> Sequence[Any] | None:
    """Another module's document with blocks of this module folded in; None leaves it."""


@hookspec
def register_notifications() -> Iterable[Notification] | Notification | None:
    """The messages this module owes because of events."""


@hookspec
def register_fields() -> Iterable[Field] | Field | None:
    """Values for lists and filters."""


@hookspec
def register_permissions() -> Iterable[Permission] | Permission | None:
    """The permissions this module checks."""


@hookspec
def register_commands() -> Iterable[CommandGroup] | CommandGroup | None:
    """Command groups for the `orderloom` command line."""


@hookspec
def register_demos() -> Iterable[Demo] | Demo | None:
    """The story this module plays in `orderloom demo`."""


@hookspec
def register_importers() -> Iterable[Importer] | Importer | None:
    """CSV imports."""


# ── before and inside the decision ─────────────────────────────────────────────────────────


@hookspec
def claim_rows(
    command: Command, before: Subject | None, reading: Reading
) -> Iterable[Claim] | Claim | None:
    """Rows that must not change while this command is decided and written."""


@hookspec
def check_order(
    order: Order, before: Order | None, reading: Reading
) -> Iterable[Problem] | Problem | None:
    """What is wrong with the content of an order that is being placed or edited."""


@hookspec
def check_line(
    line: LineItem, before: LineItem | None, order: Order, reading: Reading
) -> Iterable[Problem] | Problem | None:
    """What is wrong with a line that is being added (`before` is None) or changed."""


@hookspec
def check_action(  # noqa: PLR0913 - implementations ask for those they want
    action: Action,
    order: Subject,
    subject: Subject,
    after: Subject,
    options: Any,
    files: Sequence[CheckedFile] | None,
    reading: Reading,
) -> Iterable[Problem] | Problem | None:
    """Why an action may not be performed now.

    `order` and `subject` are the same thing: the subject before the action; `after` is what it
    would become. For an action that creates it all three are the subject as it would be. `files`
    come with it; None while it is only being explained.
    """


@hookspec
def check_subject(
    subject: Subject, before: Subject | None, reading: Reading
) -> Iterable[Problem] | Problem | None:
    """What is wrong with the content of a subject (not an order) being created or edited."""


@hookspec
def check_delete(subject: Subject, reading: Reading) -> Iterable[Problem] | Problem | None:
    """Why a subject or order may not be deleted now."""


@hookspec
def price_line(line: LineItem, order: Order, reading: Reading) -> LinePrice | None:
    """The unit price of a line without one; the first answer wins."""


@hookspec
def tax_line(line: LineItem, order: Order, reading: Reading) -> LineTax | None:
    """The tax rate of a line; the first answer wins."""


@hookspec
def adjust_order(
    order: Order, adjustments: tuple[Adjustment, ...], reading: Reading
) -> Iterable[Adjustment] | None:
    """The adjustments of an order, given those of the modules before; None leaves them."""


# ── in the caller's transaction, after the write ───────────────────────────────────────────


@hookspec
def on_order_placed(order: Order, writing: Writing) -> None:
    """An order has come into being."""


@hookspec
def on_order_edited(before: Order, order: Order, writing: Writing) -> None:
    """An order's content has changed."""


@hookspec
def on_lines_changed(before: Order | None, order: Order, writing: Writing) -> None:
    """Lines were added, changed or removed; `before` is None when the order was just placed."""


@hookspec
def on_order_deleted(order: Order, writing: Writing) -> None:
    """An order became a tombstone, or came back from one (`order.deleted_at` tells)."""


@hookspec
def on_status_changed(
    before: Subject, subject: Subject, action: Action, options: Any, writing: Writing
) -> None:
    """An action was performed on a subject that was there; its status may be as before."""


@hookspec
def on_subject_placed(subject: Subject, writing: Writing) -> None:
    """A subject that is not an order has come into being."""


@hookspec
def on_subject_edited(before: Subject, subject: Subject, writing: Writing) -> None:
    """The content of a subject that is not an order has changed, or it was deleted/restored."""


# ── after commit ───────────────────────────────────────────────────────────────────────────


@hookspec
def after_order_event(event: Event, order: Order, tenant: Tenant) -> None:
    """An event of an order was committed; `order` is the order of that event."""


@hookspec
def after_status_changed(event: Event, subject: Subject, tenant: Tenant) -> None:
    """An action on a subject was committed."""
