"""Findings out of texts, and labels people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orderloom.testing.contract.finding import Finding

_REMEDY = re.compile(r"(?<=[.:!?])\s+(?=To )")
_LONGEST_LABEL = 120
_SHOWN = 400


def from_text(text: str) -> Finding:
    """A finding out of a message that ends in what to do."""
    what, *remedy = _REMEDY.split(" ".join(text.split()), maxsplit=1)
    return Finding(what, remedy[0] if remedy else "To use the module, mend that.")


def told(error: object) -> str:
    """An error as part of a sentence."""
    text = " ".join(str(error).split())
    if not hasattr(error, "problems"):
        text = f"{type(error).__name__}: {text}"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def labelled(what: str, label: object) -> Iterator[Finding]:
    """What keeps a label from being read by people."""
    text = label if isinstance(label, str) else ""
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_LABEL:
        yield Finding(
            f"{what} is no readable line: {label!r}.",
            f"To label it, write 1 to {_LONGEST_LABEL} printable characters.",
        )
    elif "_" in text or text[0].islower():
        yield Finding(
            f"{what} looks like a key, not like a label: {text!r}.",
            "To label it for people, write it in plain words with a capital first.",
        )
