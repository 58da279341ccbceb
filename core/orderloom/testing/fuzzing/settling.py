"""What must hold in a tenant after every step, and in all of them at the end of a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from orderloom.desk import Reader
from orderloom.errors import NotFound
from orderloom.lifecycle import Lifecycle, Timer
from orderloom.modules.contributions import Series
from orderloom.orders.events import Event
from orderloom.orders.subject import TENANT, Subject, SubjectRef
from orderloom.store import timers
from orderloom.store.find import Query
from orderloom.testing.fuzzing import tables
from orderloom.testing.fuzzing.broken import BrokenInvariantError, require
from orderloom.testing.fuzzing.facts import HISTORY, Changed, check_changed
from orderloom.testing.fuzzing.numbers import check_numbers

ONE_FACT: Final = "one event per fact"
TIMERS: Final = "timers run"
OTHERS: Final = "nothing of another tenant"
RULES: Final = "the module's own rules"
_MOST_TOLD: Final = 3


@attrs.define
class Book:
    """What is known of one tenant: every subject as it was after the last step.

    Attributes:
        known: the subjects, the tenant's own record left out.
        heads: how many events each has.
    """

    known: dict[SubjectRef, Subject] = attrs.field(factory=dict)
    heads: dict[SubjectRef, int] = attrs.field(factory=dict)

    def settle(self, reader: Reader, check: Callable[[Reader], Any], facts: int | None) -> None:
        """Check what a step changed, and take it over.

        Args:
            reader: of the tenant, by an admin.
            check: the module's own rules: answers what does not hold.
            facts: how many commands were carried out, nested ones not counted; None for any.

        Raises:
            BrokenInvariantError: something does not hold.
        """
        rows = tables.stands(reader.reading.connection, reader.tenant.key)
        gone = self.heads.keys() - rows.keys()
        require(not gone, HISTORY, f"Gone without a trace: {', '.join(map(str, gone))}.")
        changed = [
            self._changed(ref, reader)
            for ref, row in rows.items()
            if ref.kind != TENANT and self.heads.get(ref) != row.head_seq
        ]
        for one in changed:
            check_changed(one, _lifecycle(reader, one.now))
        if changed:
            series = _series(reader)
            drawn = tables.drawn(reader.reading.connection, reader.tenant.key)
            check_numbers(rows.values(), series, drawn)
            _check_timers(reader, changed)
        told = [event for one in changed for event in one.events if event.cause is None]
        require(
            facts is None or len(told) == facts,
            ONE_FACT,
            f"{facts} facts are due, there are {len(told)}: {_named(told)}.",
        )
        broken = check(reader) or ()
        for reason in (broken,) if isinstance(broken, str) else broken:
            raise BrokenInvariantError(RULES, reason)

    def _changed(self, ref: SubjectRef, reader: Reader) -> Changed:
        now = reader.get(ref)
        since = self.heads.get(ref, 0)
        told = reader.history(ref, since=since)
        due = tuple(range(since + 1, since + 1 + len(told)))
        require(
            told and tuple(event.seq for event in told) == due,
            HISTORY,
            f"{ref} was changed after event {since}, its history goes on with {_named(told)}.",
        )
        changed = Changed(before=self.known.get(ref), now=now, events=told)
        self.known[ref], self.heads[ref] = now, told[-1].seq
        return changed


def check_end(reader: Reader, book: Book, others: Iterable[SubjectRef]) -> None:
    """Check a tenant at the end of a story: its chains, and that it shows nothing of others.

    Args:
        reader: of the tenant, by an admin.
        book: of the tenant.
        others: what the other tenants hold.

    Raises:
        BrokenInvariantError: something does not hold.
    """
    found = reader.verify().findings
    require(not found, HISTORY, "; ".join(map(str, found[:_MOST_TOLD])))
    orders = reader.assembly.order_types.values()
    kinds = {*(type.kind for type in orders), *reader.assembly.subject_types}
    seen = {
        item.ref
        for kind in sorted(kinds)
        for item in reader.find(Query(kind=kind, include_deleted=True), limit=1000).items
    }
    there = set(book.known)
    require(seen == there, OTHERS, f"{_listed(seen ^ there)} is found and not there, or not found.")
    for ref in others:
        for door in (reader.get, reader.history):
            require(_is_missing(door, ref), OTHERS, f"{ref} can be had by {door.__name__}.")


def check_due(reader: Reader, now: Any) -> None:
    """Check that no timer is due any more.

    Raises:
        BrokenInvariantError: one is.
    """
    left = timers.due_timers(reader.reading.connection, reader.tenant.key, now)
    require(not left, TIMERS, f"Still due: {left}.")


def _check_timers(reader: Reader, changed: list[Changed]) -> None:
    """Whoever came to rest has the timers of its status set, and those of no other."""
    there = tables.set_timers(reader.reading.connection, reader.tenant.key)
    for one in changed:
        lifecycle = _lifecycle(reader, one.now)
        for timer in lifecycle.timers:
            is_set = (one.now.ref, timer.name) in there
            rests = _rests(one.now, timer, lifecycle)
            came = rests and not (one.before and _rests(one.before, timer, lifecycle))
            require(
                is_set or not came,
                TIMERS,
                f"{one.now.ref} came to {timer.source}, and {timer.name} is not set.",
            )
            require(
                rests or not is_set,
                TIMERS,
                f"{one.now.ref} is not at {timer.source}, and {timer.name} is set.",
            )


def _rests(subject: Subject, timer: Timer, lifecycle: Lifecycle) -> bool:
    facet = lifecycle.action(timer.action).facet
    status = subject.facet(facet) if facet else subject.status
    return status == timer.source and subject.deleted_at is None


def _lifecycle(reader: Reader, subject: Subject) -> Lifecycle:
    found: Lifecycle = reader.assembly.lifecycles[subject.type].lifecycle
    return found


def _series(reader: Reader) -> dict[str, Series]:
    types = {**reader.assembly.order_types, **reader.assembly.subject_types}
    return {key: type.series for key, type in types.items() if type.series}


def _is_missing(door: Callable[[SubjectRef], Any], ref: SubjectRef) -> bool:
    try:
        door(ref)
    except NotFound:
        return True
    return False


def _named(told: tuple[Event, ...] | list[Event]) -> str:
    return ", ".join(f"{event.name} {event.action}".rstrip() for event in told) or "nothing"


def _listed(refs: set[SubjectRef]) -> str:
    return ", ".join(sorted(map(str, refs)))
