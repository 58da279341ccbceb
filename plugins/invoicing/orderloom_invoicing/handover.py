"""The hand-over: orders get their draft invoice, once, and one that failed can be tried again.

What is to be invoiced is written down before the draft is made. So a failure holds up nobody: the
command that brought it about goes through, the row says why the invoice is missing, and whoever
tries again needs nothing but the row.

Source: Order Ez, invoice hand-over.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import (
    Claim,
    Command,
    Data,
    Desk,
    ModuleFault,
    NotFound,
    Order,
    Place,
    Problem,
    Reader,
    Reading,
    Refused,
    SubjectRef,
    Writing,
    from_plain,
    to_plain,
)
from orderloom_invoicing.drafting import Asked, asked, draft_of, is_draft_of
from orderloom_invoicing.records import INVOICE, InvoiceData, purpose_of
from orderloom_invoicing.tables import handovers

ACTION: Final = "hand_over"
_LONGEST: Final = 2000  # characters kept of a problem
_VOIDED: Final = "The draft was voided."

_ONE = sa.select(handovers).where(handovers.c.id == bindparam("row"))
_MISSING = (
    sa.select(handovers)
    .where(handovers.c.invoice_id.is_(None))
    .order_by(handovers.c.asked_at, handovers.c.id)
    .limit(bindparam("most"))
)
_INSERT = sa.insert(handovers)
_UPDATE = (
    sa.update(handovers)
    .where(handovers.c.id == bindparam("at_id"))
    .values(asked=bindparam("asked"), asked_at=bindparam("asked_at"), problem=bindparam("problem"))
)
_MADE = (
    sa.update(handovers)
    .where(handovers.c.id == bindparam("at_id"))
    .values(invoice_id=bindparam("invoice"), problem="")
)
_FAILED = (
    sa.update(handovers)
    .where(handovers.c.id == bindparam("at_id"))
    .values(problem=bindparam("problem"))
)
_LOST = (
    sa.update(handovers)
    .where(handovers.c.invoice_id == bindparam("invoice"))
    .values(invoice_id=None, problem=_VOIDED)
)


@attrs.frozen(kw_only=True)
class HandOver:
    """What became of an order's invoice.

    Attributes:
        order: id of the order.
        purpose: which of several invoices of it.
        invoice: id of its invoice; None as long as it is missing.
        problem: why it is missing, "" if it is not.
        asked_at: when the order last asked for it, aware UTC.
        kind: of the order.
    """

    order: UUID
    purpose: str
    invoice: UUID | None
    problem: str
    asked_at: dt.datetime
    kind: str


def hand_over(
    order: Order,
    writing: Writing,
    *,
    quantities: Mapping[UUID, Decimal] | None = None,
    reference: str = "",
    date: dt.date | None = None,
    purpose: str = "",
) -> HandOver:
    """Make the draft invoice of an order, in the transaction of the command it follows.

    An order has one invoice for each purpose: if it stands, it is answered and nothing is made. A
    draft that is refused takes back nothing but itself; the answer says why, and `retry` makes
    it later. So does one over which a module fails, in an `on_*` hook too, whose failure elsewhere
    rolls back the whole command: what the hooks wrote of the draft is undone, the order's command
    stands, and its hand-over is marked as failed with the `ModuleFault`.

    Args:
        order: as it is now.
        writing: of the `on_*` hook.
        quantities: what is invoiced of each line, by its id; lines not named are left out. None
            invoices every line in full.
        reference: what the buyer knows the order by; its number if not stated.
        date: of the invoice; today if not stated.
        purpose: names the invoice where an order has several.

    Raises:
        ValueError: no line is left.
        Conflict: somebody else was quicker; the whole command has to be tried again.
    """
    purpose = purpose_of(purpose)
    known = handed_over(order, writing, purpose=purpose)
    if known is not None and known.invoice is not None:
        return known
    what = asked(order, writing, quantities=quantities, reference=reference, date=date)
    ask(order, what, writing, purpose=purpose)
    try:
        with writing.together():
            writing.place(draft_of(order, what, purpose, writing), action=ACTION)
    except (Refused, NotFound, ModuleFault) as failure:
        problem = str(failure)[:_LONGEST]
        writing.execute(_FAILED, {"at_id": _row_id(order.id, purpose), "problem": problem})
    return _found(_row(order.id, purpose, writing))


def ask(order: Order, what: Asked, writing: Writing, *, purpose: str = "") -> None:
    """Write down that an order is to be invoiced; its draft may then be made, by anybody who may.

    Args:
        order: the order.
        what: is to be invoiced.
        writing: of the command.
        purpose: as for `hand_over`.
    """
    id = _row_id(order.id, purpose)
    row = {
        "asked": json.dumps(to_plain(what), sort_keys=True),
        "asked_at": writing.now,
        "problem": "",
    }
    if _row(order.id, purpose, writing) is not None:
        writing.execute(_UPDATE, {"at_id": id, **row})
        return
    about = {"id": id, "kind": order.kind, "order_id": order.id, "purpose": purpose}
    writing.execute(_INSERT, {**about, **row, "invoice_id": None})


def handed_over(order: Order | UUID, reading: Reading, *, purpose: str = "") -> HandOver | None:
    """What became of an order's invoice; None if nobody ever asked for one."""
    row = _row(order.id if isinstance(order, Order) else order, purpose, reading)
    return None if row is None else _found(row)


