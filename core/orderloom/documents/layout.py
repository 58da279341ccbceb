"""Layouts: how a tenant's documents look, and the gate every layout passes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias

import attrs

from orderloom.documents.fonts import (
    DEFAULT_FONTS,
    PACKAGED,
    Face,
    is_embeddable,
    read_font_file,
)
from orderloom.documents.logo import check_logo
from orderloom.errors import Problem, Refused

Paper: TypeAlias = Literal["A4", "Letter"]
PAPERS: tuple[Paper, ...] = ("A4", "Letter")
MOST_FOOTER = 300
MOST_TERMS = 20_000
MOST_FOOTER_LINES = 4
MOST_SENDER_LINES = 8
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")


@attrs.frozen(kw_only=True)
class FontFile:
    """A font family from the tenant's own files, pinned by the SHA-256 of their bytes.

    Attributes:
        bold_path: the bold face's file; empty if the regular face serves for both.
    """

    family: str
    path: str
    sha256: str
    bold_path: str = ""
    bold_sha256: str = ""

    @property
    def faces(self) -> tuple[Face, ...]:
        """The regular face, and the bold one if there is one."""
        regular = Face(self.family, self.path, self.sha256)
        if not self.bold_path:
            return (regular,)
        return (regular, Face(self.family, self.bold_path, self.bold_sha256))


@attrs.frozen(kw_only=True)
class Layout:
    """How documents look; part of what `issue` freezes.

    Attributes:
        logo: the image's bytes, PNG or JPEG, as checked by `layout_of`; printed top left.
        logo_mime: "image/png" or "image/jpeg"; empty without a logo.
        footer: printed at the foot of every page, beside number and page.
        terms: printed after the last block.
        fonts: families in order of preference; a character is drawn by the first that has it.
        accent: "#rrggbb" of rules and bands; never of text, so any colour stays readable.
        sender: lines of the letterhead, the name first.
    """

    name: str = "standard"
    paper: Paper = "A4"
    logo: bytes | None = None
    logo_mime: str = ""
    footer: str = ""
    terms: str = ""
    fonts: tuple[str, ...] = DEFAULT_FONTS
    font_files: tuple[FontFile, ...] = ()
    accent: str = "#1f4e79"
    sender: tuple[str, ...] = ()


def headed(layout: Layout, sender: Iterable[str]) -> Layout:
    """The layout of what goes out in somebody else's name.

    Args:
        layout: the tenant's.
        sender: lines of the letterhead, the name first; what there is no room for is left off.
    """
    lines = tuple(sender)[:MOST_SENDER_LINES]
    return attrs.evolve(layout, sender=lines, logo=None, logo_mime="", footer="", terms="")


def layout_of(raw: Mapping[str, Any]) -> Layout:
    """Check a layout as it comes from settings or a form.

    Args:
        raw: the fields of `Layout` except `logo_mime`; `logo` as bytes or Base64 text,
            `font_files` as mappings with `family`, `path` and, if there is one, `bold_path`.

    Raises:
        Refused: [document.layout.*, document.logo.*, document.font.*] everything that is wrong
            with it at once.
    """
    gate = _Gate(raw)
    logo, mime = gate.logo()
    files = gate.font_files()
    layout = Layout(
        name=gate.text("name", "standard", 100),
        paper=gate.paper(),
        logo=logo,
        logo_mime=mime,
        footer=gate.footer(),
        terms=gate.text("terms", "", MOST_TERMS),
        fonts=gate.fonts(files),
        font_files=files,
        accent=gate.accent(),
        sender=gate.sender(),
    )
    gate.unknown({field.name for field in attrs.fields(Layout)} - {"logo_mime"})
    if gate.problems:
        raise Refused(gate.problems)
    return layout


class _Gate:
    """Reads one raw layout and collects what is wrong with it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.problems: list[Problem] = []

    def refuse(self, code: str, template: str, field: str, /, **params: Any) -> None:
        self.problems.append(Problem(f"document.{code}", template, field, params=params))

    def unknown(self, known: set[str]) -> None:
        for key in sorted(map(str, self.raw.keys() - known)):
            near = get_close_matches(key, known, 1)
            self.refuse(
                "layout.unknown",
                "There is no layout setting {key}. To go on, {remedy}.",
                key,
                key=key,
                remedy=f"write {near[0]}" if near else "leave it out",
            )

    def text(self, field: str, default: str, longest: int) -> str:
        value = self.raw.get(field, default)
        if isinstance(value, str) and len(value) <= longest:
            return value
        self.refuse(
            "layout.text",
            "To set {field}, give a text of at most {longest} characters.",
            field,
            field=field,
            longest=longest,
        )
        return default

    def footer(self) -> str:
        value = self.text("footer", "", MOST_FOOTER)
        if len(value.splitlines()) > MOST_FOOTER_LINES:
            self.refuse(
                "layout.footer",
                "To set the footer, write at most {lines} lines.",
                "footer",
                lines=MOST_FOOTER_LINES,
            )
        return value

    def paper(self) -> Paper:
        value = self.raw.get("paper", "A4")
        for paper in PAPERS:
            if value == paper:
                return paper
        self.refuse("layout.paper", "To set the paper, write A4 or Letter.", "paper")
        return "A4"

    def accent(self) -> str:
        value = self.raw.get("accent", "#1f4e79")
        if not isinstance(value, str) or not _ACCENT.fullmatch(value):
            self.refuse("layout.accent", "To set the accent colour, write it as #rrggbb.", "accent")
        return str(value)

    def sender(self) -> tuple[str, ...]:
        lines = self.texts("sender")
        if len(lines) > MOST_SENDER_LINES or any(len(line) > 200 for line in lines):
            self.refuse(
                "layout.sender",
                "To set the sender, give at most {lines} lines of at most 200 characters.",
                "sender",
                lines=MOST_SENDER_LINES,
            )
        return lines

    def texts(self, field: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.raw.get(field, default)
        if (
            isinstance(value, Sequence)
            and not isinstance(value, (str, bytes))
            and all(isinstance(line, str) for line in value)
        ):
            return tuple(value)
        self.refuse("layout.list", "To set {field}, give a list of texts.", field, field=field)
        return default

    def logo(self) -> tuple[bytes | None, str]:
        value = self.raw.get("logo")
        if value is None:
            return None, ""
        if isinstance(value, str):
            try:
                value = base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                value = b""
        mime, problems = check_logo(value if isinstance(value, bytes) else b"", "logo")
        self.problems += problems
        return value, mime

    def font_files(self) -> tuple[FontFile, ...]:
        entries = self.raw.get("font_files", ())
        if not isinstance(entries, Sequence) or isinstance(entries, (str, bytes)):
            self.refuse(
                "font.files", "To add font files, give a list of family and path.", "font_files"
            )
            return ()
        files: dict[str, FontFile] = {}
        for i, entry in enumerate(entries):
            file = self.font_file(f"font_files[{i}]", entry, {*PACKAGED, *files})
            if file:
                files[file.family] = file
        return tuple(files.values())

    def font_file(self, field: str, entry: Any, taken: set[str]) -> FontFile | None:
        known = {"family", "path", "bold_path"}
        if (
            not isinstance(entry, Mapping)
            or not {"family", "path"} <= entry.keys() <= known
            or not all(isinstance(value, str) and value for value in entry.values())
            or entry["family"] in taken
        ):
            self.refuse(
                "font.entry",
                "To add a font file, give a family name that is not taken yet, a path and, if "
                "there is one, a bold_path.",
                field,
            )
            return None
        sums = {key: self.font_sum(f"{field}.{key}", entry[key]) for key in entry if "path" in key}
        return FontFile(
            family=entry["family"],
            path=entry["path"],
            sha256=sums["path"],
            bold_path=entry.get("bold_path", ""),
            bold_sha256=sums.get("bold_path", ""),
        )

    def font_sum(self, field: str, path: str) -> str:
        data = read_font_file(path) or b""
        if not is_embeddable(data):
            self.refuse(
                "font.file",
                "To use a font file, give the path of one TrueType or OpenType font (.ttf, .otf) "
                "of at most 32 MiB whose licence allows embedding.",
                field,
            )
        return hashlib.sha256(data).hexdigest()

    def fonts(self, files: tuple[FontFile, ...]) -> tuple[str, ...]:
        known = [*PACKAGED, *(file.family for file in files)]
        # A tenant that adds a file wants it used, and the packaged ones as its fallback.
        chain = self.texts("fonts", (*(file.family for file in files), *DEFAULT_FONTS))
        if not chain:
            self.refuse("font.none", "To set the fonts, name at least one family.", "fonts")
        for i, family in enumerate(chain):
            if family not in known:
                near = get_close_matches(family, known, 1)
                self.refuse(
                    "font.unknown",
                    "There is no font family {family}. To go on, {remedy}.",
                    f"fonts[{i}]",
                    family=family,
                    remedy=f"write {near[0]}" if near else "add its file under font_files",
                )
        return chain
