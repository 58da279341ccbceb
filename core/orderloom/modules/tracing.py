"""What hooks are called, with whom, for how long and to what end; told when asked for.

Tracing is put on a dispatcher when it is made, so that it costs nothing where nobody asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from time import perf_counter_ns
from typing import Any, Final

import attrs

from orderloom.errors import OrderloomError, Problem, Refused
from orderloom.lifecycle import Action, Lifecycle
from orderloom.modules.calls import Call
from orderloom.modules.contributions import DocumentInputs
from orderloom.orders.commands import Command, Place
from orderloom.orders.events import Event
from orderloom.orders.order import LineItem
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.values import shown

VARIABLE: Final = "ORDERLOOM_TRACE_HOOKS"
_SHORT: Final = 8  # digits of an id that the command line takes for the whole


@attrs.frozen(kw_only=True)
class HookCall:
    """One call of one module's implementation of a hook.

    Attributes:
        subject: what it was about, down to the line or action, "" for contributions.
        depth: 0, or in how many other calls it was nested (a command given by an `on_*` hook).
        micros: how long it took, nested calls included, in µs.
        result: "None", how many problems or records, what kind of value, or what it raised.
    """

    hook: str
    module: str
    subject: str = ""
    depth: int = 0
    micros: int = 0
    result: str = "None"

    def __str__(self) -> str:
        about = f" [{self.subject}]" if self.subject else ""
        what = f"{'  ' * self.depth}{self.hook} {self.module}{about}"
        return f"{what} {self.micros} µs: {self.result}"


@attrs.define
class _Tree:
    """A call that is running, and those nested in it, in the order in which they began."""

    trace: Trace
    depth: int = 0
    calls: list[HookCall] = attrs.field(factory=list)


# Of the context, not of the thread: greenlets of async hosts take turns in one thread.
_running: ContextVar[_Tree | None] = ContextVar("orderloom_hook_calls", default=None)


@attrs.frozen(eq=False)
class Trace:
    """Watches calls; safe to share between threads.

    Attributes:
        tell: called with a call and all that were nested in it, once it has returned.
    """

    tell: Callable[[Sequence[HookCall]], None]

    @contextmanager
    def watched(self, call: Call, args: Mapping[str, Any]) -> Iterator[list[str]]:
        """Watch a call; its result is appended to the list handed out, unless it raises."""
        around = _running.get()
        tree = around if around is not None and around.trace is self else _Tree(self)
        started = HookCall(
            hook=call.hook.name, module=call.module, subject=_subject(args), depth=tree.depth
        )
        at = len(tree.calls)
        tree.calls.append(started)
        tree.depth += 1
        token = _running.set(tree)
        results: list[str] = []
        start = perf_counter_ns()
        try:
            yield results
        except BaseException as error:
            results.append(_raised(error))
            raise
        finally:
            micros = (perf_counter_ns() - start) // 1000
            _running.reset(token)
            tree.depth -= 1
            tree.calls[at] = attrs.evolve(started, micros=micros, result=results[-1])
            if tree is not around:
                self.tell(tuple(tree.calls))


@attrs.frozen(kw_only=True, eq=False)
class TracedCall(Call):
    """An implementation every call of which is told to a trace.

    Attributes:
        plain: the same one untold; what it calls of itself is no call of its own.
    """

    plain: Call
    trace: Trace

    def records(self, args: Mapping[str, Any]) -> Sequence[Any]:
        """As `Call.records`."""
        with self.trace.watched(self, args) as results:
            records = self.plain.records(args)
            results.append(_counted(records))
        return records

    def value(self, args: Mapping[str, Any]) -> Any:
        """As `Call.value`."""
        with self.trace.watched(self, args) as results:
            value = self.plain.value(args)
            results.append("None" if value is None else type(value).__name__)
        return value

    def folded(self, name: str, value: Any, args: Mapping[str, Any]) -> Any:
        """As `Call.folded`."""
        with self.trace.watched(self, {**args, name: value}) as results:
            made = self.plain.folded(name, value, args)
            results.append("unchanged" if made is value or made == value else "changed")
        return made


def traced(call: Call, trace: Trace) -> TracedCall:
    """The same implementation, its calls told to `trace` and to no other."""
    plain = call.plain if isinstance(call, TracedCall) else call
    known: tuple[attrs.Attribute[Any], ...] = attrs.fields(Call)
    fields = {str(one.alias): getattr(plain, one.name) for one in known if one.init}
    return TracedCall(**fields, plain=plain, trace=trace)


def wanted_trace() -> Trace | None:
    """What prints every call on stderr, if the variable ORDERLOOM_TRACE_HOOKS asks for it."""
    return PRINTING if os.environ.get(VARIABLE, "0") not in ("", "0") else None


def _print(calls: Sequence[HookCall]) -> None:
    """One write for all, so that threads do not tear them apart; plainly, as logging may be off."""
    with suppress(OSError, ValueError, AttributeError):  # a host may have closed or removed it
        sys.stderr.write("".join(f"orderloom: {call}\n" for call in calls))
        sys.stderr.flush()


PRINTING: Final = Trace(_print)


# ── in words ───────────────────────────────────────────────────────────────────────────────


def _subject(args: Mapping[str, Any]) -> str:
    """What a call is about, as the arguments of the hook say."""
    for name in ("after", "subject", "order", "before", "inputs", "event", "lifecycle", "command"):
        if text := _named(args.get(name)):
            return f"{text}{_part(args)}"
    return ""


def _part(args: Mapping[str, Any]) -> str:
    """The line or the action it is about: a refusal asks about other actions than the one tried."""
    line, action = args.get("line"), args.get("action")
    if isinstance(line, LineItem):
        return f" line {line.position}"
    return f" {action.name}" if isinstance(action, Action) else ""


def _named(value: object) -> str:
    if isinstance(value, DocumentInputs):
        return _named(value.subject)
    if isinstance(value, Subject):
        return f"{value.type} {shown(value.number or str(value.id)[:_SHORT])}"
    if isinstance(value, Event):
        return _named(value.subject)
    if isinstance(value, SubjectRef):
        return f"{value.kind} {str(value.id)[:_SHORT]}"
    if isinstance(value, Lifecycle):
        return value.name
    return _placed(value) if isinstance(value, Command) else ""


def _placed(command: Command) -> str:
    return f"new {command.new.type}" if isinstance(command, Place) else ""


def _counted(records: Sequence[Any]) -> str:
    if not records:
        return "None"
    if all(isinstance(record, Problem) for record in records):
        codes = ", ".join(record.code for record in records)
        return f"{len(records)} problem{'s' if len(records) > 1 else ''}: {codes}"
    kind = type(records[0]).__name__
    return kind if len(records) == 1 else f"{len(records)} × {kind}"


def _raised(error: BaseException) -> str:
    if isinstance(error, Refused):
        return f"{type(error).__name__}: {_counted(error.problems)}"
    text = " ".join(str(error).split()) if isinstance(error, OrderloomError) else ""
    printable = "".join(char for char in text if char.isprintable())
    return f"{type(error).__name__}: {printable}" if printable else type(error).__name__
