"""The gate for files from outside: size, kind of content, extension, then the content itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

import attrs

from orderloom.attachments.images import made_anew
from orderloom.attachments.pdfs import check_pdf
from orderloom.errors import Problem, Refused
from orderloom.lifecycle import JPEG, PDF, PNG
from orderloom.orders.attachments import CheckedFile, Upload
from orderloom.values import file_name, shown

SUFFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    JPEG: ("jpg", "jpeg"),
    PNG: ("png",),
    PDF: ("pdf",),
}
"""What the name of a file may end in, by media type; the first is added to a name without."""

_SIGNATURES: Final = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
_NAMES: Final = {JPEG: "JPEG", PNG: "PNG", PDF: "PDF"}
_EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,7})\Z")
_MEGABYTE = 1_000_000
_LONGEST = 1000  # of a name, before it is cleaned: that takes longer the longer it is


@attrs.frozen(kw_only=True)
class Caps:
    """How large a file may be.

    Attributes:
        megabytes: of the file as it comes, a million bytes each.
        megapixels: of an image, a million each.
    """

    megabytes: int
    megapixels: int


def read_upload(
    upload: Upload, id: UUID, media: Collection[str], caps: Caps, field: str
) -> CheckedFile:
    """Read a file that comes from outside; its size is looked at before anything else.

    An image is decoded and made anew without metadata. A PDF is kept as it came: it is never
    opened here, and handed out only to be saved.

    Args:
        upload: as it came.
        id: of the attachment it will be.
        media: media types that are welcome.
        caps: how large it may be.
        field: its path in the input, for messages.

    Raises:
        Refused: [attachment.empty], [attachment.too_big], [attachment.media],
            [attachment.extension], [attachment.unreadable], [attachment.too_many_pixels],
            [attachment.two_faced].
    """
    _check_size(upload.content, caps, field)
    found = _media_of(upload.content)
    if found not in media:
        raise _unwelcome(found, media, field)
    name = _name(upload.name, found, field)
    content = upload.content
    if found == PDF:
        check_pdf(content, field)
    else:
        content = made_anew(content, _NAMES[found], caps.megapixels, field)
    return CheckedFile(id=id, kind=upload.kind, name=name, media=found, content=content)


def _check_size(content: bytes, caps: Caps, field: str) -> None:
    if not content:
        text = "The file is empty. To attach it, choose one with something in it."
        raise Refused([Problem("attachment.empty", text, field)])
    if len(content) > caps.megabytes * _MEGABYTE:
        text = "The file has {size} bytes. To attach it, make it smaller than {most} megabytes."
        params = {"size": f"{len(content):,}", "most": caps.megabytes}
        raise Refused([Problem("attachment.too_big", text, field, params=params)])


def _media_of(content: bytes) -> str:
    """The media type the first bytes promise, "" for any other."""
    fitting = (media for sign, media in _SIGNATURES.items() if content.startswith(sign))
    return next(fitting, "")


def _unwelcome(found: str, media: Collection[str], field: str) -> Refused:
    text = "The file is {found}. To attach it, save it as {welcome}."
    *others, last = (name for one, name in _NAMES.items() if one in media)
    params = {
        "found": f"a {_NAMES[found]}" if found else "no JPEG, PNG or PDF by its content",
        "welcome": f"{', '.join(others)} or {last}" if others else last,
    }
    return Refused([Problem("attachment.media", text, field, params=params)])


def _name(raw: str, media: str, field: str) -> str:
    """The name as it is shown; one without an extension gets that of its content."""
    name = file_name(raw[-_LONGEST:])
    extension = _EXTENSION.search(name)
    if extension is None:
        return file_name(f"{name}.{SUFFIXES[media][0]}")
    if extension[1].lower() not in SUFFIXES[media]:
        text = "{name} ends in .{given} and is a {found} inside. To attach it, name it .{fit}."
        params = {
            "name": shown(name),
            "given": extension[1],
            "found": _NAMES[media],
            "fit": SUFFIXES[media][0],
        }
        raise Refused([Problem("attachment.extension", text, field, params=params)])
    return name
