"""`orderloom order show`, and how an order looks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import click

from orderloom.cli.commands.order.exporting import field_values
from orderloom.cli.commands.order.standing import as_it_stands
from orderloom.cli.groups import Command
from orderloom.cli.lines import address_text
from orderloom.cli.lookup import find_order
from orderloom.cli.printing import Table, cell, json_ready, safe
from orderloom.cli.session import Session, pass_session
from orderloom.cli.titles import status_title
from orderloom.cli.waiting import request_of, waiting_lines
from orderloom.desk import Desk, Reader
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.attachments import Attachment
from orderloom.orders.order import LineItem, Order
from orderloom.values import REC20

_PARKED = "yes: frozen until its module is on again, or its status is mapped"


@click.command(cls=Command)
@click.argument("order")
@pass_session
def show(session: Session, order: str) -> None:
    """Show an order with its lines, totals, documents and open actions."""
    with session.reader() as reader:
        found = as_it_stands(reader, find_order(reader, order))
        views = reader.explain(found)
        documents = reader.documents(found)
        files, notes = reader.attachments(found), reader.notes(found)
        request = request_of(reader, found)
        if session.json:
            session.show(
                {
                    "order": found,
                    "actions": [view.action.name for view in views if view.allowed],
                    "documents": [
                        {
                            "id": one.id,
                            "type": one.type,
                            "number": one.number,
                            "revision": one.revision,
                            "issued_at": one.issued_at,
                        }
                        for one in documents
                    ],
                    "files": files,
                    "notes": notes,
                    "approval": request,
                }
            )
            return
        print_order(session, reader, found)
    issued = [
        (one.type, one.number, one.revision, session.local(one.issued_at)) for one in documents
    ]
    if issued:
        session.say("")
        session.show(Table(("document", "number", "revision", "issued"), issued))
    if files:
        session.say("")
        session.show(files_table(session, files))
    for note in notes:
        session.say(f"\nnote of {note.by}, {cell(session.local(note.at))}\n{note.text}")
    if request is not None:
        session.say("")
    for line in waiting_lines(request):
        session.say(line)
    open_actions = [view.action.name for view in views if view.allowed]
    session.say(f"\nactions  {', '.join(open_actions) or 'none are open to you'}")


def print_order(session: Session, reader: Reader, order: Order) -> None:
    """Print what an order says, for people."""
    session.say(f"{name_of(order)}  {status_title(reader, order)}  (version {order.version})\n")
    session.show({**_facts(session, order), **_of_modules(reader, order)})
    if order.lines:
        session.say("")
        session.show(_lines(order))
    session.say("")
    session.show(_totals(order))


def name_of(order: Order) -> str:
    """What people call an order: its number, or its id while it has none."""
    return order.number or str(order.id)


def told(
    session: Session, order: Order, what: str, brought: Sequence[Brought] | None = None
) -> None:
    """Answer a command that changed an order: one line, or the order in JSON.

    Args:
        session: of the command.
        order: as it is now.
        what: was done.
        brought: what was placed because of it; None if nothing could have been.
    """
    if session.json:
        more = {} if brought is None else {"brought": [one.subject for one in brought]}
        session.show({**json_ready(order), **more})
        return
    session.say(f"{name_of(order)} {what} (version {order.version}).")
    for one in brought or ():
        session.say(f"  It brought about: {one.title} {name_of(one.subject)}, {one.status}.")
        for line in waiting_lines(one.request):
            session.say(f"    {line}")


@attrs.frozen
class Brought:
    """What a command brought about: the subject, its type and status, what it waits for."""

    subject: Any
    title: str
    status: str
    request: ApprovalRequest | None


def brought_about(desk: Desk) -> tuple[Brought, ...]:
    """What hooks placed because of the last command."""
    types = {**desk.assembly.order_types, **desk.assembly.subject_types}
    return tuple(
        Brought(one, types[one.type].title, status_title(desk, one), request_of(desk, one))
        for one in desk.brought
    )


def files_table(session: Session, files: tuple[Attachment, ...], *, ids: bool = False) -> Table:
    """Files for people to look at.

    Args:
        session: of the command.
        files: of one order.
        ids: with what they are called by.
    """
    headings = ("id", "kind", "name", "media", "bytes", "with", "by", "attached")
    rows = [
        (one.id, one.kind, one.name, one.media, one.size, one.action, one.by, session.local(one.at))
        for one in files
    ]
    start = 0 if ids else 1
    spare = ("by", "with", "media")
    return Table(headings[start:], [row[start:] for row in rows], spare=spare)


def _facts(session: Session, order: Order) -> dict[str, Any]:
    delivery = order.delivery
    return {
        "id": order.id,
        "type": order.type,
        "title": order.title,
        "project": order.project,
        "buyer": order.buyer and f"{order.buyer.name} ({order.buyer.id})",
        "seller": order.seller and f"{order.seller.name} ({order.seller.id})",
        **dict(order.facets),
        delivery.method if delivery else "delivery": delivery and _delivery(delivery),
        "bill to": address_text(order.bill_to),
        "remarks": order.remarks,
        "created": f"{cell(session.local(order.created_at))} by {order.created_by}",
        "deleted": session.local(order.deleted_at),
        "parked": _PARKED if order.parked else None,
    }


def _of_modules(reader: Reader, order: Order) -> dict[str, str]:
    """What the fields of modules say, by their titles."""
    fields = {one.key: one for one in reader.assembly.fields.get(order.type, ())}
    titles = (one.title.lower() for one in fields.values())
    return dict(zip(titles, field_values(order, fields), strict=True))


def _delivery(delivery: Any) -> str:
    contact = delivery.contact
    parts = (
        f"on {delivery.on}" if delivery.on else "",
        address_text(delivery.address),
        " ".join(filter(None, (contact.name, contact.email, contact.phone))) if contact else "",
        delivery.instructions,
    )
    return "; ".join(part.replace("\n", " / ") for part in parts if part)


def _lines(order: Order) -> Table:
    headings = ["line", "name", "group", "quantity", "unit", "price", "total", "needed by"]
    rows = [_line(line) for line in order.lines]
    happened = sorted({name for line in order.lines for name, _ in line.quantities})
    columns = [[line.happened(name) for name in happened] for line in order.lines]
    full = [(*row, *more) for row, more in zip(rows, columns, strict=True)]
    used = [
        index
        for index, heading in enumerate((*headings, *happened))
        if heading in ("line", "name", "quantity", "unit") or any(row[index] for row in full)
    ]
    return Table(
        [(*headings, *happened)[index] for index in used],
        [[row[index] for index in used] for row in full],
        spare=("needed by", "group"),
    )


def _line(line: LineItem) -> tuple[Any, ...]:
    name = f"{line.name} ({line.product})" if line.product else line.name
    return (
        line.position,
        safe(name),
        line.group,
        line.quantity,
        unit.symbol if (unit := REC20.get(line.unit)) else line.unit,
        line.price,
        line.total,
        line.needed_by,
    )


def _totals(order: Order) -> dict[str, Any]:
    totals = order.totals
    return {
        **{adjustment.label: adjustment.amount for adjustment in order.adjustments},
        "tax": totals.tax if totals.priced and totals.tax else None,
        "total": str(totals),
    }
