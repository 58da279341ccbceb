"""Stories: commands in two tenants, with everything that must hold checked after each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Final, Self, TypedDict, Unpack
from uuid import UUID

import attrs
from sqlalchemy.engine import Engine

from orderloom.desk import Desk
from orderloom.desk.copying import copied
from orderloom.orders.commands import (
    Change,
    Command,
    Delete,
    Edit,
    NewOrder,
    NewSubject,
    Perform,
    Place,
    Restore,
)
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.testing.fuzzing.asking import FAULTLESS, Ask, Asked
from orderloom.testing.fuzzing.broken import BrokenInvariantError
from orderloom.testing.fuzzing.cast import ADMIN
from orderloom.testing.fuzzing.ground import Ground
from orderloom.testing.fuzzing.pair import Pair
from orderloom.testing.fuzzing.printing import Printer, Variable, as_test
from orderloom.testing.fuzzing.world import TENANTS, World, world

__tracebackhide__ = True  # of pytest: what is broken says all there is to see

_PLACE: Final = "place"


class How(TypedDict, total=False):
    """How a step of a story is taken.

    Attributes:
        by: the actor: "admin" (unless said otherwise), "nobody", a role, or a role in a place
            ("procurement.buyer@project:summer").
        at: the tenant, "north" or "south"; that of the subject unless said otherwise.
        seen: the version the actor saw, whatever it is now if not given; if it is an older one,
            the step is taken once more on what there is now.
        fault: what fails meanwhile: a hook ("on_order_placed") or the database ("statement 3");
            if it did fail, the step is taken once more without.
        again: take the step twice, with one idempotency key.
    """

    by: str
    at: str
    seen: int
    fault: str
    again: bool


@attrs.define(eq=False)
class Told:
    """A subject of a story; without any version if it could not be placed.

    Attributes:
        name: the variable it is held in.
        tenant: "north" or "south".
        versions: as the story saw them, oldest first.
    """

    name: str
    tenant: str
    versions: list[Subject] = attrs.field(factory=list)

    @property
    def id(self) -> UUID:
        """Its id; nobody's if it could not be placed."""
        return self.versions[0].id if self.versions else UUID(int=0)

    @property
    def now(self) -> Subject:
        """The newest version."""
        return self.versions[-1]


