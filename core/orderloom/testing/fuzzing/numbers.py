"""Numbers drawn from series: 1, 2, 3 … in each period, none left out, none twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, Final

from orderloom.modules.contributions import Series
from orderloom.testing.fuzzing.broken import require

NUMBERS: Final = "numbers are gapless"
_PATTERNS: Final = {
    "prefix": ".*?",
    "seller": "(?:(?P<seller>.+)-)?",
    "year": r"(?P<year>\d{4})",
    "seq": r"(?P<seq>\d+)",
}


def check_numbers(
    rows: Iterable[Any], series_of: Mapping[str, Series], last: Mapping[tuple[str, str], int]
) -> None:
    """Check the numbers of all subjects of a tenant, deleted ones included.

    Args:
        rows: with type, number and project.
        series_of: type -> its series.
        last: (series, period) -> the number drawn last.

    Raises:
        BrokenInvariantError: one is missing, was given twice, or is none of its series.
    """
    dated = {
        type: one for type, one in series_of.items() if not one.yearly or "year" in one.pattern
    }
    keys = {one.key for one in dated.values()}
    given: dict[tuple[str, str], Counter[int]] = {key: Counter() for key in last if key[0] in keys}
    for row in rows:
        if not row.number or (row.type in series_of and row.type not in dated):
            continue  # or nothing tells which year it is of
        series = dated.get(row.type)
        found = series and _matcher(series).fullmatch(row.number)
        require(found, NUMBERS, f"{row.number} is not of a series of {row.type}.")
        if series and found:
            key = (series.key, _period(series, row.project, found.groupdict()))
            given.setdefault(key, Counter())[int(found["seq"])] += 1
    for (name, period), numbers in given.items():
        due = Counter(range(1, last.get((name, period), 0) + 1))
        require(
            numbers == due,
            NUMBERS,
            f"The series {name} {period} has drawn {sorted(due)}, and {sorted(numbers.elements())} "
            "are in use.",
        )


def _matcher(series: Series) -> re.Pattern[str]:
    parts = Formatter().parse(series.pattern)
    return re.compile(
        "".join(re.escape(text) + _PATTERNS.get(name or "", "") for text, name, _, _ in parts)
    )


def _period(series: Series, project: str, said: Mapping[str, str | None]) -> str:
    """The period of a number of which the pattern says year and seller."""
    seller = said.get("seller") if series.per_seller else ""
    parts = (
        said.get("year") if series.yearly else "",
        project if series.per_project else "",
        f"@{seller}" if seller else "",
    )
    return "/".join(part for part in parts if part)
