"""A host with a story, told up to any boundary; and what must be left of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.orm import Session
from tapping import AFTER, BEFORE, REFUSED, Cut, Tap

from host_erp.directory import HostDirectory
from host_erp.purchasing import whole_packs
from host_erp.tables import JournalEntry, Partner
from orderloom import Actor, Desk, NewOrder, Order, Orderloom, SetLine, SetOrder
from orderloom.store.engine import reading
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import NewNeed, add_need

STARTS = {"nothing": (), "read": (), "wrote": ("before", "inside")}
"""What a host did before it joined, and the rows it wrote doing so."""

ENDINGS = ("rollback", "commit")
ALL = slice(None)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NEED = {"name": "Rope", "quantity": "10", "project": "summer", "department": "Grounds"}

JOURNAL = JournalEntry.__tablename__
_OURS_AND_THEIRS = ("ol_", "erp_")
_INDEX_OF_SEARCH = "ol_search_"  # how SQLite keeps `ol_search`, which is looked at itself

Rows = Counter[tuple[str, str]]


@attrs.frozen
class Outcome:
    """How a transaction of the host's went.

    Attributes:
        order: if the story was told to its end.
        error: if it was not.
        stuck: the host caught the error, but could neither go on nor commit.
    """

    order: Order | None = None
    error: Exception | None = None
    stuck: bool = False


def sell(site: Site, desk: Desk, session: Session) -> Order:
    """Place, edit and send an order, some of it for a need."""
    need = add_need(desk, NewNeed(**NEED))
    order = desk.place(attrs.evolve(site.new, lines=(*site.new.lines, line_for(need, "6"))))
    packs = whole_packs(session, site.company, order)
    order = desk.edit(order, [*packs, SetLine(line=2, quantity="7")])
    return desk.perform(order, "send")


def drop(site: Site, desk: Desk, session: Session) -> Order:
    """Change a need; delete an order and bring it back."""
    need = add_need(desk, NewNeed(**NEED))
    desk.edit(need, SetOrder(title="Thick rope"))
    order = desk.place(site.new)
    return desk.restore(desk.delete(order))


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Site:
    """One host on one database.

    Attributes:
        engine: the host's, tapped.
        prepared: whether orderloom prepared it, so that its transactions begin when told to.
        shared: another one to the same database, for looms and for looking at what is left.
        actor: who is signed in to the host.
        new: what the host orders.
        plugins: the modules of every loom there is, tapped.
        story: what is told in a joined block.
    """

    engine: sa.Engine
    prepared: bool
    shared: sa.Engine
    company: str
    actor: Actor
    new: NewOrder
    plugins: tuple[Any, ...]
    statements: Tap
    hooks: Tap
    story: Callable[[Site, Desk, Session], Order] = sell

    def new_loom(self) -> Orderloom:
        """A loom that has compiled nothing yet."""
        return Orderloom(
            self.shared, directory=HostDirectory(), modules=self.plugins, clock=lambda: NOON
        )

    @cached_property
    def loom(self) -> Orderloom:
        """A loom that has been in use for a while."""
        loom = self.new_loom()
        for _ in range(2):  # the second one sees that the first was committed
            with loom.desk(self.company, self.actor):
                pass
        return loom

    # ── what is done ───────────────────────────────────────────────────────────────────────

    def host(
        self, loom: Orderloom, start: str, ending: str, tap: Tap, cut: Cut | None = None
    ) -> Outcome:
        """One transaction of the host's: begun, told in, ended."""
        with Session(self.engine, expire_on_commit=False) as session:
            self._begin(session, start)
            try:
                with tap.open(cut):
                    outcome = Outcome(self.tell(loom, session))
            except Exception as error:
                outcome = Outcome(error=error)
            if ending == "rollback":
                return outcome
            try:
                if outcome.error:
                    self._go_on(session)
                session.commit()
            except sa.exc.SQLAlchemyError:
                return Outcome(error=outcome.error, stuck=True)
        return outcome

    def tell(self, loom: Orderloom, session: Session) -> Order:
        """The story, in one joined block."""
        with loom.join(session, tenant=self.company, actor=self.actor) as desk:
            return self.story(self, desk, session)

    def write(self, session: Session, text: str) -> None:
        """A row of the host's."""
        session.add(JournalEntry(company=self.company, vendor="V1", text=text))
        session.flush()

    def _begin(self, session: Session, start: str) -> None:
        if start == "read":
            session.get_one(Partner, (self.company, "V1"))
        if start == "wrote":
            self.write(session, "before")
            session.begin_nested()
            self.write(session, "inside")

    def _go_on(self, session: Session) -> None:
        """Work on after an error, in savepoints old and new."""
        undone = session.begin_nested()
        self.write(session, "undone")
        undone.rollback()
        if kept := session.get_nested_transaction():
            kept.commit()
        self.write(session, "after")

    # ── what is left ───────────────────────────────────────────────────────────────────────

    def texts(self) -> Counter[str]:
        """The rows of the host's journal."""
        with reading(self.shared, self.company) as connection:
            query = sa.select(JournalEntry.text).where(JournalEntry.company == self.company)
            return Counter(connection.execute(query).scalars())

    def rows(self) -> Rows:
        """Every other committed row of the company: table and content, of all tables there are."""
        with reading(self.shared, self.company) as connection:
            return Counter(map(tuple, connection.execute(self._looking, {"key": self.company})))

    @cached_property
    def _looking(self) -> sa.TextClause:
        inspector = sa.inspect(self.shared)
        names = [
            name
            for name in inspector.get_table_names()
            if name.startswith(_OURS_AND_THEIRS)
            and not name.startswith(_INDEX_OF_SEARCH)
            and name != JOURNAL
        ]
        return sa.text(" UNION ALL ".join(_look(inspector, name) for name in names))


