"""People and machines at work in processes of their own, to be raced and killed.

    python crew.py ROLE URL TENANT [ARGUMENTS]

A producer says `try N` before it places order N and `done N` once that is committed, so that
whoever kills it knows what must be there and what may be.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import attrs
import sqlalchemy as sa

import orderloom_procurement.module as procurement
from orderloom import (
    Actor,
    Address,
    Delivery,
    Grant,
    Module,
    NewLine,
    NewOrder,
    Orderloom,
    Refused,
    Timer,
    hookimpl,
)
from orderloom.worker import Worker
from orderloom_procurement.editor import line_for
from orderloom_procurement.records import NEED, ORDER_TYPE

module = Module("ear", title="Ear", requires="procurement", touches=ORDER_TYPE)
EXCEEDED = ("procurement.need.exceeded",)
ANN = Actor("ann", (Grant("admin"),))
GATE = Address(("Meadow Gate",), city="Exampleton", country="GB")
SENT_EVERY = int(os.environ.get("CREW_SENT_EVERY", "25"))
"""Every so many orders one is sent: it draws a number, issues a document and owes a mail."""
AHEAD = timedelta(days=int(os.environ.get("CREW_AHEAD_DAYS", "0")))
"""By how much the clock of this process is ahead."""


@hookimpl
def after_order_event(event, order):
    """Note the event in a file, one durable line each; nothing if nobody asked for it."""
    if heard := os.environ.get("CREW_HEARD"):
        line = f"{event.id} {order.id} {event.name}\n".encode()
        file = os.open(heard, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(file, line)
        finally:
            os.close(file)


class Clockwork:
    """A module of its own, since its timers would otherwise run through every test."""

    __name__ = "clockwork"
    module = Module("clockwork", title="Clockwork", requires="procurement", touches=ORDER_TYPE)

    @staticmethod
    @hookimpl
    def extend_lifecycle(lifecycle):
        """Drafts lapse after a month."""
        if lifecycle.name != ORDER_TYPE:
            return None
        timer = Timer("lapse", action="cancel", source="draft", after=timedelta(days=30))
        return attrs.evolve(lifecycle, timers=(*lifecycle.timers, timer))


def crew_loom(url: str) -> Orderloom:
    """Procurement, the module that hears what happens to its orders, and the one with timers."""
    return Orderloom(
        url,
        modules=[procurement, sys.modules[__name__], Clockwork],
        clock=lambda: datetime.now(UTC) + AHEAD,
    )


def say(*words: object) -> None:
    """One line to whoever watches; it has left this process when this returns."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def order_lots(loom: Orderloom, tenant: str, need: str, lot: str) -> int:
    """Order lot after lot of a need until nothing is left; answers how many lots."""

    def work(desk):
        line = line_for(desk.get(UUID(need), kind=NEED), lot)
        return desk.place(NewOrder(ORDER_TYPE, project="summer", seller="V1", lines=[line]))

    taken = 0
    try:
        while True:
            loom.run(tenant, ANN, work)
            taken += 1
    except Refused as refusal:
        if refusal.codes != EXCEEDED:
            raise
        return taken


def new_order(title: str) -> NewOrder:
    """An order that could be sent at once."""
    lines = [
        NewLine("Folding chair", "4"),
        NewLine("Folding table", "2", needed_by=date(2027, 6, 1)),
    ]
    given = {"delivery": Delivery(address=GATE), "bill_to": GATE, "title": title}
    return NewOrder(ORDER_TYPE, project="summer", seller="V1", lines=lines, **given)


def place(loom: Orderloom, tenant: str, number: int) -> None:
    """Order `number`; every 25th is sent in the same transaction."""

    def work(desk):
        order = desk.place(new_order(f"order {number}"))
        if number % SENT_EVERY == 0:
            desk.perform(order, "send")

    loom.run(tenant, ANN, work)


def race(url: str, tenant: str, lot: str) -> None:
    """For each need named on a line of the input: order lots of it, say how many were had."""
    loom = crew_loom(url)
    say("ready")
    for line in sys.stdin:
        say(order_lots(loom, tenant, line.strip(), lot))


def produce(
    url: str, tenant: str, first: str, place: Callable[[Orderloom, str, int], None] = place
) -> None:
    """Place orders from a number on, until killed."""
    loom, number = crew_loom(url), int(first)
    while True:
        say("try", number)
        place(loom, tenant, number)
        say("done", number)
        number += 1


def work(url: str, tenant: str) -> None:
    """Deliver what is owed, until killed; says how much each round did."""
    worker = Worker(crew_loom(url))
    while True:
        say("round", len(worker.once(tenant=tenant)))


def migrate(url: str, _tenant: str) -> None:
    """Bring a database up to date once told to; says when it has begun, and each step."""
    loom = crew_loom(url)
    sa.event.listen(loom.engine, "begin", lambda connection: say("begun"))
    say("ready")
    sys.stdin.readline()
    loom.migrate(progress=lambda *step: say("step"))
    say("migrated")
    sys.stdin.readline()


ROLES: dict[str, Callable[..., None]] = {
    "race": race,
    "produce": produce,
    "work": work,
    "migrate": migrate,
}

if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    ROLES[role](*arguments)
