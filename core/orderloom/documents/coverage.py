"""Glyph coverage: which characters of a document the layout's fonts cannot draw.

Asked inside `decide`, so that a document that could not be printed is never issued. Fast when
nothing is missing: the distinct characters are looked up in tables kept per font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from orderloom.documents.blocks import Block, Column
from orderloom.documents.characters import JOINERS, clean, clean_lines, is_complex
from orderloom.documents.fonts import packaged_with, shaping_available, weight_of
from orderloom.documents.labels import labels_for
from orderloom.documents.layout import Layout
from orderloom.errors import Problem

if TYPE_CHECKING:
    from orderloom.documents.frozen import FrozenDocument

SHAPING_EXTRA = "orderloom[shaping]"


def texts_of(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Every printed text of the blocks with its path ("blocks[2].groups[0].rows[4].cells[1]")."""
    for i, block in enumerate(blocks):
        yield from _texts(block, f"blocks[{i}]")


def document_texts(document: FrozenDocument) -> Iterator[tuple[str, str]]:
    """Every text of a document with its path: title, number, letterhead, labels, blocks."""
    yield "title", document.title
    yield "number", document.number
    yield from _texts(document.layout.sender, "sender")
    yield from _texts(labels_for(document.language), "labels")
    yield from texts_of(document.blocks)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            if isinstance(item, str):
                yield f"{path}[{i}]", item
            else:
                yield from _texts(item, f"{path}[{i}]")
    elif isinstance(value, Column):
        yield f"{path}.title", value.title
    elif attrs.has(kind := type(value)):
        for field in attrs.fields(kind):
            yield from _texts(getattr(value, field.name), f"{path}.{field.name}")


def missing_glyphs(texts: Iterable[tuple[str, str]], layout: Layout) -> tuple[Problem, ...]:
    """What keeps these texts from being printed in this layout; empty if nothing does.

    Args:
        texts: (path, text) as from `texts_of` or `document_texts`; the layout's own texts
            (footer, terms, sender) are looked at as well.
        layout: whose chain of fonts has to draw them.

    Returns:
        One problem per character that no font of the layout has ("document.glyph.missing"), and
        one per script that needs shaping while the extra is not installed
        ("document.shaping.missing"); each at the first place it stands.
    """
    placed = [*texts, ("layout.footer", layout.footer), ("layout.terms", layout.terms)]
    placed += _texts(layout.sender, "layout.sender")
    characters = set(unicodedata.normalize("NFC", "\n".join(text for _, text in placed)))
    missing = _missing(characters, layout)
    unshaped = set() if shaping_available() else set(filter(is_complex, characters)) - missing
    if not missing and not unshaped:
        return ()
    return tuple(_problems(placed, missing, unshaped))


def _missing(characters: set[str], layout: Layout) -> set[str]:
    weight = weight_of(layout, bold=False)
    return {
        character
        for character in characters - weight.keys()
        if character not in JOINERS and clean(character).strip() and not weight.has(character)
    }


def _problems(
    placed: list[tuple[str, str]], missing: set[str], unshaped: set[str]
) -> Iterator[Problem]:
    scripts: set[str] = set()
    for path, text in placed:
        for character in dict.fromkeys("".join(clean_lines(text))):
            if character in missing:
                missing.remove(character)
                yield _glyph_problem(character, path)
            elif character in unshaped and (script := _script(character)) not in scripts:
                scripts.add(script)
                yield _shaping_problem(script, character, path)


def _glyph_problem(character: str, path: str) -> Problem:
    family = packaged_with(character)
    return Problem(
        "document.glyph.missing",
        "No font of the layout has {character} ({code_point} {name}). To print it, {remedy}.",
        path,
        params={
            **_described(character),
            "remedy": f"add the font family {family} to the layout's fonts"
            if family
            else "add a font file that has it to the layout's font_files, or write it otherwise",
        },
    )


def _shaping_problem(script: str, character: str, path: str) -> Problem:
    return Problem(
        "document.shaping.missing",
        "The letters of {script} text, such as {character} ({code_point} {name}), have to be "
        "joined. To print it, install {extra}.",
        path,
        params={**_described(character), "script": script, "extra": SHAPING_EXTRA},
    )


def _script(character: str) -> str:
    return unicodedata.name(character, "complex").partition(" ")[0].title()


def _described(character: str) -> dict[str, str]:
    return {
        "character": character,
        "code_point": f"U+{ord(character):04X}",
        "name": unicodedata.name(character, "unnamed"),
    }
