"""The like floor: the raw driver writing exactly our rows and taking our locks.

The rows are those that a real command wrote, read back from the database. Every row of every
further order is made of them beforehand, ids and numbers exchanged, so that the floor spends its
time in the driver and the server alone: nothing is validated, priced, hashed or serialised.

A statement for each table, `executemany` where a table gets several rows. Locks that its own
statements take anyway (the subject by its update, the tenant by the foreign key of a new subject)
are not taken twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs

from harness.ground import POSTGRES, Ground, Raw
from harness.rows import SEARCH, Changed, Row, Written, ids_of, written
from harness.system import ACTOR, new_order
from orderloom import Orderloom
from orderloom.values import uuid7

TENANT = "floor"
SUBJECTS, SERIES = "ol_subject", "ol_series"
NUMBERED = ("number", "search", "words")  # columns that hold an order's number
Statements = list[tuple[str, list[tuple[Any, ...]]]]


@attrs.define
class Order:
    """An order of the floor, as it stands for the next action."""

    id: Any
    version: int
    head_seq: int


class PlaceFloor:
    """Places orders as the captured one was placed."""

    def __init__(self, raw: Raw, captured: Written, *, first: int = 1_000) -> None:
        self.raw, self._captured = raw, captured
        self._number = self._rowid = first
        (self._head,) = captured.inserted[SUBJECTS]
        self._inserts = {
            name: _insert(raw, name, rows[0]) for name, rows in captured.inserted.items()
        }

    def prepare(self, count: int) -> Iterator[Statements]:
        """The statements of so many orders."""
        return (statements for _, statements in (self.order() for _ in range(count)))

    def order(self) -> tuple[Order, Statements]:
        """One more order and the statements that write it."""
        self._number += 1
        self._rowid += 1
        renew = _Renewed(self.raw, self._head["number"], self._number)
        statements = _draws(self.raw, self._captured, 1)
        for name, rows in self._captured.inserted.items():
            made = [renew.row(name, row) | self._placed(name) for row in rows]
            statements.append((self._inserts[name], [tuple(row.values()) for row in made]))
        return Order(renew.id(self._head["id"]), 1, 1), statements

    def together(self, count: int) -> Statements:
        """The statements of so many orders at once: one for each table, one for all numbers."""
        draws = _draws(self.raw, self._captured, count)
        rows: dict[str, list[tuple[Any, ...]]] = {sql: [] for sql in self._inserts.values()}
        for _, statements in (self.order() for _ in range(count)):
            for sql, added in statements:
                if sql in rows:
                    rows[sql].extend(added)
        return [*draws, *rows.items()]

    def _placed(self, table: str) -> Row:
        """Where the words of an order are, on SQLite."""
        if self.raw.dialect == POSTGRES:
            return {}
        return {SEARCH: {"rowid": self._rowid}, SUBJECTS: {"search": self._rowid}}.get(table, {})


class ActionFloor:
    """Moves orders there and back as two captured actions did."""

    def __init__(self, raw: Raw, captured: Sequence[Written], orders: Sequence[Order]) -> None:
        self.raw, self._captured = raw, captured
        self._waiting = deque((order, 0) for order in orders)
        self._inserts = {
            name: _insert(raw, name, rows[0])
            for one in captured
            for name, rows in one.inserted.items()
        }

    def prepare(self, count: int) -> Iterator[Statements]:
        """The statements of so many actions, each on the order that waits longest."""
        return (self._next() for _ in range(count))

    def _next(self) -> Statements:
        order, step = self._waiting.popleft()
        self._waiting.append((order, 1 - step))
        captured = self._captured[step]
        statements: Statements = [self._update(order, captured.updated[SUBJECTS][0])]
        order.version += 1
        order.head_seq += 1
        renew = _Renewed(self.raw, "", 0)
        for name, rows in captured.inserted.items():
            named = {"subject_id": order.id, "seq": order.head_seq}
            made = [renew.row(name, row) | named for row in rows]
            statements.append((self._inserts[name], [tuple(row.values()) for row in made]))
        if self.raw.dialect == POSTGRES:
            lock = "SELECT revision FROM ol_tenant WHERE tenant_id = %s FOR KEY SHARE"
            statements.append((lock, [(TENANT,)]))
        return statements

    def _update(self, order: Order, changed: Changed) -> tuple[str, list[tuple[Any, ...]]]:
        mark = self.raw.mark
        moved = {"version": order.version + 1, "head_seq": order.head_seq + 1}
        values = changed.after | moved
        guard = changed.key | {
            "id": order.id,
            "version": order.version,
            "head_seq": order.head_seq,
        }
        sets = ", ".join(f"{name} = {mark}" for name in values)
        where = " AND ".join(f"{name} = {mark}" for name in guard)
        sql = f"UPDATE {SUBJECTS} SET {sets} WHERE {where}"
        return sql, [(*values.values(), *guard.values())]


@attrs.frozen
class Captured:
    """What real commands of ours wrote: one that creates, and two that move there and back."""

    placed: Written
    moved: tuple[Written, Written]


@attrs.frozen
class Floors:
    """The floors of one database."""

    place: PlaceFloor
    action: ActionFloor


def capture(ground: Ground, noops: int = 3, *, action: str = "place") -> Captured:
    """Carry out real commands in a tenant of the floor's own, and keep the rows they wrote.

    Args:
        ground: where; the tenant is added to it.
        noops: modules that do nothing, whose deliveries are rows too.
        action: the one that creates.
    """
    ground.add_tenant(TENANT, noops, floor=True)
    raw, made = ground.raw(), []

    def place(loom: Orderloom) -> None:
        with loom.desk(TENANT, ACTOR) as desk:
            made.append(desk.place(new_order(7), action=action).id)

    def perform(loom: Orderloom, action: str) -> None:
        with loom.desk(TENANT, ACTOR) as desk:
            desk.perform(made[0], action)

    with attrs.evolve(ground, ours=ground.floor).loom(noops) as loom:
        placed = written(raw, TENANT, lambda: place(loom))
        if action == "draft":
            perform(loom, "send")
        there = written(raw, TENANT, lambda: perform(loom, "agree"))
        back = written(raw, TENANT, lambda: perform(loom, "reopen"))
    return Captured(placed, (there, back))


def floors(ground: Ground, noops: int = 3, *, orders: int = 1) -> Floors:
    """The floors made of what real commands wrote, checked to write the same.

    Args:
        ground: where; a tenant is added to it.
        noops: as for `capture`.
        orders: how many the floor of the actions moves.

    Raises:
        AssertionError: a floor does not write the rows that were captured.
    """
    captured, raw = capture(ground, noops), ground.raw()
    place = PlaceFloor(raw, captured.placed)
    _same(raw, captured.placed, lambda: raw.run(place.order()[1]))
    moving = [_placed(place) for _ in range(orders)]
    probe = ActionFloor(raw, captured.moved, [_placed(place)])
    for each in captured.moved:
        (statements,) = probe.prepare(1)
        _same(raw, each, partial(raw.run, statements))
    return Floors(place, ActionFloor(raw, captured.moved, moving))


def _placed(floor: PlaceFloor) -> Order:
    order, statements = floor.order()
    floor.raw.run(statements)
    return order


def _same(raw: Raw, captured: Written, work: Callable[[], object]) -> None:
    """Check that the floor writes what was captured: so many rows, and the same but for names."""
    its = written(raw, TENANT, work)
    assert captured.counts == its.counts, f"it writes {its.counts}, we write {captured.counts}"
    for table, rows in captured.inserted.items():
        assert _nameless(table, rows) == _nameless(table, its.inserted[table]), table


def _nameless(table: str, rows: Sequence[Row]) -> list[str]:
    """Rows without ids and numbers, which no two orders share."""
    names = {*ids_of(table), *NUMBERED, "rowid"}
    return sorted(str({name: row[name] for name in sorted(row.keys() - names)}) for row in rows)


class _Renewed:
    """The rows of one order made from another one's: new ids, another number."""

    def __init__(self, raw: Raw, number: str, following: int) -> None:
        self._dialect = raw.dialect
        self._now = datetime.now(UTC)
        self._ids: dict[Any, Any] = {}
        self._old = number.rpartition("-")[2]
        self._new = f"{following:06}"

    def id(self, old: Any) -> Any:
        if old not in self._ids:
            made = uuid7(self._now)
            self._ids[old] = made if self._dialect == POSTGRES else made.hex
        return self._ids[old]

    def row(self, table: str, row: Row) -> Row:
        ids = ids_of(table)
        return {
            name: self.id(value) if name in ids and value is not None else self._text(name, value)
            for name, value in row.items()
        }

    def _text(self, name: str, value: Any) -> Any:
        if self._old and name in NUMBERED and isinstance(value, str):
            return value.replace(self._old, self._new)
        return value


def _insert(raw: Raw, table: str, row: Row) -> str:
    marks = ", ".join([raw.mark] * len(row))
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"


def _draws(raw: Raw, captured: Written, count: int) -> Statements:
    """The statement that draws so many numbers, if the captured command drew one."""
    drawn: Statements = []
    for changed in captured.updated.get(SERIES, ()):
        names = ", ".join(changed.key)
        marks = ", ".join([raw.mark] * (len(changed.key) + 1))
        sql = (
            f"INSERT INTO {SERIES} ({names}, last) VALUES ({marks}) ON CONFLICT ({names}) "
            f"DO UPDATE SET last = {SERIES}.last + excluded.last RETURNING last"
        )
        drawn.append((sql, [(*changed.key.values(), count)]))
    return drawn