def _look(inspector: sa.Inspector, table: str) -> str:
    columns = [column["name"] for column in inspector.get_columns(table)]
    quotes = "quote_nullable" if inspector.dialect.name == "postgresql" else "quote"
    row = " || ',' || ".join(f"{quotes}({column})" for column in columns)
    key = next((name for name in ("tenant_id", "company") if name in columns), None)
    return f"SELECT '{table}', {row} FROM {table}" + (f" WHERE {key} = :key" if key else "")


# ── what would be wrong ────────────────────────────────────────────────────────────────────


def wrongs(
    site: Site, start: str, ending: str, tap: Tap, *, at: slice = ALL, fresh: bool = False
) -> list[str]:
    """Tell the story with a fault at each boundary, in each way; say what was wrong afterwards.

    At the end it is told without a fault: the number it draws is the one that every other attempt
    drew and gave back.

    Args:
        site: where.
        start: what the host did before.
        ending: how it ends its transaction; it catches our error to commit.
        tap: whose boundaries.
        at: which of them.
        fresh: by a new loom each time, which has yet to learn of its tenant.
    """
    loom, left, texts = site.loom, site.rows(), site.texts()
    drawn = site.host(site.new_loom() if fresh else loom, start, "rollback", tap).order
    names = list(tap.seen)
    found = [] if site.rows() == left else ["rolled back without a fault, but something is left"]
    for cut in _cuts(names, at, statements=tap is site.statements):
        outcome = site.host(site.new_loom() if fresh else loom, start, ending, tap, cut)
        lost = tap is site.statements and cut == Cut(len(names) - 1, AFTER)  # of the RELEASE
        hopeless = ending == "commit" and lost
        if ending == "commit" and not hopeless:
            texts += Counter((*STARTS[start], "after"))
        where = f"{cut.how} {cut.at}, {names[cut.at][:60]}: "
        found += [where + wrong for wrong in _wrong(site, outcome, hopeless, left, texts)]
    told = site.host(loom, start, "commit", tap).order
    if not (drawn and told and drawn.number == told.number):
        found.append(f"the number is {told and told.number}, not {drawn and drawn.number} again")
    return found


def _cuts(names: list[str], at: slice, *, statements: bool) -> Iterator[Cut]:
    """Every boundary, in two ways: not carried out, and carried out but then lost.

    Once there is a savepoint, it is the database itself that refuses a statement: that leaves
    PostgreSQL's transaction unusable until somebody rolls back to a savepoint.
    """
    own = next((n for n, name in enumerate(names) if name.startswith("SAVEPOINT")), len(names))
    for number in range(len(names))[at]:
        yield Cut(number, REFUSED if statements and number > own else BEFORE)
        yield Cut(number, AFTER)


def _wrong(
    site: Site, outcome: Outcome, hopeless: bool, left: Rows, texts: Counter[str]
) -> Iterator[str]:
    if outcome.error is None:
        yield "the fault was swallowed"
    if outcome.stuck != hopeless:
        yield f"the host could {'not ' if outcome.stuck else ''}go on"
    now = site.rows()
    for table, count in Counter(table for table, _ in (now - left) + (left - now)).items():
        yield f"{count} rows of {table} differ"
    if (own := site.texts()) != texts:
        yield f"the host's rows are off by {(own - texts) + (texts - own)}"
