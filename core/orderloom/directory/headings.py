"""The heading line of a CSV file, matched with the columns an importer declares."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules.contributions import Column
from orderloom.values import Gather, nearest, shown


class Cells(dict[str, str]):
    """The cells of a row by column name: only those of columns the file has are in it.

    The text of a declared column the file lacks is "", so that a reader that does not care asks
    for it all the same; `in` tells an empty cell from none.
    """

    def __init__(self, cells: Mapping[str, str], declared: Iterable[str]) -> None:
        super().__init__(cells)
        self._declared = frozenset(declared)

    def __missing__(self, name: str) -> str:
        if name in self._declared:
            return ""
        raise KeyError(name)

    def with_texts(self, texts: Mapping[str, str]) -> Cells:
        """The same cells, some of them with another text."""
        return Cells({**self, **texts}, self._declared)


@attrs.frozen
class Headings:
    """Which column stands where.

    Attributes:
        columns: all that the importer declares.
        names: names of the columns present, in the order of the file.
    """

    columns: tuple[Column, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, headings: Sequence[str], columns: Sequence[Column]) -> Headings:
        """Match headings without case, spaces or punctuation, aliases included.

        Raises:
            Refused: [csv.heading_empty], [csv.heading_unknown], [csv.heading_twice],
                [csv.heading_missing]; all at once.
        """
        known = {_folded(name): column.name for column in columns for name in _spellings(column)}
        gather = Gather()
        names = [
            gather.take(_match, heading, place, known, columns)
            for place, heading in enumerate(_without_empty_end(headings), start=1)
        ]
        for problem in (*_repeated(names), *_missing(names, columns)):
            gather.add(problem)
        gather.done()
        return cls(tuple(columns), tuple(name for name in names if name is not None))

    def cells(self, row: Sequence[str]) -> Cells:
        """The cells of a row by column name.

        Raises:
            Refused: [csv.too_many_cells], [csv.too_few_cells].
        """
        beyond = [cell for cell in row[len(self.names) :] if cell]
        if beyond or len(row) < len(self.names):
            raise self._ragged(len(row), too_many=bool(beyond))
        found = dict(zip(self.names, row, strict=False))
        return Cells(found, (column.name for column in self.columns))

    def missing_cells(self, cells: Mapping[str, str]) -> Iterator[Problem]:
        """A problem for every required column whose cell is empty."""
        for column in self.columns:
            if column.required and not cells[column.name]:
                yield Problem(
                    "csv.cell_missing",
                    "The cell is empty. To import the row, fill it in{help}.",
                    f"column {column.name}",
                    params={"help": f": {column.help}" if column.help else ""},
                )

    def _ragged(self, count: int, *, too_many: bool) -> Refused:
        if too_many:
            code, remedy = "csv.too_many_cells", "put cells that hold the delimiter in quotes"
        else:
            code, remedy = "csv.too_few_cells", "add the missing delimiters, or the missing quotes"
        template = (
            "The row has {count} cells under {expected} headings. To import the row, {remedy}."
        )
        params = {"count": count, "expected": len(self.names), "remedy": remedy}
        return Refused([Problem(code, template, params=params)])


def _match(heading: str, place: int, known: dict[str, str], columns: Sequence[Column]) -> str:
    field = f"heading {place}"
    if not heading:
        template = "The heading is empty. To go on, name the column, or leave it out."
        raise Refused([Problem("csv.heading_empty", template, field)])
    name = known.get(_folded(heading))
    if name is not None:
        return name
    spelt = [column.name for column in columns]
    template = "There is no column “{given}” here. To go on, leave it out, or call it: {nearest}."
    params = {"given": shown(heading), "nearest": nearest(heading, spelt, otherwise=_list(spelt))}
    raise Refused([Problem("csv.heading_unknown", template, field, params=params)])


def _repeated(names: Sequence[str | None]) -> Iterator[Problem]:
    for name in dict.fromkeys(name for name in names if name is not None):
        places = [place for place, other in enumerate(names, start=1) if other == name]
        if len(places) > 1:
            yield Problem(
                "csv.heading_twice",
                "Headings {places} both mean the column {name}. To go on, leave only one of them.",
                f"heading {places[1]}",
                params={"places": " and ".join(map(str, places)), "name": name},
            )


def _missing(names: Sequence[str | None], columns: Iterable[Column]) -> Iterator[Problem]:
    for column in columns:
        if column.required and column.name not in names:
            yield Problem(
                "csv.heading_missing",
                "The column {name} is missing. To go on, add it{help}.",
                "headings",
                params={"name": column.name, "help": f": {column.help}" if column.help else ""},
            )


def _without_empty_end(headings: Sequence[str]) -> Sequence[str]:
    """Spreadsheets leave delimiters behind deleted columns."""
    filled = [place for place, heading in enumerate(headings, start=1) if heading]
    return headings[: filled[-1]] if filled else ()


def _spellings(column: Column) -> tuple[str, ...]:
    return (column.name, *column.aliases)


def _folded(heading: str) -> str:
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(char for char in plain if char.isalnum())


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
