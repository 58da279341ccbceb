"""Breaking a line of text to a width, whatever the unit (milli-points or columns)."""

from __future__ import annotations

from collections.abc import Callable

from orderloom.documents.characters import is_mark

Measure = Callable[[str], int]


def break_line(line: str, width: int, measure: Measure, *, hyphens: bool = False) -> list[str]:
    """Break at spaces; a word that is wider than the width is broken inside.

    Args:
        line: one cleaned line without newlines.
        width: > 0, in the unit that `measure` answers in.
        measure: width of a text; grows with the text.
        hyphens: break such a word after a hyphen if there is one, as numbers are read by parts.
    """
    if measure(line) <= width:
        return [line]
    lines: list[str] = []
    words = iter(line.split(" "))
    *full, current = _pieces(next(words), width, measure, hyphens)
    lines += full
    used, space = measure(current), measure(" ")
    for word in words:
        pieces = _pieces(word, width, measure, hyphens)
        wide = measure(pieces[-1])
        if len(pieces) == 1 and used + space + wide <= width:
            current, used = f"{current} {word}", used + space + wide
        else:
            lines += [current, *pieces[:-1]]
            current, used = pieces[-1], wide
    return [*lines, current]


def _pieces(word: str, width: int, measure: Measure, hyphens: bool) -> list[str]:
    if measure(word) <= width:
        return [word]
    pieces, start = [], 0
    while (end := _fitting(word, start, width, measure)) < len(word):
        if hyphens:
            end = word.rfind("-", start, end) + 1 or end
        pieces.append(word[start:end])
        start = end
    return [*pieces, word[start:]]


def _fitting(word: str, start: int, width: int, measure: Measure) -> int:
    """Where the piece from `start` ends: at least one character, marks kept with their letter."""
    fits, step = min(start + 1, len(word)), 8
    while fits + step <= len(word) and measure(word[start : fits + step]) <= width:
        fits, step = fits + step, step * 2
    fails = min(fits + step, len(word) + 1)
    while fails - fits > 1:
        middle = (fits + fails) // 2
        if measure(word[start:middle]) <= width:
            fits = middle
        else:
            fails = middle
    end = fits
    while start + 1 < end < len(word) and is_mark(word[end]):
        end -= 1
    return end if end > start + 1 else fits
