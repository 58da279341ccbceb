"""Templates: texts with the names of values in them, and nothing else that could be carried out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values import Gather, Money, Price, Quantity, nearest, shown, text_of

Value = str | int | Decimal | date | datetime | Money | Price | Quantity
"""What may stand for a placeholder; all but texts are written as the reader's language does."""

_LONGEST_SUBJECT: Final = 200
_LONGEST_TEXT: Final = 20_000
_MOST_PLACEHOLDERS: Final = 50  # of values of 10,000 characters each, a mail of half a megabyte
_SIGN: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ESCAPED: Final = {"{{": "{", "}}": "}"}
_ACTIVE: Final = ("script", "style", "iframe", "object", "embed", "form", "link", "meta", "base")


@attrs.frozen(kw_only=True)
class Template:
    """What is written, with placeholders such as `{order.number}`; `{{` and `}}` are braces.

    Attributes:
        subject: one line.
        text: plain text. A line of nothing but placeholders that are empty is left out.
        html: the same as HTML, "" for mails of text alone; values are escaped. Placeholders stand
            between tags, never within one.
    """

    subject: str
    text: str
    html: str = ""

    def names(self) -> set[str]:
        """The placeholders it uses."""
        return {
            name
            for text in (self.subject, self.text, self.html)
            for _, name in pieces(text)
            if name
        }


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[tuple[str, str], ...]:
    """A text as (what is written as it is, placeholder) in turn; "" where there is no more.

    Raises:
        Refused: [template.brace] a brace stands alone.
    """
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    written, end = "", 0
    for found in _SIGN.finditer(text):
        written += text[end : found.start()]
        end = found.end()
        if name := (found[1] or "").strip():
            yield written, name
            written = ""
        elif found[0] in _ESCAPED:
            written += _ESCAPED[found[0]]
        else:
            raise _alone(text, found.start())
    yield written + text[end:], ""


def template_of(template: Template, known: Collection[str], field: str = "template") -> Template:
    """Read a template: its texts pass their gates, and it uses known placeholders only.

    Args:
        template: as somebody wrote it.
        known: the placeholders there are.
        field: path of the input, for the messages.

    Raises:
        Refused: [text.*]; [template.brace], [template.placeholder], [template.too_many] in any of
            its texts, [template.html]; all at once.
    """
    with Gather() as gather:
        read = Template(
            subject=gather.take(_one_line, template.subject, f"{field}.subject") or "",
            text=gather.take(_lines, template.text, f"{field}.text") or "",
            html=gather.take(_html, template.html, f"{field}.html") or "",
        )
        for part in ("subject", "text", "html"):
            gather.take(_check_names, getattr(read, part), known, f"{field}.{part}")
    return read


def _one_line(raw: object, field: str) -> str:
    return text_of(raw, field, longest=_LONGEST_SUBJECT)


def _lines(raw: object, field: str) -> str:
    return text_of(raw, field, longest=_LONGEST_TEXT, multiline=True)


def _html(raw: object, field: str) -> str:
    text = text_of(raw, field, longest=_LONGEST_TEXT, multiline=True, required=False)
    reader = _Tags()
    reader.feed(text)
    reader.close()
    if reader.wrong:
        template = "{what} does not belong into a mail. To go on, leave it out."
        params = {"what": shown(reader.wrong)}
        raise Refused([Problem("template.html", template, field, params=params)])
    return text


def _check_names(text: str, known: Collection[str], field: str) -> None:
    try:
        used = [name for _, name in pieces(text) if name]
    except Refused as refusal:
        raise Refused(attrs.evolve(one, field=field) for one in refusal.problems) from None
    if len(used) > _MOST_PLACEHOLDERS:
        template = "The text has {count} placeholders. To go on, use at most {most}."
        params: dict[str, object] = {"count": len(used), "most": _MOST_PLACEHOLDERS}
        raise Refused([Problem("template.too_many", template, field, params=params)])
    template = "There is no placeholder {given}. To go on, use: {known}."
    unknown = [name for name in dict.fromkeys(used) if name not in known]
    if unknown:
        raise Refused(
            Problem(
                "template.placeholder", template, field,
                params={"given": f"{{{shown(name)}}}", "known": _nearest(name, known)},
            )
            for name in unknown
        )  # fmt: skip


def _nearest(name: str, known: Collection[str]) -> str:
    return nearest(name, known, otherwise=", ".join(sorted(known)))


def _alone(text: str, at: int) -> Refused:
    template = (
        "The brace at character {position} stands alone. To write a placeholder, put a name in "
        "braces, such as {example}; to write a brace, double it."
    )
    params = {"position": at + 1, "example": "{order.number}"}
    return Refused([Problem("template.brace", template, params=params)])


class _Tags(HTMLParser):
    """Finds what makes HTML more than text with marks, and placeholders within tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        source = self.get_starttag_text() or ""
        acting = any(name.startswith("on") or _runs(value) for name, value in attrs)
        if tag in _ACTIVE or acting or "{" in source:
            self.wrong = self.wrong or source

    def handle_data(self, data: str) -> None:
        """Refuse what begins like a tag and is none."""
        if "<" in data:
            self.wrong = self.wrong or data[data.index("<") :]

    def handle_comment(self, data: str) -> None:
        """Refuse comments: mail programs read commands in some."""
        self.wrong = self.wrong or f"<!--{data}-->"

    def handle_decl(self, decl: str) -> None:
        """Refuse declarations."""
        self.wrong = self.wrong or f"<!{decl}>"

    def handle_pi(self, data: str) -> None:
        """Refuse processing instructions."""
        self.wrong = self.wrong or f"<?{data}>"

    def unknown_decl(self, data: str) -> None:
        """Refuse sections of other kinds."""
        self.wrong = self.wrong or f"<![{data}]>"


def _runs(value: str | None) -> bool:
    """Whether a value of an attribute is an address that is carried out."""
    start = "".join((value or "").split()).lower().partition(":")[0]
    return start in ("javascript", "vbscript", "data")
