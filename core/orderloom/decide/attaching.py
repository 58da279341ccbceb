"""Which files may be attached: of which kind, how many, and what the gate says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from orderloom.decide.step import Step
from orderloom.errors import Forbidden, Problem, Refused
from orderloom.lifecycle import BY_HAND, MEDIA, Action, Attaches, Lifecycle
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.orders.attachments import Attachment, CheckedFile, Upload
from orderloom.values import Gather, nearest, shown

_NAMED: Final = 3  # files there, in a message

Gate = Callable[[Upload, Sequence[str], str], CheckedFile]
"""`gate(upload, media, field)`: a file that passed; refuses any other."""


@attrs.frozen
class _Room:
    """What may still come of one kind.

    Attributes:
        there: how many count already.
        names: of those of them whoever attaches may know of.
        closed: why none may come at all.
    """

    title: str
    most: int
    media: tuple[str, ...]
    there: int = 0
    names: tuple[str, ...] = ()
    closed: Problem | None = None


@attrs.frozen(kw_only=True)
class ByHand:
    """Where somebody attaches files by hand.

    Attributes:
        lifecycle: of the subject; None if nobody declares it any more.
        type: of the subject, if it is known.
        status: it is in.
        sides: he plays there.
        by: his id.
        there: all attachments of the subject.
        seen: those of them he may know of.
        most: how many of the kind "file" he may attach.
    """

    lifecycle: Lifecycle | None
    type: OrderType | SubjectType | None
    status: str
    sides: frozenset[str]
    by: str
    there: Sequence[Attachment]
    seen: Sequence[Attachment]
    most: int

    def rooms(self) -> dict[str, _Room]:
        """What may still come, by kind."""
        own = [one for one in self.there if not one.action and one.by == self.by]
        rooms = {BY_HAND: self._room(BY_HAND, "File", self.most, MEDIA, own)}
        declared = tuple(_declared(self.lifecycle))
        for _, one in sorted(declared, key=lambda each: each[1].most):
            rooms[one.kind] = self._room(one.kind, one.title, one.most, one.media, self.there)
        closed = ((kind, self._closed(kind, room.title, declared)) for kind, room in rooms.items())
        return {kind: attrs.evolve(rooms[kind], closed=problem) for kind, problem in closed}

    def _room(
        self, kind: str, title: str, most: int, media: tuple[str, ...], count: Iterable[Attachment]
    ) -> _Room:
        counted = {one.id for one in count if one.kind == kind}
        names = tuple(one.name for one in self.seen if one.id in counted)
        return _Room(title, most, media, len(counted), names)

    def _closed(
        self, kind: str, title: str, declared: Iterable[tuple[Action, Attaches]]
    ) -> Problem | None:
        """Why a kind that actions declare may not come by hand, None if it may."""
        if kind == BY_HAND or self.lifecycle is None:
            return None
        sides = dict.fromkeys(action.side for action, one in declared if one.kind == kind)
        if "" not in sides and self.sides.isdisjoint(sides):
            who = " or ".join(getattr(self.type, side, "") or side for side in sides)
            text = "{title}: only the {who} may attach one. To go on, ask the {who}."
            params = {"title": title, "who": who}
            lifted = f"the {who}"
            return Problem("right.side", text, params=params, lifted_by=lifted, forbidden=True)
        status = next((one for one in self.lifecycle.statuses if one.name == self.status), None)
        if status is None or status.stage != "dropped":
            return None
        text = "{title}: none belongs to what is {status}. To keep it here, attach it as a {file}."
        params = {"title": title, "status": status.title, "file": BY_HAND}
        return Problem("attachment.dropped", text, params=params)


def _declared(lifecycle: Lifecycle | None) -> Iterator[tuple[Action, Attaches]]:
    """The kinds of files actions declare, each with its action."""
    for action in lifecycle.all_actions if lifecycle else ():
        for one in action.attaches:
            yield action, one


def of_action(step: Step, action: Action, uploads: Sequence[Upload]) -> tuple[CheckedFile, ...]:
    """The files that come with an action; the problems of the others are kept.

    Only those count that come now: what came before, by whatever hand, is in nobody's way.
    """
    rooms = {one.kind: _Room(one.title, one.most, one.media) for one in action.attaches}
    return _checked(uploads, rooms, step.reading.read_upload, step.make.gather)


def by_hand(where: ByHand, uploads: Sequence[Upload], gate: Gate) -> tuple[CheckedFile, ...]:
    """The files somebody attaches without any action: of a kind some action declares, or "file".

    Of a kind of theirs a subject holds as many as the most generous action allows, those that came
    with actions included; only their sides may attach one, and to nothing that was dropped.

    Args:
        where: he attaches them, and what is there.
        uploads: to be attached.
        gate: that every file passes.

    Raises:
        Refused: [attachment.*], all at once.
        Forbidden: [right.side] they are of a kind the other side attaches.
    """
    gather = Gather()
    files = _checked(uploads, where.rooms(), gate, gather)
    if problems := gather.problems:
        raise (Forbidden if all(one.forbidden for one in problems) else Refused)(problems)
    return files


def _checked(
    uploads: Sequence[Upload], rooms: Mapping[str, _Room], gate: Gate, gather: Gather
) -> tuple[CheckedFile, ...]:
    """The files that may come; none is opened for whoever may not do this at all."""
    files: list[CheckedFile | None] = []
    given: Counter[str] = Counter()
    allowed = not any(problem.forbidden for problem in gather.problems)
    for index, upload in enumerate(uploads):
        field = f"files[{index}]"
        room = rooms.get(upload.kind)
        given[upload.kind] += 1
        if room is None:
            gather.add(_unknown(upload.kind, rooms, field))
        elif room.closed is not None:
            gather.add(attrs.evolve(room.closed, field=field))
        elif room.there + given[upload.kind] > room.most:
            gather.add(_too_many(room, room.there + given[upload.kind], field))
        elif allowed:
            files.append(gather.take(gate, upload, room.media, field))
    return tuple(one for one in files if one is not None)


def _unknown(kind: str, rooms: Mapping[str, _Room], field: str) -> Problem:
    text = "No file of the kind {kind} belongs here. To attach it, {instead}."
    close = nearest(kind, rooms, otherwise=", ".join(rooms))
    instead = f"use the kind {close}" if close else "attach it by hand, without any action"
    params = {"kind": shown(kind), "instead": instead}
    return Problem("attachment.kind", text, field, params=params)


def _too_many(room: _Room, number: int, field: str) -> Problem:
    text = (
        "{title}: this would be number {number} of at most {most}{before}. To go on, leave it out."
    )
    before = f" ({room.there} there already{_named(room)})" if room.there else ""
    params = {"title": room.title, "number": number, "most": room.most, "before": before}
    return Problem("attachment.too_many", text, field, params=params)


def _named(room: _Room) -> str:
    names = [*room.names[:_NAMED], *(["…"] if len(room.names) > _NAMED else [])]
    return f": {', '.join(names)}" if names else ""
