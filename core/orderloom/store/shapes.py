"""The statements that queries become: compiled once for each shape, run with other parameters."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection
from sqlalchemy.sql.operators import custom_op

from orderloom.store import search
from orderloom.store.columns import Scaled
from orderloom.store.prepared import Prepared
from orderloom.store.query import Query, Seen
from orderloom.store.rows import LISTED_COLUMNS
from orderloom.store.schema import subject_fields, subjects

Condition = sa.ColumnElement[bool]

# A few ways are merged as they go, each without what those before it lead to; of more, which would
# have to name all those before them, the ids are gathered first.
_MOST_MERGED: Final = 4
_MOST_WAYS: Final = 100  # SQLite takes no more than 500 selects in one
_table = subjects.c
# Nobody reads the words; on PostgreSQL they are as large as all the rest.
_WHOLE: Final = tuple(column for column in subjects.c if column.name != "search")
_SHOWN: Final = tuple(
    sa.type_coerce(_table[name], sa.BigInteger).label(name)
    if isinstance(_table[name].type, Scaled)
    else _table[name]
    for name in LISTED_COLUMNS
)
_COMPARED: Final[dict[str, tuple[sa.Column[Any], Callable[[Any, Any], Condition]]]] = {
    "type": (_table.type, operator.eq),
    "stage": (_table.stage, operator.eq),
    "project": (_table.project, operator.eq),
    "number": (_table.number, operator.eq),
    "created_from": (_table.created_at, operator.ge),
    "created_until": (_table.created_at, operator.lt),
    "total_from": (_table.total, operator.ge),
    "total_until": (_table.total, operator.le),
}


@attrs.frozen
class _Scope:
    """The shape of scopes that differ in nothing but their id.

    Attributes:
        ids: how many they are.
    """

    any_type: bool
    kind: str
    hides: tuple[tuple[str, int, int], ...]
    ids: int


@attrs.frozen(kw_only=True)
class Shape:
    """What makes two queries the same statement with other parameters.

    Of lists it is how long they are: each of their values is a parameter of its own.
    """

    dialect: str
    filters: tuple[str, ...]
    party: bool
    status: int
    former: int
    left: int
    text: bool
    fields: int
    include_deleted: bool
    scopes: tuple[_Scope, ...] | None


def shape_of(connection: Connection, query: Query) -> Shape:
    """The shape of a checked query."""
    taken, left = query.stored_names()
    return Shape(
        dialect=connection.dialect.name,
        filters=tuple(name for name in _COMPARED if getattr(query, name) not in ("", None)),
        party=bool(query.party),
        status=len(query.status),
        former=len(taken),
        left=len(left),
        text=bool(query.text),
        fields=len(query.fields),
        include_deleted=query.include_deleted,
        scopes=None if query.scopes is None else tuple(map(_scope_shape, _alike(query.scopes))),
    )


@lru_cache(maxsize=512)
def _alike(scopes: tuple[Seen, ...]) -> tuple[tuple[Seen, ...], ...]:
    """Scopes that differ in nothing but their id, together."""
    found: dict[Seen, list[Seen]] = {}
    for seen in scopes:
        found.setdefault(attrs.evolve(seen, id=""), []).append(seen)
    return tuple(map(tuple, found.values()))


def _scope_shape(alike: tuple[Seen, ...]) -> _Scope:
    seen = alike[0]
    hides = tuple((side, len(hidden), len(unborn)) for side, hidden, unborn in _hidden(seen))
    return _Scope(seen.type == "*", seen.kind, hides, len(alike))


def _hidden(seen: Seen) -> Iterator[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]]:
    yield "buyer", seen.hidden_from_buyer, seen.unborn_to_buyer
    yield "seller", seen.hidden_from_seller, seen.unborn_to_seller


# ── statements ─────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def page(shape: Shape, *, whole: bool, continued: bool) -> Prepared:
    """The rows of a page, newest first: the first `most` of them, after `after` if continued."""
    columns = _WHOLE if whole else _SHOWN
    further = (_table.id < bindparam("after"),) if continued else ()
    common, ways = _ways(shape)
    if len(ways) > _MOST_MERGED:
        ids = _of_any(_newest((_table.id,), *common, way, *further) for way in ways)
        return Prepared(_newest(columns, *_there(), _table.id.in_(ids)))
    if len(ways) > 1:
        apart = (sa.and_(way, *map(sa.not_, ways[:number])) for number, way in enumerate(ways))
        parts = (_part(shape, columns, *common, way, *further) for way in apart)
        return Prepared(sa.union_all(*parts).order_by(sa.column("id").desc()).limit(_most()))
    by = _aside(_table.id, shape) if "number" in shape.filters else _table.id
    found = _newest(columns, *common, *ways, *further, by=by)
    return Prepared(search.through_the_door(shape.dialect, found) if shape.text else found)


@lru_cache(maxsize=512)
def count(shape: Shape) -> Prepared:
    """How many there are, counted along each way no further than `most`."""
    common, ways = _ways(shape)
    found: Any
    if len(ways) > 1:
        found = _of_any(_newest((_table.id,), *common, way) for way in ways)
    else:
        found = sa.select(sa.literal(1)).select_from(subjects).where(*common, *ways).limit(_most())
        found = search.through_the_door(shape.dialect, found) if shape.text else found
    return Prepared(sa.select(sa.func.count().label("found")).select_from(found.subquery()))


def _newest(
    columns: Sequence[Any], *conditions: Condition, by: sa.ColumnElement[Any] = _table.id
) -> sa.Select[Any]:
    return sa.select(*columns).where(*conditions).order_by(by.desc()).limit(_most())


def _part(shape: Shape, columns: Sequence[Any], *conditions: Condition) -> sa.Select[Any]:
    """One of several selects to be merged: SQLite does so row by row, PostgreSQL after a limit."""
    if shape.dialect == "sqlite":
        return sa.select(*columns).where(*conditions)
    return sa.select(*_newest(columns, *conditions).subquery().c)


def _most() -> sa.BindParameter[int]:
    return bindparam("most", type_=sa.Integer)


def _of_any(found: Iterable[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    """The ids that some selects find, each once."""
    return sa.union(*(sa.select(one.subquery().c.id) for one in found))


def _there() -> tuple[Condition, Condition]:
    return _table.tenant_id == bindparam("tenant"), _table.kind == bindparam("kind")


def _ways(shape: Shape) -> tuple[list[Condition], list[Condition]]:
    """What holds of all there is, and the ways that together lead to it, each along one index.

    Who buys and who sells are two indexes: asked for both at once, a database would look at the
    newest subjects of everybody until it found enough of one party's, however few there are. Where
    something narrower leads (words, a number, a field), all go that one way.
    """
    parties, scopes = _party_ways(shape), _scope_ways(shape)
    ways = len(parties) * len(scopes)
    if ways == 1 or ways > _MOST_WAYS or shape.text or shape.fields or "number" in shape.filters:
        together = _scope_ways(shape, together=True)
        return _conditions(shape), [sa.and_(sa.or_(*parties), sa.or_(*together))]
    stage, status = _aside(_table.stage, shape), _aside(_table.status, shape)
    common = _conditions(shape, stage=stage, status=status)
    return common, [sa.and_(*way) for way in product(parties, scopes)]


def _aside(column: sa.Column[Any], shape: Shape) -> sa.ColumnElement[Any]:
    """A column as no index of SQLite has it.

    Without statistics SQLite takes the index with most of the columns asked for, or the one that
    spares it the sorting, though another one leads to far fewer rows.
    """
    if shape.dialect != "sqlite":
        return column
    return sa.UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def _party_ways(shape: Shape) -> list[Condition]:
    party: sa.BindParameter[str] = bindparam("party")
    return [_table.buyer == party, _table.seller == party] if shape.party else [sa.true()]


def _scope_ways(shape: Shape, *, together: bool = False) -> list[Condition]:
    """What the scopes let their holder see, those of the whole tenant together.

    Args:
        shape: of the query.
        together: so are those that differ in nothing but their id.
    """
    if shape.scopes is None:
        return [sa.true()]
    ways, wide = list[Condition](), list[Condition]()
    for number, scope in enumerate(shape.scopes):
        every = range(scope.ids)
        for some in [every] if together else [range(one, one + 1) for one in every]:
            ids: list[sa.BindParameter[str]] = [
                bindparam(f"scope_id_{number}_{one}") for one in some
            ]
            (wide if scope.kind == "tenant" else ways).extend(_within(number, scope, ids))
    return [*ways, sa.or_(*wide)] if wide else ways or [sa.false()]


def _conditions(shape: Shape, **aside: sa.ColumnElement[Any]) -> list[Condition]:
    """What holds along every way; some columns may be written otherwise than they are."""
    made: list[Condition] = [*_there()]
    for name in shape.filters:
        column, compare = _COMPARED[name]
        made.append(compare(aside.get(name, column), bindparam(name)))
    for number in range(shape.fields):
        made.append(_holds(f"field_{number}", [bindparam(f"value_{number}")]))
    if shape.status:
        made.append(_in_status(shape, aside.get("status", _table.status)))
    if shape.text:
        made.append(search.matching(shape.dialect))
    if not shape.include_deleted:
        made.append(_table.deleted_at.is_(None))
    return made


def _in_status(shape: Shape, status: sa.ColumnElement[str]) -> Condition:
    """By the names statuses have now, whatever they were called when a subject was stored."""
    names: list[sa.BindParameter[str]] = [
        bindparam(f"status_{number}") for number in range(shape.status)
    ]
    found: Condition = status.in_(names)
    if shape.left:
        found &= sa.not_(_any_of("left", shape.left))
    if shape.former:
        found |= _any_of("former", shape.former)
    return found


def _any_of(name: str, count: int) -> Condition:
    """Whether type and status are one of some pairs."""
    return sa.or_(
        *(
            (_table.type == bindparam(f"{name}_type_{number}"))
            & (_table.status == bindparam(f"{name}_status_{number}"))
            for number in range(count)
        )
    )


def _within(number: int, scope: _Scope, ids: Sequence[Any]) -> Iterator[Condition]:
    """What grants that differ in their id let their holder see; of a party on either side."""
    type = sa.true() if scope.any_type else _table.type == bindparam(f"scope_type_{number}")
    if scope.kind == "party":
        yield from (type & _on_side(number, ids, *hides) for hides in scope.hides)
    elif scope.kind == "project":
        yield type & _is_one(_table.project, ids)
    elif scope.kind == "department":
        yield type & _holds(f"scope_field_{number}", ids)
    else:
        yield type


def _on_side(number: int, ids: Sequence[Any], side: str, hides: int, unborn: int) -> Condition:
    plays = _is_one(_table[side], ids)
    if hides:
        plays &= sa.not_(_any_of(f"hidden_{side}_{number}", hides))
    types: list[sa.BindParameter[str]] = [
        bindparam(f"unborn_{side}_{number}_{place}") for place in range(unborn)
    ]
    return plays & ((_table.number != "") | _table.type.not_in(types)) if types else plays


def _is_one(column: sa.ColumnElement[str], values: Sequence[Any]) -> Condition:
    """Whether a column is one of some values: there is no end to them, as there is to ORs."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def _holds(field: str, values: Sequence[Any]) -> Condition:
    """Whether an indexed field, by the name of its parameter, has one of some values."""
    row = subject_fields.c
    holders = sa.select(row.subject_id).where(
        row.tenant_id == bindparam("tenant"),
        row.kind == bindparam("kind"),
        row.field == bindparam(field),
        _is_one(row.value, values),
    )
    return _table.id.in_(holders)


