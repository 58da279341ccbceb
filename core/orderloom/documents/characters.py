"""Which characters have a picture, which are dropped, and which scripts need shaping."""

from __future__ import annotations

import re
import unicodedata

# Controls, surrogates, and characters that change the direction or look of *others*: a printed
# order is evidence, and an override makes a person read another text than the one on record.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180b-\u180e\u200b\u2028-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
JOINERS = "\u200c\u200d\u200e\u200f"
_JOINERS = re.compile(f"[{JOINERS}]")
# Scripts whose letters change shape or order with their neighbours: Hebrew and Arabic to Arabic
# Extended-A, the Indic scripts to Tibetan and Myanmar, Khmer, Mongolian, presentation forms.
_COMPLEX = re.compile("[\u0590-\u08ff\u0900-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]")


def is_complex(text: str) -> bool:
    """Whether the text holds a letter that only a shaping engine can set right."""
    return not text.isascii() and _COMPLEX.search(text) is not None


def clean(line: str) -> str:
    """One line as it is printed: composed (NFC), tabs as spaces, nothing invisible in it.

    Joiners and direction marks stay where a complex script needs them.
    """
    if line.isascii() and line.isprintable():
        return line.rstrip(" ")
    line = _INVISIBLE.sub("", unicodedata.normalize("NFC", line.expandtabs(4))).rstrip(" ")
    return line if is_complex(line) else _JOINERS.sub("", line)


def clean_lines(text: str) -> list[str]:
    """The text as printed lines, split at every kind of newline; at least one."""
    if text.isascii() and text.isprintable():
        return [text.rstrip(" ")]
    return [clean(line) for line in text.splitlines()] or [""]


def one_line(text: str) -> str:
    """The text as a single printed line."""
    return " ".join(clean_lines(text)).strip()


def is_mark(character: str) -> bool:
    """Whether it belongs to the character before it, so that no line may break between them."""
    return character in JOINERS or unicodedata.category(character)[0] == "M"
