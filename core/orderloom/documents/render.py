"""One door to the renderers: a frozen document and a format give bytes, always the same."""

from __future__ import annotations

from collections.abc import Callable

from orderloom.documents.coverage import document_texts, missing_glyphs
from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.html import render_html
from orderloom.documents.text import render_text
from orderloom.errors import Problem, Refused
from orderloom.values import shown


def _pdf(document: FrozenDocument) -> bytes:
    problems = missing_glyphs(document_texts(document), document.layout)
    if problems:
        raise Refused(problems)
    from orderloom.documents.pdf import render_pdf

    return render_pdf(document)


_RENDERERS: dict[str, Callable[[FrozenDocument], bytes]] = {
    "pdf": _pdf,
    "html": lambda document: render_html(document).encode(),
    "text": lambda document: render_text(document).encode(),
}
FORMATS = tuple(_RENDERERS)


def formats_of(frozen: FrozenDocument) -> tuple[str, ...]:
    """The formats a document can be had in, the one it is usually wanted in first."""
    return (frozen.written.format,) if frozen.written else FORMATS


def render(frozen: FrozenDocument, format: str) -> bytes:
    """Render a document; pure: the same value and format give the same bytes in every process.

    Args:
        frozen: the document as it was issued.
        format: "pdf", "html" or "text"; the last two in UTF-8. A document that is written has
            its own format only.

    Raises:
        Refused: [document.format.unknown] it cannot be had in that format; [document.glyph.missing,
            document.shaping.missing, document.font.changed] the fonts at hand cannot print it
            as PDF.
    """
    known = formats_of(frozen)
    if format not in known:
        text = (
            "There is no document format {format}. To render the document, choose one of {known}."
        )
        params = {"format": shown(format), "known": ", ".join(known)}
        raise Refused([Problem("document.format.unknown", text, "format", params=params)])
    if frozen.written:
        return frozen.written.content.encode()
    return _RENDERERS[format](frozen)
