"""Deciding each kind of command."""

from __future__ import annotations

from functools import partial, singledispatch

import attrs

from orderloom.decide import approving, attaching, content, moving, waiting
from orderloom.decide.decision import Decision
from orderloom.decide.guarding import check_new
from orderloom.decide.reading import Deciding
from orderloom.decide.rights import (
    frozen_problems,
    leading,
    needed_for,
    side_edit_problems,
    side_problems,
)
from orderloom.decide.standing import declared, deleted_problems, parked_problems
from orderloom.decide.step import Step
from orderloom.errors import ModuleFault, Problem
from orderloom.lifecycle import START, Action, Status
from orderloom.modules import Assembly
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.orders.building import Maker, build_order, build_subject
from orderloom.orders.commands import (
    Approve,
    Change,
    Command,
    Delete,
    Escalate,
    NewOrder,
    Perform,
    Place,
    Refuse,
    Restore,
)
from orderloom.orders.subject import Subject
from orderloom.values import nearest, shown, uuid7


def decide(
    command: Command, before: Subject | None, assembly: Assembly, reading: Deciding
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
    _refuse_blocked(type.key, assembly)
    maker = Maker(
        look=reading,
        new_id=lambda: uuid7(reading.now),
        now=reading.now,
        actor=reading.actor.id,
        currency=reading.tenant.currency,
    )
    step = Step(
        command=command,
        before=before,
        assembly=assembly,
        reading=reading,
        type=type,
        needed=needed_for(command, type, assembly.lifecycles[type.key].lifecycle),
        make=maker,
    )
    return _decide(command, step)


def _type_of(
    command: Command, before: Subject | None, assembly: Assembly
) -> OrderType | SubjectType | Problem:
    key = command.new.type if isinstance(command, Place) else before.type if before else ""
    found = assembly.order_types.get(key) or assembly.subject_types.get(key)
    if found is not None:
        return _misplaced(command, key, assembly) or found
    _refuse_blocked(key, assembly)
    known = [*assembly.order_types, *assembly.subject_types]
    text = "There is no type {key} here. To use one, choose: {known}, or switch its module on."
    close = nearest(key, known, otherwise=", ".join(known) or "none")
    return Problem("type.unknown", text, "type", params={"key": shown(key), "known": close})


def _refuse_blocked(type: str, assembly: Assembly) -> None:
    if (blocked := assembly.blocked(type)) is not None:
        raise blocked.with_traceback(None)  # it is shared: frames would pile up on it


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
def _decide(command: object, step: Step) -> Decision:
    raise TypeError(f"{command!r} is no command")


@_decide.register
def _place(command: Place, step: Step) -> Decision:
    if step.assembly.closing(step.type.key):
        owner = step.assembly.owners[step.type.key]
        text = "Module {module} is being closed: it takes nothing new. To place it, switch it on."
        step.take([Problem("module.closing", text, params={"module": owner})])
    action = moving.named(step, command.action)
    if action is None:
        return step.decision(None)
    target = moving.target_of(step, action, START, None, None) or ""
    facets = tuple(sorted((facet.name, facet.start) for facet in step.lifecycle.facets))
    more = {"facets": facets, "lifecycle": step.lifecycle.digest}
    after: Subject
    if isinstance(command.new, NewOrder):
        kind = step.assembly.order_types[step.type.key].kind
        after = build_order(step.make, command.new, target, kind=kind, **more)
    else:
        after = build_subject(step.make, command.new, target, **more)
    step.right(after)
    _check_side(step, action, after)
    if step.barred:  # nor told what there is to know of the parties he has no part in
        return step.only_rights()
    check_new(step, command, after)
    after = content.content(step, None, after)
    if not step.unreadable:
        moving.check_action(step, action, after, after, None)
    moving.check_documents(step, action, after)
    series = moving.series_of(step, action, after)
    return waiting.gated(step, step.decision(after, action=action, series=series))


@_decide.register
def _change(command: Change, step: Step) -> Decision:
    before = step.existing
    step.right(before)
    _check_alive(step, before)
    if status := declared(before, step.reading):
        step.take(side_edit_problems(status, step.sides(before), step.type))
        step.take(frozen_problems(status, step.lifecycle, partial(_is_open, step)))
    after = content.edited(step, before, command.edits)
    if waiting.waits(step, before):
        return approving.edited(step, step.decision(step.following(after)), _perform)
    if not step.make.gather.problems and (found := waiting.excess(step, before, after)):
        return waiting.held_again(step, before, after, found)
    return step.decision(step.following(after))


@_decide.register
def _perform(command: Perform, step: Step) -> Decision:
    before = step.existing
    _check_alive(step, before)
    action = moving.named(step, command.action)
    if action is None:
        return step.decision(None)
    step.right(before)
    _check_side(step, action, before)
    options = moving.options_of(step, action, command.options)
    if declared(before, step.reading) is None:
        return step.decision(None, action=action, options=options)
    files = attaching.of_action(step, action, command.files)
    current = before.facet(action.facet) if action.facet else before.status
    legal = current in action.sources  # edits may rely on the status they are made in
    after = moving.edited_by(step, action, before, options) if legal else before
    offered = partial(_offered, command, step)
    _check_waiting(step, action, before)
    target = moving.target_of(step, action, current, after, options, offered)
    if target is None:
        return step.decision(None, action=action, options=options)
    if not action.leaves:
        after = moving.moved(step, after, action, target)
    chosen = None if command.options is moving.UNASKED else files
    moving.check_action(step, action, before, after, options, chosen)
    moving.check_documents(step, action, after)
    if action.edits is not None and not step.make.gather.problems:
        step.take(waiting.exceeding_problems(step, before, after))
    decision = step.decision(
        step.following(after, always=not action.leaves),
        action=action,
        options=options,
        files=files,
        series=moving.series_of(step, action, after),
    )
    if waiting.waits(step, before):
        return waiting.withdrawn(step, decision)
    return waiting.gated(step, decision)


def _offered(command: Perform, step: Step, instead: Action) -> bool:
    """Whether to name an action to whoever asked for another: he could do it as things stand."""
    # While every action is being asked about, none is named.
    return command.options is not moving.UNASKED and _is_open(step, instead)


def _is_open(step: Step, action: Action) -> bool:
    """Whether the actor could perform an action as things stand."""
    try:
        tried = Perform(action.name, moving.UNASKED)
        return not decide(tried, step.before, step.assembly, step.reading).problems
    except ModuleFault:
        return False


@_decide.register
def _delete(command: Delete, step: Step) -> Decision:
    before = step.existing
    step.right(before)
    _check_alive(step, before)
    status = declared(before, step.reading)
    if status and not status.deletable:
        step.take([_kept(step, status)])
    step.check("check_delete", subject=before)
    return step.decision(step.following(attrs.evolve(before, deleted_at=step.reading.now)))


def _kept(step: Step, status: Status) -> Problem:
    """What cannot be deleted can perhaps be dropped."""
    text = "It cannot be deleted while it is {status}. To go on, leave it as it is."
    is_open = partial(_is_open, step)
    ways = leading(step.lifecycle, status, lambda one: one.stage == "dropped", is_open)
    if ways:
        text = "It cannot be deleted while it is {status}. To be rid of it, choose {ways}."
    params = {"status": status.title, "ways": ways}
    return Problem("subject.not_deletable", text, params=params)


@_decide.register
def _restore(command: Restore, step: Step) -> Decision:
    before = step.existing
    step.right(before)
    step.take(parked_problems(before, step.reading))
    if before.deleted_at is None:
        text = "It is not deleted. To go on, leave it as it is: there is nothing to restore."
        step.take([Problem("subject.not_deleted", text)])
    after = content.brought_back(step, attrs.evolve(before, deleted_at=None))
    return step.decision(step.following(after))


@_decide.register
def _approve(command: Approve, step: Step) -> Decision:
    _check_alive(step, step.existing)
    return approving.approve(command, step, _perform)


@_decide.register
def _refuse(command: Refuse, step: Step) -> Decision:
    _check_alive(step, step.existing)
    return approving.refuse(command, step)


@_decide.register
def _escalate(command: Escalate, step: Step) -> Decision:
    _check_alive(step, step.existing)
    return approving.escalate(step)


def _check_waiting(step: Step, action: Action, subject: Subject) -> None:
    """What waits for approvals moves as a whole: its facets stay."""
    if action.facet and waiting.waits(step, subject):
        text = "It waits for approval. To go on, have it approved, or withdraw it."
        step.take([Problem("subject.waits", text, params={"action": action.title})])


def _check_side(step: Step, action: Action, subject: Subject) -> None:
    if action.side:
        step.take(side_problems(action, step.sides(subject), step.type))


def _check_alive(step: Step, subject: Subject) -> None:
    step.take(deleted_problems(subject))
    step.take(parked_problems(subject, step.reading))
