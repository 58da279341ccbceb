"""What to look for: the filters of a query, and the gates they pass before a database sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.orders.subject import ORDER
from orderloom.values import Gather, decimal_of, instant_of, shown, text_of

_TEXTS: Final = ("type", "stage", "party", "project", "text", "number")
_INSTANTS: Final = ("created_from", "created_until")
_TOTALS: Final = ("total_from", "total_until")
_LONGEST: Final = 1000  # characters of one filter; no column holds more of what is compared
_MOST_STATUSES: Final = 200
_MOST_FIELDS: Final = 20  # each is a sub-select of its own


@attrs.frozen(kw_only=True)
class Seen:
    """What one grant lets a reader see.

    Attributes:
        type: of the subjects; "*" for any.
        kind: of the grant's scope: tenant, project, party or department.
        id: of the scope, "" for the tenant.
        field: key of the indexed field that holds the department, for a department's scope.
        hidden_from_buyer: pairs of type and status that do not show to the buyer
            (`Status.visible_to`), under their former names too. They count where the party of
            the scope is the buyer; in wider scopes the reader belongs to the house, which plays
            every side.
        hidden_from_seller: the same where the party is the seller.
        unborn_to_buyer, unborn_to_seller: types of which a side sees what has a number only
            (`Lifecycle.shows_once_numbered`).
    """

    type: str
    kind: str
    id: str = ""
    field: str = ""
    hidden_from_buyer: tuple[tuple[str, str], ...] = ()
    hidden_from_seller: tuple[tuple[str, str], ...] = ()
    unborn_to_buyer: tuple[str, ...] = ()
    unborn_to_seller: tuple[str, ...] = ()


# Converters keep whatever is no list of names or pairs: `checked` says what is wrong with it.


def _many(raw: Any) -> Any:
    if not isinstance(raw, Iterable):
        return (raw,)
    given = (raw,) if isinstance(raw, str) else raw
    return tuple(name for name in given if name != "")


def _pairs(raw: Any) -> Any:
    if isinstance(raw, Mapping):
        return tuple(raw.items())
    return tuple(raw) if isinstance(raw, Iterable) else (raw,)


@attrs.frozen(kw_only=True)
class Query:
    """What to look for; filters left empty do not narrow, the others all have to hold.

    Attributes:
        kind: of the subjects; "order" unless said otherwise.
        status: one or several.
        stage: draft, waiting, open, done or dropped.
        party: id of the buyer or the seller.
        text: every word has to begin a word of the subject.
        number: the human number, exactly.
        created_from, created_until: instants; from the first up to, but not at, the second.
        total_from, total_until: amounts, both included; orders without any price have none.
        fields: pairs of an indexed field's key and its value.
        include_deleted: tombstones too.
        scopes: what the reader may see: the union; None for everything. The desk fills it in
            from the actor's grants.
        renamed: (type, former, present) names of statuses (`Lifecycle.renamed`): what is stored
            under the former name is found by the present one only. The desk fills it in.
    """

    kind: str = ORDER
    type: str = ""
    status: tuple[str, ...] = attrs.field(default=(), converter=_many)
    stage: str = ""
    party: str = ""
    project: str = ""
    text: str = ""
    number: str = ""
    created_from: datetime | None = None
    created_until: datetime | None = None
    total_from: Decimal | None = None
    total_until: Decimal | None = None
    fields: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    include_deleted: bool = False
    scopes: tuple[Seen, ...] | None = None
    renamed: tuple[tuple[str, str, str], ...] = ()

    def stored_names(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Which (type, stored status) the status filter takes in and leaves out by `renamed`."""
        asked = set(self.status)
        taken = [(type, old) for type, old, new in self.renamed if new in asked]
        left = [(t, old) for t, old, new in self.renamed if old in asked and new not in asked]
        return taken, left


def checked(query: Query) -> Query:
    """The query with every filter read by its gate.

    Raises:
        Refused: [text.*], [instant.*], [decimal.*], [find.*] every filter no database could
            compare with.
    """
    read: dict[str, Any] = {}
    with Gather() as gather:
        read["kind"] = gather.take(text_of, query.kind, "kind", longest=_LONGEST)
        for name in _TEXTS:
            if (given := getattr(query, name)) != "":
                read[name] = gather.take(_text, given, name)
        for name in _INSTANTS:
            read[name] = _unless_none(gather, instant_of, getattr(query, name), name)
        for name in _TOTALS:
            read[name] = _unless_none(gather, decimal_of, getattr(query, name), name)
        read["status"] = gather.take(_statuses, query.status)
        read["fields"] = gather.take(_fields, query.fields)
        read["include_deleted"] = gather.take(_yes_or_no, query.include_deleted)
    return attrs.evolve(query, **read)


def whole_number(value: object, field: str, most: int) -> int:
    """Read how many to look at, 1 to `most`.

    Raises:
        Refused: [find.limit].
    """
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    text = "{given} is not how many there can be. To go on, ask for 1 to {most} at a time."
    params = {"given": shown(value), "most": most}
    raise Refused([Problem("find.limit", text, field, params=params)])


def _unless_none(gather: Gather, gate: Any, value: object, field: str) -> Any:
    return None if value is None else gather.take(gate, value, field)


def _text(value: object, field: str) -> str:
    """A filter left empty stays so; one of blanks is refused, since it would find everything."""
    return "" if value == "" else text_of(value, field, longest=_LONGEST)


def _statuses(given: tuple[object, ...]) -> tuple[str, ...]:
    _check_number(given, "status", _MOST_STATUSES)
    with Gather() as gather:
        names = [gather.take(_text, name, f"status[{n}]") for n, name in enumerate(given)]
    return tuple(sorted({name for name in names if name}))


def _fields(given: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    _check_number(given, "fields", _MOST_FIELDS)
    with Gather() as gather:
        pairs = [gather.take(_pair, pair, f"fields[{n}]") for n, pair in enumerate(given)]
    return tuple(pair for pair in pairs if pair)


def _pair(given: object, field: str) -> tuple[str, str]:
    if not (isinstance(given, tuple | list) and len(given) == 2):
        text = "{given} is no field with its value. To go on, give pairs of a key and a value."
        raise Refused([Problem("find.pair", text, field, params={"given": shown(given)})])
    with Gather() as gather:
        key = gather.take(text_of, given[0], field, longest=_LONGEST)
        inside = f"fields.{shown(given[0])}"
        value = gather.take(text_of, given[1], inside, longest=_LONGEST, required=False)
    return key or "", value or ""


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    text = "{given} is neither True nor False. To go on, pass one of them."
    params = {"given": shown(value)}
    raise Refused([Problem("find.yes_or_no", text, "include_deleted", params=params)])


def _check_number(given: tuple[object, ...], field: str, most: int) -> None:
    if len(given) > most:
        text = "{count} are too many to look for at once. To go on, give at most {most}."
        params = {"count": len(given), "most": most}
        raise Refused([Problem("find.too_many", text, field, params=params)])