def parameters(connection: Connection, tenant: str, query: Query) -> dict[str, Any]:
    """What stands for the parameters of the statement of a checked query."""
    taken, left = query.stored_names()
    given: dict[str, Any] = {"tenant": tenant, "kind": query.kind}
    given |= {name: getattr(query, name) for name in (*_COMPARED, "party")}
    given |= {f"status_{number}": name for number, name in enumerate(query.status)}
    given |= {**_pairs("former", taken), **_pairs("left", left)}
    for number, (field, value) in enumerate(query.fields):
        given |= {f"field_{number}": field, f"value_{number}": value}
    for number, alike in enumerate(_alike(query.scopes or ())):
        seen = alike[0]
        given |= {f"scope_type_{number}": seen.type, f"scope_field_{number}": seen.field}
        given |= {f"scope_id_{number}_{place}": one.id for place, one in enumerate(alike)}
        for side, hidden, unborn in _hidden(seen):
            given |= _pairs(f"hidden_{side}_{number}", hidden)
            given |= {f"unborn_{side}_{number}_{place}": type for place, type in enumerate(unborn)}
    if query.text:
        given["words"] = search.query(connection.dialect.name, tenant, query.text)
    return given


def _pairs(name: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters of `_any_of`."""
    given: dict[str, str] = {}
    for number, (type, status) in enumerate(pairs):
        given |= {f"{name}_type_{number}": type, f"{name}_status_{number}": status}
    return given