def retry(desk: Desk, order: UUID, *, purpose: str = "") -> Order:
    """Make the draft invoice that is missing: with what the order asked for, at its prices now.

    Raises:
        NotFound: nobody asked for one, or the actor may not know of the order.
        Refused: [invoicing.handed_over] it is there, or why it cannot be made.
        Forbidden: the permission `invoicing.invoice.hand_over` is missing; told of nothing else.
    """
    row = _row(order, purpose, desk.reading)
    if row is None or not any(_readable(desk, SubjectRef(row.kind, order))):
        hint = "To see which orders wait for their invoice: orderloom invoicing missing."
        raise NotFound("hand-over of order", order, hint)
    whole = desk.reading.subject(row.kind, order)  # with what may be hidden from the actor
    assert isinstance(whole, Order)
    placed: Order = desk.place(draft_of(whole, _asked(row), purpose, desk.reading), action=ACTION)
    return placed


def missing(reader: Reader, *, most: int = 1000) -> tuple[tuple[Order, HandOver], ...]:
    """The orders whose invoice is missing, as far as the actor may know of them, oldest first."""
    rows = reader.reading.rows(_MISSING, {"most": most})
    return tuple(
        (found, _found(row))
        for row in rows
        for found in _readable(reader, SubjectRef(row.kind, row.order_id))
    )


def _readable(reader: Reader, ref: SubjectRef) -> Iterator[Order]:
    try:
        yield reader.get(ref)
    except NotFound:
        return


# ── guards and what follows ────────────────────────────────────────────────────────────────


def source_problems(invoice: Order, action: str, reading: Reading) -> Iterator[Problem]:
    """What speaks against the order an invoice says it was made from."""
    data = invoice.data.get(InvoiceData)
    source = data.source if data else None
    if action != ACTION:
        if source is not None:
            text = (
                "It names an order as its source. To invoice an order, let it be handed over; to "
                "place this one, leave the source out."
            )
            yield Problem("invoicing.source", text)
        return
    row = None if data is None or source is None else _row(source.id, data.purpose, reading)
    if row is None:
        text = "No order asked for this invoice. To place one by hand, place it (place)."
        yield Problem("invoicing.not_asked", text)
    elif row.invoice_id is not None:
        yield _there_is(row)
    elif not _is_wanted(invoice, row, reading):
        text = "The order asked for another invoice. To make that one, retry its hand-over."
        yield Problem("invoicing.not_asked", text)


def origin_problems(invoice: Order, before: Order | None) -> Iterator[Problem]:
    """A problem if an invoice would come from elsewhere than before."""
    was, now = (None if one is None else one.data.get(InvoiceData) for one in (before, invoice))
    if was is not None and (now is None or _origin(was) != _origin(now)):
        text = "Where an invoice comes from cannot be changed. To go on, leave it as it is."
        yield Problem("invoicing.origin", text)


def _origin(data: InvoiceData) -> tuple[object, ...]:
    return data.source, data.purpose


def _is_wanted(invoice: Order, row: Any, reading: Reading) -> bool:
    order = reading.subject(row.kind, row.order_id)
    if not isinstance(order, Order):
        return False
    return is_draft_of(invoice, draft_of(order, _asked(row), row.purpose, reading))


def _there_is(row: Any) -> Problem:
    text = "The order has its invoice: {invoice}. To make another one, void that draft first."
    params = {"invoice": row.invoice_id}
    return Problem("invoicing.handed_over", text, params=params)


def claims(command: Command, reading: Reading) -> Iterator[Claim]:
    """The row a hand-over fulfils: two at once make one invoice."""
    if not isinstance(command, Place) or command.action != ACTION:
        return
    for data in map(_invoice_data, command.new.data):
        if data is None or data.source is None:
            continue
        if _row(data.source.id, data.purpose, reading) is not None:
            yield Claim(handovers.name, _row_id(data.source.id, data.purpose))


def _invoice_data(record: object) -> InvoiceData | None:
    if isinstance(record, Data):
        return record.get(InvoiceData)
    return record if isinstance(record, InvoiceData) else None


def note_made(invoice: Order, writing: Writing) -> None:
    """The order has its invoice now."""
    data = invoice.data.get(InvoiceData)
    if invoice.type == INVOICE and data is not None and data.source is not None:
        row = _row_id(data.source.id, data.purpose)
        writing.execute(_MADE, {"at_id": row, "invoice": invoice.id})


def note_voided(invoice: Order, writing: Writing) -> None:
    """The order has its invoice no more."""
    writing.execute(_LOST, {"invoice": invoice.id})


# ── rows ───────────────────────────────────────────────────────────────────────────────────


def _row_id(order: UUID, purpose: str) -> UUID:
    return uuid5(order, purpose)


def _row(order: UUID, purpose: str, reading: Reading) -> Any:
    return next(iter(reading.rows(_ONE, {"row": _row_id(order, purpose)})), None)


def _found(row: Any) -> HandOver:
    return HandOver(
        order=row.order_id,
        purpose=row.purpose,
        invoice=row.invoice_id,
        problem=row.problem,
        asked_at=row.asked_at,
        kind=row.kind,
    )


def _asked(row: Any) -> Asked:
    return from_plain(Asked, json.loads(row.asked))
