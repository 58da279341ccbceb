"""Names of files that come from outside: shown, never used as a path."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 120
_UNSAFE = re.compile(r'[<>:"/\\|?*]')


def file_name(name: str) -> str:
    """A name any system takes as a file name, never as a path: “RFQ 7/2.pdf” → “RFQ 7-2.pdf”."""
    text = _UNSAFE.sub("-", unicodedata.normalize("NFC", name))
    text = "".join(sign if sign.isprintable() else "-" for sign in text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) > 8:
        return text[:_LONGEST].rstrip(" .") or "document"
    return f"{stem[: _LONGEST - len(suffix) - 1].rstrip(' .')}.{suffix}"
