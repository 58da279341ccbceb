"""A command carried out to the last hook and taken back, so that its calls can be looked at."""

from __future__ import annotations

import attrs

from orderloom.desk.execution import Execution
from orderloom.errors import OrderloomError
from orderloom.modules import HookCall, Trace
from orderloom.notify import Delivery, owed
from orderloom.orders.commands import Command
from orderloom.orders.events import Event
from orderloom.orders.hiding import masked
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store.faults import translated


@attrs.frozen(kw_only=True)
class Rehearsal:
    """What a command did before it was taken back.

    Attributes:
        calls: of hooks, in the order in which they began.
        owed: messages and `after_*` hooks its events would bring about after the commit.
        after: the subject after it, None if it failed.
        error: why it failed, None if it went well.
    """

    calls: tuple[HookCall, ...]
    owed: tuple[Delivery, ...]
    after: Subject | None = None
    error: OrderloomError | None = None


def seen_rehearsal(rehearsal: Rehearsal, hidden: tuple[str, ...]) -> Rehearsal:
    """A rehearsal without what is hidden, without messages to others, and what errors said."""
    if not hidden:
        return rehearsal
    owed = tuple(attrs.evolve(one, payload={}) for one in rehearsal.owed)
    calls = tuple(attrs.evolve(one, result=one.result.partition(":")[0]) for one in rehearsal.calls)
    after = rehearsal.after and masked(rehearsal.after, hidden)
    return attrs.evolve(rehearsal, calls=calls, owed=owed, after=after)


@attrs.define(slots=False, eq=False, kw_only=True)
class _Rehearsing(Execution):
    """An execution that notes what it would owe; the commands of its hooks share the note."""

    deliveries: list[Delivery] = attrs.field(factory=list)

    def owe(self, event: Event, subject: Subject) -> None:
        """Note what a written event would bring about."""
        self.deliveries += owed(event, subject, self.assembly, self)


def rehearse(
    execution: Execution, command: Command, ref: SubjectRef, *, reason: str = ""
) -> Rehearsal:
    """Carry out a command in a SAVEPOINT that is rolled back.

    Rows are locked until the transaction around it ends.

    Args:
        execution: of the desk; stays as it is.
        command: what to do.
        ref: the subject.
        reason: as it would be kept with the event.
    """
    calls: list[HookCall] = []
    dispatcher = execution.assembly.dispatcher.traced(Trace(calls.extend))
    assembly = attrs.evolve(execution.assembly, dispatcher=dispatcher)
    rehearsing = _Rehearsing(
        connection=execution.connection,
        state=attrs.evolve(execution.state, assembly=assembly),
        actor=execution.actor,
        now=execution.now,
        directory=execution.directory,
        tables=execution.tables,
        clock=execution.clock,
        files=execution.files,
    )
    after, failed = None, None
    with execution.connection.begin_nested() as savepoint:
        try:
            with translated():
                after = rehearsing.carry_out(command, ref, reason=reason)
        except OrderloomError as error:
            failed = error
        savepoint.rollback()
    return Rehearsal(
        calls=tuple(calls), owed=tuple(rehearsing.deliveries), after=after, error=failed
    )
