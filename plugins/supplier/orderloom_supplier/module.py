"""The manifest of the module, and the hooks it implements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom import (
    Action,
    CommandGroup,
    Demo,
    DocumentType,
    Field,
    Guarded,
    Importer,
    Limit,
    LineItem,
    LinePrice,
    LineTax,
    Module,
    Notification,
    Order,
    OrderType,
    Permission,
    Problem,
    Reading,
    Series,
    Subject,
    Writing,
    hookimpl,
)
from orderloom_supplier import checking, fields, invoices, lifecycle, reordering, rights
from orderloom_supplier.documents import DOCUMENTS
from orderloom_supplier.limits import PURCHASING
from orderloom_supplier.notifications import NOTIFICATIONS
from orderloom_supplier.products import answering, importing
from orderloom_supplier.products.checking import line_problems
from orderloom_supplier.records import ORDER_TYPE, OWN_DATA
from orderloom_supplier.tables import metadata

module = Module(
    "supplier",
    title="Outlets and suppliers",
    requires={"invoicing"},
    tables=metadata,
    migrations="orderloom_supplier.migrations",
    locale="orderloom_supplier.locale",
    roles=rights.ROLES,
)


@hookimpl
def register_order_types() -> OrderType:
    """Orders of outlets from suppliers."""
    return OrderType(
        key=ORDER_TYPE,
        title="Supplier order",
        lifecycle=lifecycle.ORDERS,
        series=Series(key=ORDER_TYPE, pattern="{prefix}PO-{year}-{seq:05}", yearly=True),
        buyer="Outlet",
        seller="Supplier",
        guards=(Guarded(rights.PRICES, fields="prices", title="Prices"),),
        own_data=OWN_DATA,
    )


@hookimpl
def register_permissions() -> tuple[Permission, ...]:
    """What the roles are made of."""
    return rights.PERMISSIONS


@hookimpl
def register_notifications() -> tuple[Notification, ...]:
    """Who is told what."""
    return NOTIFICATIONS


@hookimpl
def register_limits() -> Limit:
    """The purchasing limit."""
    return PURCHASING


@hookimpl
def register_documents() -> tuple[DocumentType, ...]:
    """What is printed of an order, and what another system reads of it."""
    return DOCUMENTS


@hookimpl
def register_fields() -> tuple[Field, ...]:
    """Fields for lists and filters."""
    return fields.FIELDS


@hookimpl
def register_importers() -> Importer:
    """Product lists from CSV."""
    return importing.PRODUCTS


@hookimpl
def register_commands() -> CommandGroup:
    """The group `orderloom supplier`."""
    return CommandGroup(
        name="supplier",
        help="Carts, reorders, product lists, delivery terms and account owners.",
        target="orderloom_supplier.cli:supplier",
    )


@hookimpl
def register_demos() -> Demo:
    """The story of the demo."""
    return Demo(
        key="supplier",
        title="A café and its suppliers: limit, approval, delivery, dispute",
        target="orderloom_supplier.demo:play",
    )


@hookimpl
def price_line(line: LineItem, order: Order, reading: Reading) -> LinePrice | None:
    """The supplier's price for the outlet."""
    return answering.price_of(line, order, reading) if order.type == ORDER_TYPE else None


@hookimpl
def tax_line(line: LineItem, order: Order, reading: Reading) -> LineTax | None:
    """The tax the supplier's list states, or else the one invoices are going to have."""
    return answering.tax_of(line, order, reading) if order.type == ORDER_TYPE else None


@hookimpl
def check_line(
    line: LineItem, before: LineItem | None, order: Order, reading: Reading
) -> Iterator[Problem]:
    """Whether the supplier sells it like that."""
    yield from line_problems(line, before, order, reading)


@hookimpl
def check_order(order: Order, before: Order | None, reading: Reading) -> Iterator[Problem]:
    """Its parties, its lines, the day it is wanted."""
    yield from checking.order_problems(order, before, reading)


@hookimpl
def check_action(
    action: Action, subject: Subject, options: Any, reading: Reading
) -> Iterator[Problem]:
    """What the options of an action say."""
    yield from checking.action_problems(action, subject, options, reading)


@hookimpl
def on_order_placed(order: Order, writing: Writing) -> None:
    """What a supplier enters for an outlet is accepted at once."""
    if order.status in lifecycle.TAKEN_ON:
        invoices.hand_over_accepted(order, writing)


@hookimpl
def on_status_changed(before: Subject, subject: Subject, action: Action, writing: Writing) -> None:
    """An accepted order is handed over for its invoice; a reorder places the new order."""
    if not isinstance(subject, Order):
        return
    if before.status == "pending" and subject.status in lifecycle.TAKEN_ON:
        invoices.hand_over_accepted(subject, writing)
    if action.name == "reorder":
        writing.place(reordering.again(subject, writing).new)
