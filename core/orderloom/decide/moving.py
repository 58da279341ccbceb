"""Where an action of the lifecycle leads, with which options, edits and documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from inspect import signature
from typing import Any, Final

from orderloom.decide.content import edited
from orderloom.decide.step import Step
from orderloom.errors import ModuleFault, NotFound, Problem, Refused
from orderloom.lifecycle import Action
from orderloom.lifecycle.action import Edits
from orderloom.modules import contained
from orderloom.modules.contributions import Series
from orderloom.orders.attachments import CheckedFile
from orderloom.orders.inputs import read_record
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values.changing import changer


class _Unasked:
    """Options nobody has chosen yet: `explain` asks whether an action is open at all."""


UNASKED: Final = _Unasked()


def named(step: Step, name: str) -> Action | None:
    """The action of a name; None if there is none (the problem is kept)."""
    try:
        return step.lifecycle.action(name)
    except NotFound as missing:
        text = (
            "{missing} To see what can be done, ask for an explanation (orderloom order explain)."
        )
        step.take([Problem("action.unknown", text, "action", params={"missing": str(missing)})])
        return None


def target_of(
    step: Step,
    action: Action,
    status: str,
    subject: Subject | None,
    options: object,
    offered: Callable[[Action], bool] = lambda action: True,
) -> str | None:
    """The status an action leads to, None when it is illegal (the problem is kept).

    As long as nobody has chosen its options, an action with a route stays where it is if it can.
    `offered` says which actions to name instead of one that is illegal.
    """
    if action.route is not None and _open(action, options) and status in action.sources:
        return status if status in action.targets else action.targets[0]
    engine = step.assembly.engines[step.type.key]
    try:
        with contained(step.blame(action), f"route of {action.name}"):
            return engine.step(status, action, subject, options, offered)
    except Refused as refusal:
        step.take(refusal.problems)
        return None


_moved: Final = {cls: changer(cls, "status", "facets", "lifecycle") for cls in (Subject, Order)}


def moved(step: Step, subject: Subject, action: Action, target: str) -> Subject:
    """The subject with its status, or that of the action's facet, at the target."""
    status, facets = target, subject.facets
    if action.facet:
        status = subject.status
        facets = tuple(sorted({**dict(facets), action.facet: target}.items()))
    return _moved[type(subject)](subject, status, facets, step.lifecycle.digest)


def options_of(step: Step, action: Action, raw: object) -> Any:
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


def edited_by(step: Step, action: Action, before: Subject, options: object) -> Subject:
    """The subject with the edits an action makes, once its options are chosen."""
    if action.edits is None or _open(action, options) or step.make.gather.problems:
        return before
    try:
        with contained(step.blame(action), f"edits of {action.name}"):
            edits = tuple(_asked(action.edits, step)(before, options))
    except Refused as refusal:
        step.take(refusal.problems)
        return before
    return edited(step, before, edits)


def _asked(edits: Edits, step: Step) -> Edits:
    """The edits of an action, given what may be looked at if they ask for it by name."""
    return partial(edits, reading=step.reading) if _reads(edits) else edits


@lru_cache(maxsize=256)
def _reads(edits: Edits) -> bool:
    return "reading" in signature(edits).parameters


def check_action(
    step: Step,
    action: Action,
    before: Subject,
    after: Subject,
    options: object,
    files: Sequence[CheckedFile] | None = (),
) -> None:
    """Ask the modules whether an action may be performed now."""
    step.check(
        "check_action",
        action=action,
        order=before,
        subject=before,
        after=after,
        options=options,
        files=files,
    )


def check_documents(step: Step, action: Action, after: Subject) -> None:
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


def series_of(step: Step, action: Action, after: Subject) -> Series | None:
    """The series to draw a number from, if this action binds and there is none yet."""
    return step.type.series if action.series and not after.number else None


def _open(action: Action, options: object) -> bool:
    """Whether options are still to be chosen."""
    return action.options is not None and options is None
