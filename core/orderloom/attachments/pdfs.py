"""PDFs from outside: looked at from outside, never opened."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Final
from zipfile import is_zipfile

from orderloom.errors import Problem, Refused

_HEAD: Final = re.compile(rb"%PDF-[12]\.\d[\r\n\t ]")
_END: Final = re.compile(rb"%%EOF[\r\n\t \0]*\Z")
_END_WITHIN: Final = 1024  # readers look for the end mark there
_WEB: Final = re.compile(rb"<(?:!doctype|html|head|body|script|svg|\?php)", re.IGNORECASE)
_SNIFFED: Final = 1445  # as far as browsers look for what a file could be
_PROGRAM: Final = re.compile(rb"[\r\n]%?MZ|\x7fELF|PK\x03\x04")
_PROGRAM_WITHIN: Final = 1024


def check_pdf(content: bytes, field: str) -> None:
    """Refuse what only looks like a PDF, or is something else as well.

    It begins with `%PDF-` at its first byte and ends with its end mark, so that nothing hangs
    behind it; it is no ZIP file too, and does not go on like a program, an archive or a web page.
    What lies deeper is not looked for: a PDF may rightly quote a page or hold another file, and
    whatever means harm, such as a script, can be packed so that no search finds it. Whoever opens
    the file has to be careful anyway.

    Raises:
        Refused: [attachment.unreadable], [attachment.two_faced].
    """
    if not _HEAD.match(content) or not _END.search(content, len(content) - _END_WITHIN):
        text = "The file is no whole PDF. To attach it, save or print it as a PDF again."
        raise Refused([Problem("attachment.unreadable", text, field)])
    if (
        _WEB.search(content, 0, _SNIFFED)
        or _PROGRAM.search(content, 0, _PROGRAM_WITHIN)
        or is_zipfile(BytesIO(content))
    ):
        text = (
            "The file is a PDF and something else at once. To attach it, print it as a PDF again."
        )
        raise Refused([Problem("attachment.two_faced", text, field)])
