"""Fonts: which families there are, and what their characters measure.

Families come from the package `pymupdf-fonts` (modules holding the compressed font) or from font
files of the tenant, which a layout pins by their SHA-256. Nothing here imports fpdf.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from orderloom.documents.characters import JOINERS
from orderloom.errors import Problem, Refused

if TYPE_CHECKING:
    from orderloom.documents.layout import FontFile, Layout

PACKAGED = {
    "Noto Sans": ("NotoSans_Regular", "NotoSans_Bold"),
    "FiraGO": ("FiraGO_Regular", "FiraGO_Bold"),
    "Noto Sans Symbols": ("NotoSansSymbols_Regular",),
    "Noto Sans Symbols 2": ("NotoSansSymbols2_Regular",),
    "Noto Sans Math": ("NotoSansMath_Regular",),
}
DEFAULT_FONTS = tuple(PACKAGED)
MOST_FILE_BYTES = 32 * 1024 * 1024
_NEEDED_TABLES = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "post", "OS/2")
_RESTRICTED = 2  # OS/2 fsType, low four bits: embedding is not allowed


@attrs.frozen
class Face:
    """One weight of a family, by where its bytes are.

    Attributes:
        source: module inside `pymupdf_fonts`, or the path of a file.
        sha256: of the file as the layout pinned it; empty for a packaged face.
    """

    family: str
    source: str
    sha256: str = ""


class Weight(dict[str, int]):
    """The advance of each character in 1/1000 of the font size, over a chain of faces.

    A character is looked up along the chain when first asked for. `owner` names the face that
    draws it; `foreign` are those that the first face does not have.
    """

    def __init__(self, faces: tuple[Face, ...]) -> None:
        super().__init__()
        self.faces = faces
        self.owner: dict[str, Face] = {}
        self.foreign: set[str] = set()

    def __missing__(self, character: str) -> int:
        for face in self.faces:
            advance = advances(face).get(ord(character))
            if advance is not None:
                self.owner[character] = face
                if face is not self.faces[0]:
                    self.foreign.add(character)
                self[character] = advance
                return advance
        raise KeyError(character)

    def has(self, character: str) -> bool:
        """Whether any face of the chain has the character."""
        try:
            return self[character] >= 0
        except KeyError:
            return False

    def whole(self, text: str) -> Face:
        """The face to shape a text with: the first that has all, else most, of its characters."""
        code_points = {ord(character) for character in text if character not in JOINERS}
        for face in self.faces:
            if code_points <= advances(face).keys():
                return face
        return max(self.faces, key=lambda face: len(code_points & advances(face).keys()))


def weight_of(layout: Layout, bold: bool) -> Weight:
    """The layout's chain of faces in one weight; kept, since it only ever learns widths."""
    return _weight(layout.fonts, layout.font_files, bold)


@lru_cache(maxsize=32)
def _weight(fonts: tuple[str, ...], files: tuple[FontFile, ...], bold: bool) -> Weight:
    by_family = {file.family: file for file in files}
    faces: list[Face] = []
    regular: list[Face] = []
    for family in fonts:
        pair = by_family[family].faces if family in by_family else _packaged(family)
        faces.append(pair[-1] if bold else pair[0])
        regular.append(pair[0])
    # A bold face may lack what its regular face has: better upright than missing.
    return Weight(tuple(dict.fromkeys([*faces, *regular])))


def _packaged(family: str) -> tuple[Face, ...]:
    return tuple(Face(family, module) for module in PACKAGED[family])


def packaged_with(character: str) -> str:
    """The first packaged family that has the character, or ""."""
    for family in PACKAGED:
        if ord(character) in advances(_packaged(family)[0]):
            return family
    return ""


@lru_cache(maxsize=32)
def face_bytes(face: Face) -> bytes:
    """The whole font file.

    Raises:
        Refused: [document.font.changed] a tenant's font file is gone or not the pinned one.
    """
    if not face.sha256:
        data: bytes = import_module(f"pymupdf_fonts.{face.source}").fontbuffer
        return data
    data = read_font_file(face.source) or b""
    if hashlib.sha256(data).hexdigest() != face.sha256:
        raise Refused(
            [
                Problem(
                    "document.font.changed",
                    "The font file of {family} is not the one this layout was made with. To "
                    "render the document, put that file back; to use the new one, save the "
                    "layout again and issue a new revision.",
                    params={"family": face.family},
                )
            ]
        )
    return data


@lru_cache(maxsize=32)
def advances(face: Face) -> dict[int, int]:
    """Advance by code point in 1/1000 of the font size, rounded as fpdf2 rounds it."""
    font = open_font(face_bytes(face))
    units = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {
        code_point: (2000 * metrics[glyph][0] + units) // (2 * units)
        for code_point, glyph in font.getBestCmap().items()
    }


def open_font(data: bytes) -> Any:
    """The font, parsed as far as it is asked."""
    from fontTools.ttLib import TTFont

    return TTFont(BytesIO(data), recalcTimestamp=False, lazy=True)


def read_font_file(path: str) -> bytes | None:
    """The file's bytes, or None if it is no file, too big or unreadable."""
    file = Path(path)
    try:
        if not file.is_file() or file.stat().st_size > MOST_FILE_BYTES:
            return None
        return file.read_bytes()
    except (OSError, ValueError):
        return None


def is_embeddable(data: bytes) -> bool:
    """Whether these bytes are one TrueType or OpenType font that allows embedding."""
    if data[:4] not in (b"\x00\x01\x00\x00", b"true", b"OTTO"):
        return False
    try:
        font = open_font(data)
        whole = all(table in font for table in _NEEDED_TABLES)
        outlined = "glyf" in font or "CFF " in font
        allowed = whole and font["OS/2"].fsType & 0xF != _RESTRICTED
        return outlined and allowed and ord(" ") in font.getBestCmap()
    except Exception:  # fontTools raises whatever a broken table leads it to
        return False


def shaping_available() -> bool:
    """Whether the extra that shapes complex scripts is installed."""
    return find_spec("uharfbuzz") is not None
