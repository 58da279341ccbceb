"""Templates filled with values."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import attrs

from orderloom.modules.contributions import Template
from orderloom.modules.contributions.templates import pieces

_GAP = re.compile(r"\n{3,}")
_LONGEST_SUBJECT = 250


@attrs.frozen(kw_only=True)
class Filled:
    """A template with its values."""

    subject: str
    text: str
    html: str = ""


def fill(template: Template, values: Mapping[str, str]) -> Filled:
    """Put values in the place of placeholders; in HTML they are escaped.

    A line of the text with nothing but placeholders that are empty is left out. The subject stays
    one line, whatever its values hold.

    Args:
        template: as `template_of` read it.
        values: of every placeholder it uses.
    """
    escaped = {name: html.escape(value).replace("\n", "<br>") for name, value in values.items()}
    lines = (_line(line, values) for line in template.text.split("\n"))
    text = _GAP.sub("\n\n", "\n".join(line for line in lines if line is not None))
    return Filled(
        subject=_cut(" ".join(_filled(template.subject, values).split())),
        text=text.strip("\n"),
        html=_filled(template.html, escaped),
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    return "".join(
        part for written, name in pieces(text) for part in (written, values[name] if name else "")
    )


def _line(line: str, values: Mapping[str, str]) -> str | None:
    found = list(pieces(line))
    names = [name for _, name in found if name]
    written = "".join(text for text, _ in found)
    if names and not written.strip() and not any(values[name] for name in names):
        return None
    return _filled(line, values)


def _cut(subject: str) -> str:
    return subject if len(subject) <= _LONGEST_SUBJECT else f"{subject[: _LONGEST_SUBJECT - 1]}…"
