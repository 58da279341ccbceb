"""Which files may be attached: of which kind, how many, and what the gate says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from orderloom.decide.step import Step
from orderloom.errors import Problem
from orderloom.lifecycle import BY_HAND, MEDIA, Action, Attaches, Lifecycle
from orderloom.orders.attachments import Attachment, CheckedFile, Upload
from orderloom.values import Gather, nearest, shown

Gate = Callable[[Upload, Sequence[str], str], CheckedFile]
"""`gate(upload, media, field)`: a file that passed; refuses any other."""


@attrs.frozen
class _Room:
    """What may still come of one kind.

    Attributes:
        there: how many count already.
    """

    title: str
    most: int
    media: tuple[str, ...]
    there: int = 0


def of_action(step: Step, action: Action, uploads: Sequence[Upload]) -> tuple[CheckedFile, ...]:
    """The files that come with an action; the problems of the others are kept.

    Only those count that come now: what came before, by whatever hand, is in nobody's way.
    """
    rooms = {one.kind: _Room(one.title, one.most, one.media) for one in action.attaches}
    return _checked(uploads, rooms, step.reading.read_upload, step.make.gather)


def by_hand(
    lifecycle: Lifecycle | None,
    there: Iterable[Attachment],
    uploads: Sequence[Upload],
    most: int,
    gate: Gate,
) -> tuple[CheckedFile, ...]:
    """The files somebody attaches without any action: of a kind some action declares, or "file".

    A kind has room for as many as the largest number any action allows.

    Args:
        lifecycle: of the subject, None if nobody declares it any more.
        there: the attachments that count: what others attached is not in this one's way.
        uploads: to be attached.
        most: how many of the kind "file" he may attach.
        gate: that every file passes.

    Raises:
        Refused: [attachment.*], all at once.
    """
    counted = Counter(one.kind for one in there)
    rooms = {BY_HAND: _Room("File", most, MEDIA, counted[BY_HAND])}
    actions = lifecycle.all_actions if lifecycle else ()
    for one in sorted((each for action in actions for each in action.attaches), key=_most):
        rooms[one.kind] = _Room(one.title, one.most, one.media, counted[one.kind])
    with Gather() as gather:
        files = _checked(uploads, rooms, gate, gather)
    return files


def _most(declared: Attaches) -> int:
    return declared.most


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
    before = f" ({room.there} attached by you before)" if room.there else ""
    params = {"title": room.title, "number": number, "most": room.most, "before": before}
    return Problem("attachment.too_many", text, field, params=params)
