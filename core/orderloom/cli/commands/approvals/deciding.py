"""`orderloom approvals inbox`, `show`, `approve` and `refuse`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import attrs
import click

from orderloom.cli.commands.order.showing import brought_about, name_of, told
from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.printing import Table, cell
from orderloom.cli.session import Session, pass_session
from orderloom.cli.titles import status_title
from orderloom.cli.waiting import request_of, waiting_lines
from orderloom.decide import approver_named
from orderloom.desk import Desk, Reader
from orderloom.errors import NotFound
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.order import Order

_SEEN = "Only if it still is as in this version, the one the inbox or the mail showed."


@click.command(cls=Command)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--after", type=click.UUID, help="Go on after this request (its id).")
@pass_session
def inbox(session: Session, limit: int, after: UUID | None) -> None:
    """List what waits for your approval, the oldest first; whose turn you take it in, too."""
    with session.reader() as reader:
        found = reader.to_approve(after=after, limit=limit)
        rows = [_row(session, reader, one) for one in found]
    headings = ("order", "version", "action", "from", "amount", "since", "why", "request")
    session.show(Table(headings, rows, spare=("request", "since", "action")))
    if not rows:
        session.say("Nothing waits for you.")


def _row(session: Session, reader: Reader, request: ApprovalRequest) -> tuple[Any, ...]:
    subject = reader.get(request.subject)
    why = dict.fromkeys(one.requirement.why.message for one in request.due())
    return (
        name_of(subject), subject.version, request.action, request.requester, request.amount,
        session.local(request.requested_at), " ".join(why), request.id,
    )  # fmt: skip


@click.command(cls=Command)
@click.argument("order")
@pass_session
def show(session: Session, order: str) -> None:
    """Show what an order waits for, or waited for: who has to approve it, and who has."""
    with session.reader() as reader:
        found = find_order(reader, order)
        asked = reader.approvals_of(found)
        if not asked:
            hint = "It never waited for any. To see its history: orderloom order history"
            raise NotFound("approval", order, hint)
    if session.json:
        session.show(asked)
        return
    for request in asked:
        for line in _lines(session, request):
            session.say(line)


def _lines(session: Session, request: ApprovalRequest) -> Iterator[str]:
    since = cell(session.local(request.requested_at))
    amount = "" if request.amount is None else f", {request.amount}"
    yield f"{request.action} by {request.requester}{amount}, {since}: {request.state}"
    missing = {one.requirement.key: one.missing for one in request.open()}
    for one in request.requirements:
        left = missing.get(one.key, 0)
        mark = "done" if not left else f"{left} missing"
        yield f"  level {one.level}: {approver_named(one)} ({mark}); {one.why.message}"
    for vote in request.votes:
        stead = "" if vote.voter == vote.principal else f" for {vote.principal}"
        yield f"  approved by {vote.voter}{stead}, {cell(session.local(vote.at))}"
    for problem in request.held_by:
        yield f"  in the way: {problem.message}"


@click.command(cls=Command)
@click.argument("order")
@click.option(
    "--strike", type=click.IntRange(1), multiple=True, metavar="LINE",
    help="Take this line off, by its position; repeat for more.",
)  # fmt: skip
@click.option("--reason", default="", help="Kept in the history.")
@click.option("--seen", type=click.IntRange(1), metavar="VERSION", help=_SEEN)
@click.option("--key", help="Idempotency key: the same key acts only once.")
@pass_session
def approve(session: Session, order: str, seen: int | None, **given: Any) -> None:
    """Approve an order that waits; with the last approval it takes effect."""

    def work(desk: Desk) -> tuple[Order, list[str], ApprovalRequest | None, str, Any]:
        found = find_order(desk, order)
        if seen is not None:
            found = attrs.evolve(found, version=seen)
        done = desk.approve(found, **given)
        off = [one for one in found.lines if one.position in given["strike"]]
        struck = [f"{one.position} ({one.name})" for one in off]
        status = status_title(desk, done)
        return done, struck, request_of(desk, done), status, brought_about(desk)

    after, struck, request, status, brought = session.run(work)
    told(session, after, "is approved" if request else f"is approved and now {status}", brought)
    for line in struck:
        session.say(f"  Line {line} was struck.")
    for line in waiting_lines(request):
        session.say(f"  {line}")


@click.command(cls=Command)
@click.argument("order")
@click.option("--reason", default="", help="Kept in the history, and told to who asked.")
@click.option("--key", help="Idempotency key: the same key acts only once.")
@pass_session
def refuse(session: Session, order: str, reason: str, key: str | None) -> None:
    """Refuse an order that waits."""
    done = session.run(lambda desk: desk.refuse(find_order(desk, order), reason=reason, key=key))
    told(session, done, "is refused")
