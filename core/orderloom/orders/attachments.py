"""Files that belong to a subject: as handed in, as read by the gate, as kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderloom.orders.subject import SubjectRef
from orderloom.orders.unfit import unfit


def _only(wanted: type, called: str) -> Any:
    def check(upload: object, field: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, wanted):
            raise unfit(field.name, value, called)

    return check


@attrs.frozen
class Upload:
    """A file to be attached; raw input, of which nothing is believed.

    Attributes:
        kind: as the action declares it (`Attaches`), or "file".
        name: what whoever sends it calls it; shown, never used as a path.
        content: the whole file.

    Raises:
        Refused: [input.unfit] the content is not bytes, or the others are no texts.
    """

    kind: str = attrs.field(validator=_only(str, "a kind of file"))
    name: str = attrs.field(validator=_only(str, "the name of a file"))
    content: bytes = attrs.field(repr=False, validator=_only(bytes, "the content as bytes"))


@attrs.frozen(kw_only=True)
class CheckedFile:
    """A file that passed the gate, as it will be kept.

    Attributes:
        id: of the attachment it becomes.
        name: safe to show, with an extension that fits.
        media: "image/jpeg", "image/png" or "application/pdf", by its content.
        content: an image made anew, without metadata; a PDF as it came.
    """

    id: UUID
    kind: str
    name: str
    media: str
    content: bytes = attrs.field(repr=False)

    @property
    def sha256(self) -> str:
        """Of the content, hex."""
        return hashlib.sha256(self.content).hexdigest()


@attrs.frozen(kw_only=True)
class Attachment:
    """A file that belongs to a subject; its bytes are read with `Reader.file`.

    Attributes:
        kind: what it is ("invoice"); "file" if it was attached by hand as nothing in particular.
        name: safe to show; only the ending is left once personal data was erased.
        media: its media type.
        size: in bytes.
        sha256: of the content, hex; checked whenever it is read.
        action: the action it came with, "" if it was attached by hand.
        event: id of the event that says so.
        at, by: when it was attached, and by whom.
    """

    id: UUID
    subject: SubjectRef
    kind: str
    name: str
    media: str
    size: int
    sha256: str
    action: str
    event: UUID
    at: datetime
    by: str


def told_files(files: Sequence[CheckedFile]) -> dict[str, Any]:
    """What an event says of files: the facts, and apart from them the names, which are erasable."""
    facts = [
        {
            "id": str(one.id),
            "kind": one.kind,
            "media": one.media,
            "size": len(one.content),
            "sha256": one.sha256,
        }
        for one in files
    ]
    return {"files": facts, "file_names": [one.name for one in files]} if facts else {}


def uploads_of(raw: Upload | Iterable[Upload]) -> tuple[Upload, ...]:
    """One upload or several, as a tuple.

    Raises:
        Refused: [input.unfit] something else is among them.
    """
    if not isinstance(raw, Upload | Iterable):
        raise unfit("files", raw, "a list of Upload")
    several = (raw,) if isinstance(raw, Upload) else tuple(raw)
    for index, one in enumerate(several):
        if not isinstance(one, Upload):
            raise unfit(f"files[{index}]", one, "an Upload")
    return several
