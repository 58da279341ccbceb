"""Random stories of a host: its rows, savepoints, joined blocks, faults, commits and rollbacks.

A model that knows nothing but that a transaction is a stack says what must be left of them.
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import attrs
import sqlalchemy as sa
from hosting import Site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from tapping import REFUSED, Cut, Fault

from orderloom import Desk, OrderloomError, SetOrder
from orderloom.store import schema
from orderloom.store.engine import reading

FIRST = 3
"""From this statement of a block on there is a savepoint, whatever the database."""

commands = st.tuples(st.sampled_from(["place", "place", "edit", "send"]), st.integers(0, 3))
blocks = st.tuples(
    st.just("join"),
    st.lists(commands, min_size=1, max_size=4),
    st.none() | st.just("raise") | st.integers(FIRST, 60),
)
steps = (
    st.sampled_from([("write",), ("savepoint",), ("release",), ("undo",), ("commit",), ("roll",)])
    | blocks
)


@attrs.frozen
class Sold:
    """What is known of an order: where it stands, its events, and what is owed for them."""

    status: str = "draft"
    number: str = ""
    events: int = 1
    owed: int = 1  # a call of the listener's hook for each event

    def edited(self) -> Sold:
        return attrs.evolve(self, events=self.events + 1, owed=self.owed + 1)

    def sent(self, number: str) -> Sold:
        """It moved, its document was issued; on top of the hook for each, a mail and a hook."""
        return Sold("sent", number, self.events + 2, self.owed + 4)


@attrs.frozen
class State:
    """What a transaction sees, if it began with nothing.

    Attributes:
        texts: the host's rows.
        sold: the orders, in the order they were placed in.
        drawn: how many numbers.
    """

    texts: tuple[str, ...] = ()
    sold: tuple[tuple[UUID, Sold], ...] = ()
    drawn: int = 0

    def wrote(self, text: str) -> State:
        return attrs.evolve(self, texts=(*self.texts, text))

    def changed(self, order: UUID, sold: Sold, drawn: int = 0) -> State:
        orders = {**dict(self.sold), order: sold}
        return attrs.evolve(self, sold=tuple(orders.items()), drawn=self.drawn + drawn)


class Story:
    """A host at work, and what the model says of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.session = Session(site.engine, expire_on_commit=False)
        self.stack = [State()]  # committed, at the start of each open savepoint, …
        self.now = State()
        self.found = seen(site)
        self.count = 0

    def take(self, step: tuple) -> None:
        """Do one step; the model does it too."""
        self.count += 1
        kind, *more = step
        getattr(self, kind)(*more)

    def write(self) -> None:
        text = f"row {self.count}"
        self.site.write(self.session, text)
        self.now = self.now.wrote(text)

    def savepoint(self) -> None:
        if not self.site.prepared:
            self.write()  # a driver that begins by itself does so here, and not at SAVEPOINT
        self.session.begin_nested()
        self.stack.append(self.now)

    def release(self) -> None:
        if nested := self.session.get_nested_transaction():
            nested.commit()
            self.stack.pop()

    def undo(self) -> None:
        if nested := self.session.get_nested_transaction():
            nested.rollback()
            self.now = self.stack.pop()

    def commit(self) -> None:
        self.session.commit()
        self.stack = [self.now]
        self.check()

    def roll(self) -> None:
        self.session.rollback()
        self.stack = self.stack[:1]
        self.now = self.stack[0]
        self.check()

    def join(self, block: list[tuple[str, int]], fault: str | int | None) -> None:
        cut = Cut(fault, REFUSED) if isinstance(fault, int) else None
        statements, loom, company = self.site.statements, self.site.loom, self.site.company
        told = self.now
        legal = True
        try:
            with (
                statements.open(cut),
                loom.join(self.session, tenant=company, actor=self.site.actor) as desk,
            ):
                for command, which in block:
                    legal = legal and may(told, command, which)
                    told = self.told(desk, told, command, which)
                if fault == "raise":
                    raise Fault
        except (OrderloomError, Fault, sa.exc.SQLAlchemyError):
            assert fault == "raise" or statements.fired or not legal
        else:
            assert legal
            assert not statements.fired
            self.now = told

    def told(self, desk: Desk, told: State, command: str, which: int) -> State:
        """What a command makes of what was told before it in its block."""
        if command == "place":
            return told.changed(desk.place(self.site.new).id, Sold())
        if not told.sold:
            return told
        order, sold = told.sold[which % len(told.sold)]
        if command == "edit":
            desk.edit(order, SetOrder(remarks=f"{self.count} {told.drawn} {sold.events}"))
            return told.changed(order, sold.edited())
        number = desk.perform(order, "send").number
        assert number == f"RFQ-2026-{self.found.drawn + told.drawn + 1:05}"
        return told.changed(order, sold.sent(number), drawn=1)

    def check(self) -> None:
        """Compare what is committed with what the model says is."""
        now = seen(self.site)
        left = self.stack[0]
        assert Counter(now.texts) - Counter(self.found.texts) == Counter(left.texts)
        assert dict(now.sold).items() - dict(self.found.sold).items() == set(left.sold)
        assert now.drawn - self.found.drawn == left.drawn


def may(told: State, command: str, which: int) -> bool:
    """Whether a command is legal: what was sent can be neither edited nor sent again."""
    if command == "place" or not told.sold:
        return True
    return told.sold[which % len(told.sold)][1].status == "draft"


def seen(site: Site) -> State:
    """All that is committed."""
    with reading(site.shared, site.company) as connection:

        def per_order(table: sa.Table) -> dict[UUID, int]:
            of = table.c.subject_id
            mine = (table.c.tenant_id == site.company) & (table.c.kind == "order")
            rows = connection.execute(sa.select(of, sa.func.count()).where(mine).group_by(of))
            return dict(map(tuple, rows))

        events, owed = per_order(schema.events), per_order(schema.deliveries)
        table, series = schema.subjects, schema.series
        orders = connection.execute(
            sa.select(table.c.id, table.c.status, table.c.number).where(
                table.c.tenant_id == site.company, table.c.kind == "order"
            )
        )
        sold = tuple(
            (id, Sold(status, number, events.pop(id, 0), owed.pop(id, 0)))
            for id, status, number in orders
        )
        assert not events
        assert not owed
        drawn = connection.execute(
            sa.select(sa.func.max(series.c.last)).where(series.c.tenant_id == site.company)
        ).scalar()
    return State(tuple(site.texts().elements()), sold, drawn or 0)


@settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(steps, min_size=2, max_size=10))
def test_whatever_a_host_does_what_it_committed_is_left_and_nothing_else(site, story):
    told = Story(site)
    try:
        for step in story:
            told.take(step)
        told.roll()
    finally:
        told.session.close()