class Story:
    """Commands in two fresh tenants, in a `with` statement.

    After each step everything that must hold at every moment is checked, and at the end the
    history of both tenants. A step may well be refused: that is no failure.

    Args:
        module: key of the module under test.
        ground: what its stories stand on.
        engine: of a database of orderloom's own; a SQLite database of the story's own if None.

    Raises:
        BrokenInvariantError: something did not hold; it carries the steps so far as a test.
        NotFound, ModuleFault, Refused: as `fuzz_module`, when it begins.
    """

    def __init__(
        self, module: str, *, ground: type[Ground] = Ground, engine: Engine | None = None
    ) -> None:
        self._opened = (module, ground, engine)
        self._stack = ExitStack()
        self._names: dict[UUID, str] = {}
        self._printer = Printer(ground.__module__, self._names)
        self._lines: list[str] = []
        self.told: list[Told] = []

    def __enter__(self) -> Self:
        return self.on(self._stack.enter_context(world(*self._opened)))

    def on(self, given: World) -> Self:
        """Begin in a world there is already."""
        self._pair = Pair(given)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._stack:
            if error is None:
                self.end()

    # ── steps ──────────────────────────────────────────────────────────────────────────────

    def place(
        self, new: NewOrder | NewSubject, *, action: str = _PLACE, **how: Unpack[How]
    ) -> Told:
        """Place something in a tenant, "north" unless said otherwise."""
        made = Told("", how.get("at", TENANTS[0]))
        more = {} if action == _PLACE else {"action": action}

        def call(desk: Desk, key: str | None, target: Any) -> Any:
            return desk.place(new, action=action, key=key)

        with self._line("place", [new], {**more, **how}, made):
            self._take(Place(new, action), call, None, made, how)
        return made

    def copy(self, told: Told, **how: Unpack[How]) -> Told:
        """Place the same order once more."""
        made = Told("", how.get("at", told.tenant))
        order = told.now if told.versions else None
        if not isinstance(order, Order):
            return made

        def call(desk: Desk, key: str | None, target: Any) -> Any:
            return desk.copy(order, key=key)

        with self._line("copy", [Variable(told.name)], how, made):
            placing = Place(copied(order, self._pair.world.assembly))
            self._take(placing, call, told, made, how)
        return made

    def edit(self, told: Told, edits: Sequence[Edit], **how: Unpack[How]) -> None:
        """Change the content of something."""
        self._on("edit", told, Change(edits), [list(edits)], how)

    def perform(self, told: Told, action: str, options: Any = None, **how: Unpack[How]) -> None:
        """Perform an action."""
        given = [action] if options is None else [action, options]
        self._on("perform", told, Perform(action, options), given, how)

    def delete(self, told: Told, **how: Unpack[How]) -> None:
        """Delete something."""
        self._on("delete", told, Delete(), [], how)

    def restore(self, told: Told, **how: Unpack[How]) -> None:
        """Bring something back."""
        self._on("restore", told, Restore(), [], how)

    def note(self, told: Told, text: str, **how: Unpack[How]) -> None:
        """Write a note."""

        def call(desk: Desk, key: str | None, target: Any) -> Any:
            return desk.note(target, text)

        if told.versions:
            with self._line("note", [Variable(told.name), text], how):
                self._take(None, call, told, None, how)

    def wait(self, days: int) -> None:
        """Let days pass, and the timers of both tenants run."""
        with self._line("wait", [days], {}):
            self._pair.wait(days)

    def end(self) -> None:
        """Check what must hold when a story is over."""
        with self._telling():
            self._pair.end()

    # ── how steps are taken and told ───────────────────────────────────────────────────────

    def _on(self, name: str, told: Told, command: Command, given: list[Any], how: How) -> None:
        """A step through the desk's door of that name, which takes a target first."""

        def call(desk: Desk, key: str | None, target: Any) -> Any:
            return getattr(desk, name)(target, *given, key=key)

        if told.versions:
            with self._line(name, [Variable(told.name), *given], how):
                self._take(command, call, told, None, how)

    def _take(
        self, command: Command | None, call: Ask, told: Told | None, made: Told | None, how: How
    ) -> None:
        at = how.get("at", told.tenant if told else TENANTS[0])
        seen = [one for one in told.versions if one.version == how.get("seen")] if told else []
        asked = Asked(
            at=at,
            by=how.get("by", ADMIN),
            ref=told.now.ref if told else None,
            foreign=told is not None and at != told.tenant,
            seen=seen[0] if seen else None,
            command=command,
            call=call,
        )
        outcome = self._pair.take(asked, fault=how.get("fault", ""), again=how.get("again", False))
        if made is not None and isinstance(outcome.answer, Subject):
            made.name = f"s{len(self.told) + 1}"
            made.versions.append(outcome.answer)
            self.told.append(made)
            self._names[made.id] = made.name

    @contextmanager
    def _line(
        self, name: str, given: list[Any], named: Mapping[str, Any], made: Told | None = None
    ) -> Iterator[None]:
        """Write a step down, whatever becomes of it."""
        source = self._printer.call(f"story.{name}", given, named)
        self._lines.append(source)
        with self._telling():
            yield
        if made is not None and made.name:
            self._lines[-1] = f"{made.name} = {source}"
        for told in self.told:
            now = self._pair.books[told.tenant].known[told.now.ref]
            if now.version != told.now.version:
                told.versions.append(now)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Let what breaks carry the steps so far."""
        try:
            yield
        except BrokenInvariantError as broken:
            raise BrokenInvariantError(
                broken.invariant, broken.reason, self.as_test()
            ) from broken.__cause__
        except Exception as error:  # of a module or of the core: no step may end like this
            reason = f"{type(error).__name__}: {error}"
            raise BrokenInvariantError(FAULTLESS, reason, self.as_test()) from error

    def as_test(self) -> str:
        """The steps so far as a test, to be pasted beside the ground."""
        module, ground, engine = self._opened
        more = {} if ground is Ground else {"ground": ground}
        opening = self._printer.call("Story", [module], more)
        takes = ""
        if engine is not None:
            opening, takes = f"{opening[:-1]}, engine=engine)", "engine"
        kit = "from orderloom.testing import Story"
        name = f"test_the_story_that_was_found({takes})"
        return as_test(name, opening, self._lines, [*self._printer.imports(), kit])
