"""The small checks that every declaration of a lifecycle shares."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from orderloom.errors import Problem, Refused

BUYER, SELLER = "buyer", "seller"  # the two sides of an order, whatever its type calls them
LONGEST_NAME = 64  # the width of the status column
LONGEST_TITLE = 120  # one line of a grid cell or a PDF field

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DOTTED_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
# Control characters, line separators, bidirectional overrides, lone surrogates.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Raise `Refused` with all of the problems, if there are any."""
    if found := tuple(problems):
        raise Refused(found)


def name_problems(
    kind: str, name: object, *, dotted: bool = False, field: str = "name"
) -> Iterator[Problem]:
    """Problem `lifecycle.name` unless the name fits a column, a CLI flag and a URL."""
    pattern = _DOTTED_NAME if dotted else _NAME
    if not isinstance(name, str) or len(name) > LONGEST_NAME or not pattern.fullmatch(name):
        yield Problem(
            "lifecycle.name",
            "{name} cannot be the name of a {kind}. To name it, use at most {longest} lower-case "
            "letters, digits and underscores, a letter first.",
            field,
            params={"name": shown(name), "kind": kind, "longest": LONGEST_NAME},
        )


def title_problems(kind: str, title: object, *, field: str = "title") -> Iterator[Problem]:
    """Problem `lifecycle.title` unless the title is one readable line."""
    if (
        not isinstance(title, str)
        or not title.strip()
        or len(title) > LONGEST_TITLE
        or _UNPRINTABLE.search(title)
    ):
        yield Problem(
            "lifecycle.title",
            "{title} cannot be the title of a {kind}. To label it, write one line of 1 to "
            "{longest} characters without control characters.",
            field,
            params={"title": shown(title), "kind": kind, "longest": LONGEST_TITLE},
        )


def side_problems(
    name: str, side: object, known: Iterable[str], *, field: str
) -> Iterator[Problem]:
    """Problem `lifecycle.side` unless what is so named has one of the sides there are."""
    names = tuple(known)
    if side not in names:
        yield Problem(
            "lifecycle.side",
            "{name} names {side}, which is no side. To name one, use one of: {known}.",
            field,
            params={
                "name": name,
                "side": shown(side),
                "known": ", ".join(side for side in names if side),
            },
        )


def shown(value: object) -> str:
    """A value as it may appear in a message: short, on one line, safe to print."""
    text = ascii(value)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, else the list of all, else nothing."""
    names = tuple(known)
    if near := difflib.get_close_matches(name, names, n=1):
        return f"Did you mean {near[0]!r}?"
    return f"Known are: {', '.join(names)}." if names else ""


def tuple_of_names(value: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several, as a tuple: `source="draft"` means `source=("draft",)`."""
    return (value,) if isinstance(value, str) else tuple(value)


def set_of_names(value: str | Iterable[str]) -> frozenset[str]:
    """One name or several, as a set: `visible_to="buyer"` is not five letters."""
    return frozenset(tuple_of_names(value))
