"""Deciding about requests, several at once: all or none, with everything that speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

import attrs

from orderloom import Desk, Forbidden, Gather, Problem, Refused, Subject, SubjectRef, id_of
from orderloom_procurement.requests.records import ADVANCE, NEEDS_RESOURCE, REQUEST, RESOURCE

Asked = Subject | UUID
Act = Callable[[Subject | SubjectRef, Subject], Subject]
_STEPS = (ADVANCE, RESOURCE)


def approve(desk: Desk, requests: Iterable[Asked], *, step: str = "") -> list[Subject]:
    """Approve requests, each at the step it waits at.

    Args:
        desk: the transaction and who acts.
        requests: as the caller sees them, or their ids.
        step: ADVANCE or RESOURCE if that one is meant: a request that waits for the other is
            refused then.

    Returns:
        They as they are now, in the same order.

    Raises:
        Refused: what speaks against any of them, the request named in the field; nothing is
            written then; [id.malformed] what is no id.
        Forbidden: the same, if nothing but rights is missing.
        Conflict: somebody changed one that was handed in.
        NotFound: there is no such request.
    """
    return each(desk, requests, lambda one, seen: desk.perform(one, f"approve_{_step(seen, step)}"))


def deny(desk: Desk, requests: Iterable[Asked], reason: str, *, step: str = "") -> list[Subject]:
    """Deny requests, each at the step it waits at; arguments and errors as `approve`.

    The reason is shown with them from then on.
    """
    given = {"reason": reason}
    return each(
        desk, requests, lambda one, seen: desk.perform(one, f"deny_{_step(seen, step)}", given)
    )


def reopen(desk: Desk, requests: Iterable[Asked], *, reason: str = "") -> list[Subject]:
    """Take decided requests back to the first step, to be changed and decided anew.

    A linked one is unlinked. Arguments and errors as `approve`.
    """
    return each(desk, requests, lambda one, _: desk.perform(one, "reopen", reason=reason))


def each(desk: Desk, requests: Iterable[Asked], act: Act) -> list[Subject]:
    """Act on several, all or none.

    Args:
        desk: the transaction and who acts.
        requests: as the caller sees them, or their ids; one named twice counts once.
        act: gets what to act on, and the request as it was seen.

    Raises:
        Refused, Forbidden: what speaks against any of them; nothing is written then.
    """
    named = once(requests)
    gather = Gather()
    with desk.together():
        done = [gather.take(_acted, desk, one, act) for one in named]
        if problems := gather.problems:
            raise (Forbidden if all(one.forbidden for one in problems) else Refused)(problems)
    return [one for one in done if one is not None]


def once(requests: Iterable[Asked]) -> list[Asked]:
    """What was named, through the gate of ids, each but once.

    Raises:
        Refused: [id.malformed], all that are no ids.
    """
    # A text would be taken for its letters.
    several = isinstance(requests, Iterable) and not isinstance(requests, str)
    with Gather() as gather:
        named = [
            one if isinstance(one, Subject) else gather.take(id_of, one, f"requests[{index}]")
            for index, one in enumerate(requests if several else [requests])
        ]
    found = (one for one in named if one is not None)
    return [*{one.id if isinstance(one, Subject) else one: one for one in found}.values()]


def _acted(desk: Desk, request: Asked, act: Act) -> Subject:
    if isinstance(request, Subject):
        target: Subject | SubjectRef = request
        seen = request
    else:
        target = SubjectRef(REQUEST, request)
        seen = desk.get(target)
    try:
        return act(target, seen)
    except Refused as refusal:
        raise type(refusal)(_of(seen, problem) for problem in refusal.problems) from None


def _of(request: Subject, problem: Problem) -> Problem:
    """The problem with the request named, as it is one of many."""
    name = f"{request.title} ({request.id})"
    return attrs.evolve(problem, field=f"{name}, {problem.field}" if problem.field else name)


def _step(request: Subject, step: str) -> str:
    if step in _STEPS:
        return step
    if step:
        text = "There is no step {given}. To name one, use: {known}."
        params = {"given": step, "known": ", ".join(_STEPS)}
        raise Refused([Problem("procurement.request.step", text, "step", params=params)])
    return RESOURCE if request.status == NEEDS_RESOURCE else ADVANCE
