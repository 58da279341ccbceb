"""The gates for texts people type, for pairs of them, and for the keys of tenants and projects."""

from __future__ import annotations

import re
import unicodedata

from orderloom.errors import Problem, Refused
from orderloom.values.wording import shown

# Control characters, line separators, bidi embeddings, overrides and isolates (they make a text
# read differently from what is stored), surrogates and noncharacters (databases and PDF refuse
# them). HTML is plain text here: whoever renders it escapes it.
_NONCHARACTERS = "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}"
                         for plane in range(0, 0x110000, 0x10000))  # fmt: skip
_FORBIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + _NONCHARACTERS
)
_MULTILINE = re.compile(f"[{_FORBIDDEN}]")
_ONE_LINE = re.compile(f"[\t\n{_FORBIDDEN}]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")


def text_of(
    value: object,
    field: str,
    *,
    longest: int = 200,
    multiline: bool = False,
    required: bool = True,
) -> str:
    r"""Read a text: normalised (NFC), without outer white space, safe to store, print and mail.

    Args:
        value: the text; nothing but str is accepted. HTML is kept as the plain text it is.
        field: path of the input, for the message.
        longest: most characters accepted.
        multiline: tabs and line ends are welcome; all line ends become "\n".
        required: an empty text is refused; otherwise it is returned as "".

    Raises:
        Refused: [text.not_text], [text.empty], [text.too_long], [text.control_character].
    """
    if not isinstance(value, str):
        raise _refusal(
            "text.not_text", "“{given}” is not a text. To go on, write it as text.", field,
            given=shown(value),
        )  # fmt: skip
    text = value.strip()
    if text.isascii() and text.isprintable() and 0 < len(text) <= longest:
        return text  # as most are: nothing to normalise, nothing forbidden
    if multiline:
        text = _LINE_END.sub("\n", text)
    # Before NFC, whose time grows with the square of a run of combining characters.
    _check_length(text, field, longest)
    text = unicodedata.normalize("NFC", text)
    _check_length(text, field, longest)
    if required and not text:
        raise _refusal("text.empty", "The text is missing. To go on, fill it in.", field)
    found = (_MULTILINE if multiline else _ONE_LINE).search(text)
    if found:
        raise _refusal(
            "text.control_character",
            "Character {position} is {character}, which a text here cannot hold. To go on, type "
            "the text again without it.",
            field, position=found.start() + 1, character=_name(found[0]),
        )  # fmt: skip
    return text


def key_of(value: object, field: str) -> str:
    """Read a key of a tenant or project: 1 to 63 of a-z, 0-9, `_`, `.` and `-`, no sign first.

    Raises:
        Refused: [key.malformed] with a key made from the input.
    """
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    raise _refusal(
        "key.malformed",
        "“{given}” cannot be a key. To make one, use up to 63 lower-case letters a-z, digits, "
        "_, . and -, starting with a letter or digit, such as {suggestion}.",
        field, given=shown(value), suggestion=_suggestion(value),
    )  # fmt: skip


def pair_of(
    text: str, field: str, *, example: str, sign: str = "=", blank: bool = False
) -> tuple[str, str]:
    """Read two texts with a sign between them, such as “dozen=12” or “colour: white”.

    Args:
        text: what was typed.
        field: path of the input, for the message.
        example: how one is written, for the message.
        sign: the first one separates.
        blank: nothing may follow the sign.

    Raises:
        Refused: [text.not_a_pair].
    """
    label, found, value = (part.strip() for part in text.partition(sign))
    if not (label and found and (value or blank)):
        raise _refusal(
            "text.not_a_pair", "“{given}” is not a pair. To go on, write it like {example}.", field,
            given=shown(text), example=example,
        )  # fmt: skip
    return label, value


def _suggestion(value: object) -> str:
    text = value[:200] if isinstance(value, str) else ""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    key = re.sub(r"[^a-z0-9_.-]+", "-", ascii_text.lower()).strip("_.-")[:63]
    return key.rstrip("_.-") or "summer-2027"


def _check_length(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise _refusal(
            "text.too_long",
            "The text has {length} characters. To go on, shorten it to {longest}.",
            field, length=len(text), longest=longest,
        )  # fmt: skip


def _name(char: str) -> str:
    name = {"\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\t": "TAB", "\0": "NUL"}.get(char)
    return f"U+{ord(char):04X} {name or unicodedata.name(char, '')}".rstrip()


def _refusal(code: str, template: str, field: str, **params: object) -> Refused:
    return Refused([Problem(code, template, field, params=params)])
