"""A tour of a lifecycle: every status, every action, every edit, tried by one tenant's admin.

A tour goes breadth first from placing a sample. In each status it tries everything and takes it
back; what leads to a new status is done again, for good, to a subject of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import attrs

from orderloom.desk import Desk
from orderloom.lifecycle import Action, Lifecycle
from orderloom.modules import Assembly
from orderloom.modules.contributions import OrderType
from orderloom.orders.commands import (
    AddLine,
    Edit,
    NewOrder,
    NewSubject,
    RemoveLine,
    SetLine,
    SetOrder,
)
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.testing.bench import Bench
from orderloom.testing.builders import BUYER, VENDOR, a_line, a_subject, an_order
from orderloom.testing.contract.probe import Probe
from orderloom.testing.guessing import guessed_options
from orderloom.testing.samples import Choose, Made, Samples
from orderloom.values import Actor

_MOST_STATIONS = 60  # of one type; facets multiply

Run = Callable[[Desk, Any], Any]


@attrs.frozen(kw_only=True)
class Move:
    """Something that can be tried.

    Attributes:
        type: of the subject.
        name: for people ("send", "edit: one line more").
        run: does it at a desk to a subject (None for placing); answers the subject after it.
        action: name of the action, if it is one.
    """

    type: str
    name: str
    run: Run = attrs.field(repr=False)
    action: str = ""


@attrs.frozen(kw_only=True)
class Station:
    """A subject that rests somewhere on the tour.

    Attributes:
        subject: as it was when it came to rest.
        path: the moves that led there; the first one placed it.
        detour: the action that brought it back to where it was, with other content; "" for none.
    """

    subject: Any
    path: tuple[Move, ...]
    detour: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        """What tells stations of one type apart."""
        return self.subject.status, self.subject.facets, self.detour


@attrs.frozen(kw_only=True)
class Attempt:
    """One move tried once, and taken back.

    Attributes:
        station: where it was tried, None for placing.
        fired: the hooks of the module under test that ran.
        after: the subject after it, None if it failed.
        error: why it failed.
    """

    move: Move
    station: Station | None
    fired: frozenset[str]
    after: Any = None
    error: Exception | None = None

    @property
    def told(self) -> tuple[object, ...]:
        """What it came to, the same in every tenant."""
        problems = getattr(self.error, "problems", ())
        codes = tuple((problem.code, problem.message) for problem in problems)
        where = self.station.place if self.station else ()
        after = getattr(self.after, "status", "")
        return self.move.type, where, self.move.name, type(self.error).__name__, codes, after


class _TakeBack(Exception):
    """Ends a desk whose work is not to stay."""


@attrs.define(eq=False, kw_only=True)
class Tour:
    """All that was tried in one tenant.

    Attributes:
        bench: the tenant.
        stations: by type, in the order they were reached.
        attempts: in the order they were made.
    """

    bench: Bench
    probe: Probe
    samples: dict[str, Samples]
    stations: dict[str, list[Station]] = attrs.field(factory=dict, init=False)
    attempts: list[Attempt] = attrs.field(factory=list, init=False)

    def visit(self, types: Iterable[str]) -> Tour:
        """Tour the lifecycles of these types; answers itself."""
        for module, samples in self.samples.items():
            if samples.settings:
                self.bench.set(module, **samples.settings)
        with self.bench.reader() as reader:
            assembly: Assembly = reader.assembly
        for type in types:
            self._visit(type, assembly)
        return self

    def attempt(self, move: Move, station: Station | None, by: Actor | None = None) -> Attempt:
        """Try a move and take it back."""
        self.probe.fired.clear()
        after, error = None, None
        try:
            with self.bench.desk(by) as desk:
                after = move.run(desk, station.subject.ref if station else None)
                raise _TakeBack
        except _TakeBack:
            pass
        except Exception as caught:  # whatever a module makes of it, the tour goes on
            error = caught
        fired = frozenset(self.probe.fired)
        return Attempt(move=move, station=station, fired=fired, after=after, error=error)

    def all_stations(self) -> Iterator[Station]:
        """The stations of all types."""
        for stations in self.stations.values():
            yield from stations

    def placings(self) -> Iterator[Attempt]:
        """The attempts that placed something."""
        return (one for one in self.attempts if one.station is None)

    # ── going ──────────────────────────────────────────────────────────────────────────────

    def _visit(self, type: str, assembly: Assembly) -> None:
        lifecycle = assembly.lifecycles[type].lifecycle
        reached = self.stations.setdefault(type, [])
        for move in self._placing(type, assembly, lifecycle):
            self._try(move, None, reached)
        for station in reached:  # grows as it goes
            for move in self._moves(station, assembly, lifecycle):
                self._try(move, station, reached)

    def _try(self, move: Move, station: Station | None, reached: list[Station]) -> None:
        attempt = self.attempt(move, station)
        self.attempts.append(attempt)
        moved = station is None or move.action
        if attempt.after is None or not moved or len(reached) >= _MOST_STATIONS:
            return
        path = (*(station.path if station else ()), move)
        there = Station(subject=attempt.after, path=path, detour=_detour(move, station, attempt))
        if there.place not in {one.place for one in reached}:
            reached.extend(self._settled(path, there.detour))

    def _settled(self, path: tuple[Move, ...], detour: str) -> Iterator[Station]:
        """A subject of its own that has gone a path for good; none if it cannot go it again."""
        subject = None
        try:
            for move in path:
                with self.bench.desk() as desk:
                    subject = move.run(desk, subject.ref if subject else None)
        except Exception as error:
            self.attempts.append(
                Attempt(move=path[-1], station=None, fired=frozenset(), error=error)
            )
            return
        yield Station(subject=subject, path=path, detour=detour)

    # ── what there is to try ───────────────────────────────────────────────────────────────

    def _placing(self, type: str, assembly: Assembly, lifecycle: Lifecycle) -> Iterator[Move]:
        samples = self.samples[assembly.owners[type]]
        for action in lifecycle.starts:
            guesses = map(_given, _guessed_new(type, assembly))
            for new in (*samples.new.get(type, ()), *guesses):
                yield _place(type, action, new)
        for made in samples.made.get(type, ()):
            yield Move(type=type, name="make", run=_making(made))

    def _moves(self, station: Station, assembly: Assembly, lifecycle: Lifecycle) -> Iterator[Move]:
        subject, type = station.subject, station.subject.type
        for action in lifecycle.all_actions:
            if _stands(subject, action) in action.sources:
                yield from self._performing(type, action)
        edits = _ORDER_EDITS if isinstance(subject, Order) else _SUBJECT_EDITS
        for name, edit in edits.items():
            yield Move(type=type, name=f"edit: {name}", run=_editing(edit))
        yield Move(type=type, name="delete", run=lambda desk, ref: desk.delete(ref))
        yield Move(type=type, name="restore", run=_restored)
        yield Move(type=type, name="explain", run=_explained)
        for key, document in assembly.documents.items():
            if document.type == type:
                yield Move(type=type, name=f"document {key}", run=_drafted(key))

    def _performing(self, type: str, action: Action) -> Iterator[Move]:
        name = f"{type}.{action.name}"
        given = (one.options.get(name, ()) for one in self.samples.values())
        runs = [
            _performed(action.name, options)
            for options in chain(*given, guessed_options(action.options))
        ]
        chosen = (one.choose[name] for one in self.samples.values() if name in one.choose)
        for run in (*map(partial(_chosen, action.name), chosen), *runs):
            yield Move(type=type, name=action.name, action=action.name, run=run)


def _stands(subject: Subject, action: Action) -> str:
    """Where a subject is, as far as an action is concerned."""
    return dict(subject.facets).get(action.facet, "") if action.facet else subject.status


def _detour(move: Move, station: Station | None, attempt: Attempt) -> str:
    """The action, if it leads back to where it started from; a detour leads to no other one."""
    if station is None:
        return ""
    here = station.subject.status, station.subject.facets
    back = (attempt.after.status, attempt.after.facets) == here
    return (station.detour or move.action) if back else ""


def _place(type: str, action: Action, new: Callable[[Desk], NewOrder | NewSubject]) -> Move:
    def run(desk: Desk, ref: Any) -> Any:
        return desk.place(new(desk), action=action.name)

    return Move(type=type, name=action.name, run=run, action=action.name)


def _making(made: Made) -> Run:
    return lambda desk, ref: made(desk)


def _given(new: NewOrder | NewSubject) -> Callable[[Desk], NewOrder | NewSubject]:
    return lambda desk: new


def _guessed_new(type: str, assembly: Assembly) -> Iterator[NewOrder | NewSubject]:
    declared = assembly.order_types.get(type)
    if declared is None:
        yield a_subject(type)
        return
    yield an_order(type, **_sides(declared))
    yield NewOrder(type)  # lacks everything: what is said of that is looked at, too


def _sides(declared: OrderType) -> dict[str, str]:
    sides = {
        "seller": VENDOR if declared.seller else "",
        "buyer": BUYER if declared.buyer else "",
    }
    return sides if any(sides.values()) else {"seller": VENDOR}


def _performed(action: str, options: object) -> Run:
    return lambda desk, ref: desk.perform(ref, action, options)


def _chosen(action: str, choose: Choose) -> Run:
    return lambda desk, ref: desk.perform(ref, action, choose(desk, desk.get(ref)))


def _editing(edit: Edit) -> Run:
    return lambda desk, ref: desk.edit(ref, edit)


def _restored(desk: Desk, ref: Any) -> Any:
    return desk.restore(desk.delete(ref).ref)


def _explained(desk: Desk, ref: Any) -> Any:
    desk.explain(ref)
    return desk.get(ref)


def _drafted(document: str) -> Run:
    def run(desk: Desk, ref: Any) -> Any:
        subject = desk.get(ref)
        desk.draft(subject, document, "text")
        return subject

    return run


_ORDER_EDITS: dict[str, Edit] = {
    "remarks": SetOrder(remarks="Sample remarks"),
    "one line more": AddLine(a_line("Bench", "1", price=None)),
    "another quantity": SetLine(line=1, quantity="3"),
    "one line less": RemoveLine(line=1),
}
_SUBJECT_EDITS: dict[str, Edit] = {"title": SetOrder(title="Another sample")}
