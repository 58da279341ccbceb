"""One implementation of one hook: called with what it asks for, and blamed for what goes wrong."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from types import NoneType
from typing import Any, NoReturn

import attrs

from orderloom.errors import Conflict, ModuleFault, OrderloomError, Problem, Refused
from orderloom.modules.hooks import Hook
from orderloom.orders.order import Adjustment
from orderloom.values.picking import picker

_DECIDING = ("claim", "price", "tax", "resolve", "adjust")
_LONGEST_REASON = 500  # an error may carry a whole statement or page; the cause keeps all of it


def fault_of(error: BaseException, module: str, hook: str, version: str) -> ModuleFault:
    """The fault that blames a module for an error, its text on one line.

    For whatever calls a module's code without a hook: a document's `build`, a field's `of`.
    """
    text = " ".join(str(error).split())[:_LONGEST_REASON]
    deliberate = isinstance(error, OrderloomError)
    kind = "" if deliberate else type(error).__name__
    reason = ": ".join(part for part in (kind, text) if part)
    reason = reason if deliberate else f"{reason}{_place(error)}"
    return ModuleFault(module, hook, version, reason if reason.endswith(".") else f"{reason}.")


def _place(error: BaseException) -> str:
    """Where it was raised, so that the author need not search."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or frames[-1].filename.startswith("<frozen importlib"):
        return ""  # nothing of the author's ran: a SyntaxError says itself where it is
    return f" ({PurePath(frames[-1].filename).name}, line {frames[-1].lineno})"


@attrs.frozen(kw_only=True, eq=False)
class Call:
    """One implementation.

    Attributes:
        version: of the distribution it came from.
        names: the arguments it asks for, in its own order.
        types: the subject types its module owns or touches.
    """

    module: str
    version: str
    hook: Hook
    function: Callable[..., Any]
    names: tuple[str, ...]
    types: frozenset[str]
    _picked: Callable[[Mapping[str, Any]], Iterable[Any]] = attrs.field(
        init=False, default=attrs.Factory(lambda self: picker(self.names), takes_self=True)
    )

    def records(self, args: Mapping[str, Any]) -> Sequence[Any]:
        """The records it answers, each signed with its module.

        What a `check_*` raises as `Refused` counts as answered.

        Raises:
            ModuleFault: it failed, or answered something else.
            Refused: of a hook inside the decision that is no check; the problems name the module.
            Conflict: someone else changed what it reads or writes.
        """
        given = self._picked(args)
        found: list[Any] = []
        try:
            answer = self.function(*given)
            if answer is None:
                return ()
            for record in self._flat(answer):
                found.append(record)  # one by one: what was yielded before a Refused counts
        except (Exception, SystemExit) as error:
            if not isinstance(error, Refused) or self.hook.form != "check":
                self._raise(error)
            found.extend(error.problems)
        return [self._signed(record) for record in found]

    def value(self, args: Mapping[str, Any]) -> Any:
        """The one value it answers; None for a hook that answers nothing.

        Raises:
            ModuleFault, Refused, Conflict: as `records`.
        """
        given = self._picked(args)
        try:
            answer = self.function(*given)
        except (Exception, SystemExit) as error:
            self._raise(error)
        if answer is None or (self.hook.answer and isinstance(answer, self.hook.answer)):
            return answer
        raise self._unexpected(answer)

    def folded(self, name: str, value: Any, args: Mapping[str, Any]) -> Any:
        """What it makes of the argument `name`; the value itself if it leaves it as it is.

        Raises:
            ModuleFault, Refused, Conflict: as `records`.
        """
        args = {**args, name: value}
        if not self.hook.many:
            answer = self.value(args)
            return value if answer is None else answer
        given = self._picked(args)
        try:
            answer = self.function(*given)
            if answer is None:
                return value
            if not isinstance(answer, Iterable):
                raise self._unexpected(answer)
            records = tuple(self._flat(answer))
        except (Exception, SystemExit) as error:
            self._raise(error)
        if self.hook.answer is not Adjustment:
            return records
        return tuple(record if record in value else self._signed(record) for record in records)

    def _flat(self, answer: object) -> Iterator[Any]:
        expected = self.hook.answer or NoneType
        if expected is not object and isinstance(answer, expected):
            yield answer
            return
        if not isinstance(answer, Iterable) or isinstance(answer, str | bytes):
            raise self._unexpected(answer)
        for record in answer:
            if not isinstance(record, expected):
                raise self._unexpected(record)
            yield record

    def _signed(self, record: Any) -> Any:
        if isinstance(record, Problem):
            return attrs.evolve(record, module=self.module)
        if isinstance(record, Adjustment) and not record.source.module:
            return attrs.evolve(record, source=attrs.evolve(record.source, module=self.module))
        return record

    def _unexpected(self, answer: object) -> ModuleFault:
        given = type(answer).__name__
        return self._fault(f"It answered {given}. To be understood, answer {self.hook.expected}.")

    def _fault(self, reason: str) -> ModuleFault:
        return ModuleFault(self.module, self.hook.name, self.version, reason)

    def _raise(self, error: BaseException) -> NoReturn:
        """Let pass what is nobody's fault or already names a module; blame this one for the rest.

        While modules contribute there is no command that could conflict or nest, so nothing of
        others passes: whatever is raised then is this module's fault.
        """
        own = isinstance(error, ModuleFault) and error.module == self.module
        if own or (isinstance(error, Conflict | ModuleFault) and not self.hook.contributes):
            raise error
        if isinstance(error, Refused) and self.hook.form in _DECIDING:
            raise type(error)(map(self._signed, error.problems)) from error
        if isinstance(error, Refused) and self.hook.form == "on":
            text = "; ".join(map(str, error.problems))
            remedy = "To refuse a command, answer problems from a check_* hook."
            raise self._fault(f"It refused what is written already: {text} {remedy}") from error
        raise fault_of(error, self.module, self.hook.name, self.version) from error
