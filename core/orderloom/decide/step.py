"""Deciding each kind of command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any, Final

import attrs

from orderloom.decide.decision import Decision
from orderloom.decide.pricing import priced
from orderloom.decide.rights import (
    edit_problems,
    needed_for,
    right_problems,
    side_problems,
)
from orderloom.errors import ModuleFault, NotFound, Problem, Refused
from orderloom.lifecycle import START, Action, Lifecycle, Status
from orderloom.modules import Assembly, contained
from orderloom.modules.contributions import OrderType, Reading, SubjectType
from orderloom.orders.building import Maker, build_order, build_subject
from orderloom.orders.commands import (
    Change,
    Command,
    Delete,
    Edit,
    NewOrder,
    Perform,
    Place,
    Restore,
)
from orderloom.orders.editing import apply_edits
from orderloom.orders.inputs import read_record
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import nearest, shown, uuid7


class _Unasked:
    """Options nobody has chosen yet: `explain` asks whether an action is open at all."""


UNASKED: Final = _Unasked()


@attrs.frozen(kw_only=True)
class _Step:
    """One decision under way: its context, and the problems found so far."""

    command: Command
    before: Subject | None
    assembly: Assembly
    reading: Reading
    type: OrderType | SubjectType
    make: Maker

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.make.gather.add(problem)

    def check(self, hook: str, **args: Any) -> None:
        """Run a checking hook of the modules that own or touch the type."""
        found = self.assembly.dispatcher.collect(
            hook, type=self.type.key, reading=self.reading, **args
        )
        self.take(problem for _, problem in found)

    def right(self, permission: str, subject: Subject | None) -> None:
        self.take(right_problems(permission, subject, self.assembly, self.reading))

    @property
    def lifecycle(self) -> Lifecycle:
        """The merged lifecycle of the type."""
        return self.assembly.lifecycles[self.type.key].lifecycle

    def blame(self, action: Action) -> str:
        """The module whose code stands behind an action."""
        provenance = self.assembly.lifecycles[self.type.key].provenance
        return provenance.of_action(action.name) or self.assembly.owners[self.type.key]

    def decision(self, after: Subject | None, **more: Any) -> Decision:
        return Decision(
            command=self.command,
            before=self.before,
            after=after,
            problems=self.make.gather.problems,
            **more,
        )


def decide(
    command: Command, before: Subject | None, assembly: Assembly, reading: Reading
) -> Decision:
    """What a command would do to a subject, and everything that speaks against it.

    Args:
        command: as handed in.
        before: the subject, None for `Place`.
        assembly: what the tenant's modules contribute.
        reading: all that may be looked at.

    Raises:
        ModuleFault: a hook failed, or a module the type depends on is faulted.
    """
    type = _type_of(command, before, assembly)
    if isinstance(type, Problem):
        return Decision(command=command, before=before, problems=(type,))
    blocked = assembly.blocked(type.key)
    if blocked is not None:
        raise blocked.with_traceback(None)  # it is shared: frames would pile up on it
    maker = Maker(
        look=reading,
        new_id=lambda: uuid7(reading.now),
        now=reading.now,
        actor=reading.actor.id,
        currency=reading.tenant.currency,
    )
    step = _Step(
        command=command,
        before=before,
        assembly=assembly,
        reading=reading,
        type=type,
        make=maker,
    )
    return _decide(command, step)


def _type_of(
    command: Command, before: Subject | None, assembly: Assembly
) -> OrderType | SubjectType | Problem:
    key = command.new.type if isinstance(command, Place) else before.type if before else ""
    known: Mapping[str, OrderType | SubjectType] = {
        **assembly.order_types,
        **assembly.subject_types,
    }
    if key in known:
        return _misplaced(command, key, assembly) or known[key]
    blocked = assembly.blocked(key)
    if blocked is not None:
        raise blocked.with_traceback(None)  # it is shared: frames would pile up on it
    text = "There is no type {key} here. To use one, choose: {known}, or switch its module on."
    close = nearest(key, known, otherwise=", ".join(known) or "none")
    return Problem("type.unknown", text, "type", params={"key": shown(key), "known": close})


def _misplaced(command: Command, key: str, assembly: Assembly) -> Problem | None:
    """A problem if an order is placed as another subject, or the other way round."""
    is_order = key in assembly.order_types
    if not isinstance(command, Place) or isinstance(command.new, NewOrder) == is_order:
        return None
    text = "{key} is {given} type of orders. To place one, hand in a {record}."
    params = {
        "key": key,
        "given": "a" if is_order else "no",
        "record": "NewOrder" if is_order else "NewSubject",
    }
    return Problem("type.misplaced", text, "type", params=params)


@singledispatch
def _decide(command: Any, step: _Step) -> Decision:
    raise TypeError(f"{command!r} is no command")


@_decide.register
def _place(command: Place, step: _Step) -> Decision:
    if step.assembly.closing(step.type.key):
        owner = step.assembly.owners[step.type.key]
        text = "Module {module} is being closed: it takes nothing new. To place it, switch it on."
        step.take([Problem("module.closing", text, params={"module": owner})])
    action = _action(step, command.action)
    if action is None:
        return step.decision(None)
    target = _moved(step, action, START, None, None)
    after: Subject
    if isinstance(command.new, NewOrder):
        after = build_order(step.make, command.new, target or "")
    else:
        after = build_subject(step.make, command.new, target or "")
    lifecycle = step.lifecycle
    step.right(needed_for(command, step.type, lifecycle), after)
    step.take(side_problems(action, after, step.type, step.reading.actor))
    facets = tuple(sorted((facet.name, facet.start) for facet in lifecycle.facets))
    after = attrs.evolve(after, facets=facets, lifecycle=lifecycle.digest)
    after = _content(step, None, after)
    return step.decision(after, action=action, series=_series(step, action, after))


@_decide.register
def _change(command: Change, step: _Step) -> Decision:
    before = _existing(step)
    step.right(needed_for(command, step.type, step.lifecycle), before)
    _alive(step, before)
    if status := _status(step, before):
        step.take(edit_problems(status, before, step.reading.actor))
    after = _edited(step, before, command.edits)
    after = _content(step, before, after)
    return step.decision(_next(before, after, step))


@_decide.register
def _perform(command: Perform, step: _Step) -> Decision:
    before = _existing(step)
    _alive(step, before)
    action = _action(step, command.action)
    if action is None:
        return step.decision(None)
    step.right(needed_for(command, step.type, step.lifecycle), before)
    step.take(side_problems(action, before, step.type, step.reading.actor))
    options = _options(step, action, command.options)
    current = dict(before.facets).get(action.facet, "") if action.facet else before.status
    after = _edited_by(step, action, before, options)
    target = _moved(step, action, current, after, options)
    if target is None:
        return step.decision(None, action=action, options=options)
    after = attrs.evolve(_at(after, action, target), lifecycle=step.lifecycle.digest)
    step.check(
        "check_action",
        action=action,
        order=before,
        subject=before,
        after=after,
        options=options,
    )
    _printable(step, action, after)
    return step.decision(
        _next(before, after, step, always=True),
        action=action,
        options=options,
        series=_series(step, action, after),
    )


@_decide.register
def _delete(command: Delete, step: _Step) -> Decision:
    before = _existing(step)
    step.right(needed_for(command, step.type, step.lifecycle), before)
    _alive(step, before)
    status = _status(step, before)
    if status and not status.deletable:
        text = "It cannot be deleted while it is {status}. To be rid of it, cancel it instead."
        step.take([Problem("subject.not_deletable", text, params={"status": status.title})])
    step.check("check_delete", subject=before)
    after = attrs.evolve(before, deleted_at=step.reading.now)
    return step.decision(_next(before, after, step))


@_decide.register
def _restore(command: Restore, step: _Step) -> Decision:
    before = _existing(step)
    step.right(needed_for(command, step.type, step.lifecycle), before)
    _not_parked(step, before)
    if before.deleted_at is None:
        text = "It is not deleted. To go on, leave it as it is: there is nothing to restore."
        step.take([Problem("subject.not_deleted", text)])
    after = attrs.evolve(before, deleted_at=None)
    return step.decision(_next(before, _content(step, None, after), step))


def _existing(step: _Step) -> Subject:
    if step.before is None:
        raise TypeError("this command needs a subject")
    return step.before


def _alive(step: _Step, subject: Subject) -> None:
    if subject.deleted_at is not None:
        text = "It was deleted. To work with it, restore it first."
        step.take([Problem("subject.deleted", text)])
    _not_parked(step, subject)


def _not_parked(step: _Step, subject: Subject) -> None:
    if subject.parked:
        text = (
            "It is parked: its status {status} is unknown to the modules that are on. "
            "To work with it, switch its module on or map the status (orderloom lifecycle map)."
        )
        step.take([Problem("subject.parked", text, params={"status": subject.status})])


def _status(step: _Step, subject: Subject) -> Status | None:
    """The declared status; None if the lifecycle has none of that name (the problem is kept)."""
    try:
        return step.reading.status(subject)
    except NotFound as missing:
        text = "{missing} To work with it, map its status first (orderloom lifecycle map)."
        step.take([Problem("lifecycle.parked", text, "status", params={"missing": missing})])
        return None


def _action(step: _Step, name: str) -> Action | None:
    try:
        return step.lifecycle.action(name)
    except NotFound as missing:
        text = (
            "{missing} To see what can be done, ask for an explanation (orderloom order explain)."
        )
        step.take([Problem("action.unknown", text, "action", params={"missing": str(missing)})])
        return None


def _moved(
    step: _Step, action: Action, status: str, subject: Subject | None, options: object
) -> str | None:
    """The status an action leads to, None when it is illegal (the problem is kept).

    As long as nobody has chosen its options, an action with a route stays where it is if it can.
    """
    unchosen = action.route is not None and action.options is not None and options is None
    if unchosen and status in action.sources and status != START:
        return status if status in action.targets else action.targets[0]
    engine = step.assembly.engines[step.type.key]
    try:
        with contained(step.blame(action), f"route of {action.name}"):
            return engine.step(status, action, subject, options)
    except Refused as refusal:
        step.take(refusal.problems)
        return None


def _at(subject: Subject, action: Action, target: str) -> Subject:
    if not action.facet:
        return attrs.evolve(subject, status=target)
    facets = tuple(sorted({**dict(subject.facets), action.facet: target}.items()))
    return attrs.evolve(subject, facets=facets)


def _options(step: _Step, action: Action, raw: object) -> Any:
    """The options as a record; None if there are none, or they were not chosen or are wrong."""
    if raw is UNASKED:
        return None
    if action.options is None:
        if raw not in (None, {}):
            text = "Action {action} takes no options. To perform it, leave them out."
            params = {"action": action.name}
            step.take([Problem("action.no_options", text, "options", params=params)])
        return None
    given: Any = {} if raw is None else raw
    return step.make.gather.take(read_record, action.options, given)


def _edited_by(step: _Step, action: Action, before: Subject, options: object) -> Subject:
    """The subject with the edits an action makes, once its options are chosen."""
    unchosen = action.options is not None and options is None
    if action.edits is None or unchosen or step.make.gather.problems:
        return before
    try:
        with contained(step.blame(action), f"edits of {action.name}"):
            edits = tuple(action.edits(before, options))
    except Refused as refusal:
        step.take(refusal.problems)
        return before
    return _content(step, before, _edited(step, before, edits))


def _printable(step: _Step, action: Action, after: Subject) -> None:
    """Take what keeps the documents of an action from being printed.

    A document of an order that is refused anyway need not be possible to build.
    """
    refused = bool(step.make.gather.problems)
    for key in action.issues:
        try:
            step.take(step.reading.document_problems(key, after))
        except ModuleFault:
            if not refused:
                raise


def _edited(step: _Step, before: Subject, edits: Iterable[Edit]) -> Subject:
    return apply_edits(step.make, before, edits)


def _content(step: _Step, before: Subject | None, after: Subject) -> Subject:
    """Price an order and let the modules check the new content.

    They see it only if the input could be read: a check of half an order misleads.
    """
    if step.make.gather.problems and any(not p.forbidden for p in step.make.gather.problems):
        return after
    if not isinstance(after, Order):
        step.check("check_subject", subject=after, before=before)
        return after
    after = priced(after, step.assembly, step.reading, step.make.gather)
    old = {line.id: line for line in before.lines} if isinstance(before, Order) else {}
    if step.assembly.dispatcher.implements("check_line"):
        for line in after.lines:
            if old.get(line.id) != line:
                step.check("check_line", line=line, before=old.get(line.id), order=after)
    step.check("check_order", order=after, before=before)
    return after


def _next(before: Subject, after: Subject, step: _Step, *, always: bool = False) -> Subject:
    """The following version; the same value if nothing changed."""
    if after == before and not always:
        return before
    return attrs.evolve(after, version=before.version + 1, updated_at=step.reading.now)


def _series(step: _Step, action: Action, after: Subject) -> Any:
    """The series to draw a number from, if this action binds and there is none yet."""
    return step.type.series if action.series and not after.number else None
