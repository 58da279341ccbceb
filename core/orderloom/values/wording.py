"""Words for refusals: inputs shown safely, and the nearest known names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from decimal import Decimal

_SHOWN = 40
# Python refuses to print integers beyond 4300 digits; 10**45 is far past every limit here.
_PRINTABLE_INT = 10**45


def shown(value: object) -> str:
    """Show an input in a message: at most 40 characters, nothing that acts on a terminal.

    Args:
        value: whatever came in; containers and objects are named by their type only.

    Returns:
        Printable text; control, bidi and surrogate characters are escaped, a cut ends in "…".
    """
    if isinstance(value, int) and abs(value) >= _PRINTABLE_INT:
        return "<an integer of more than 45 digits>"
    if not isinstance(value, str | int | float | Decimal | None):
        return f"<{type(value).__name__}>"
    text = str(value)
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in short
    )


def nearest(word: str, names: Iterable[str], *, otherwise: str = "", most: int = 3) -> str:
    """Name the known names that look most like a word, for "did you mean".

    Args:
        word: what was given; compared without regard to case, its first 40 characters only.
        names: the known names.
        otherwise: the answer when nothing is near, such as an example.
        most: how many to name at most.

    Returns:
        The names as they are spelt, best first, joined by commas.
    """
    spelt = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word[:_SHOWN].casefold(), spelt, n=most)
    return ", ".join(spelt[name] for name in close) or otherwise
