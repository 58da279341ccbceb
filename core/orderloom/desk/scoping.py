"""Module statements confined to one tenant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.selectable import FromGrouping

PARAMETER = "ol_tenant"
TENANT: Final = "tenant_id"


@lru_cache(maxsize=1024)
def scoped_select(statement: sa.Select[Any]) -> sa.Select[Any]:
    """A select with the tenant's filter on every table it names.

    Of a table that an outer join may leave empty it stands in the ON clause, so that the rows
    without a partner stay.

    Raises:
        TypeError: it holds another select, a full join, or something without `tenant_id`.
    """
    _refuse_selects(statement)
    for source in _sources(statement.get_final_froms()):
        if TENANT not in source.c:
            raise TypeError(f"{source} has no tenant_id; a module reads tenant tables only")
    confined: sa.Select[Any] = visitors.cloned_traverse(statement, {}, {"join": _confine_join})
    froms = confined.get_final_froms()
    outer = [join for join in _joins(froms) if join.isouter or join.full]
    if not all(map(_is_confined, outer)):
        raise TypeError("a module writes an outer join as select_from(one.outerjoin(other, …))")
    certain = _sources(froms, outer=False)
    return confined.where(*(_of_tenant(source) for source in certain))


def _confine_join(join: sa.Join) -> None:
    """Filter what a join may leave empty where it is joined."""
    if join.full:
        raise TypeError("a full outer join cannot be confined to a tenant; use two selects")
    if join.isouter and join.onclause is not None:
        filters = (_of_tenant(source) for source in _sources([join.right]))
        join.onclause = sa.and_(join.onclause, *filters)


def _is_confined(join: sa.Join) -> bool:
    """Whether its ON clause was found and holds the filter; that of `Select.outerjoin` is not."""
    return any(
        isinstance(element, sa.BindParameter) and element.key == PARAMETER
        for element in visitors.iterate(join.onclause)
    )


def _joins(froms: Any) -> Iterator[sa.Join]:
    for given in froms:
        source = _plain(given)
        if isinstance(source, sa.Join):
            yield source
            yield from _joins([source.left, source.right])


def _plain(source: Any) -> Any:
    """Without the parentheses of a nested join."""
    return source.element if isinstance(source, FromGrouping) else source


def _of_tenant(source: Any) -> sa.ColumnElement[bool]:
    confined: sa.ColumnElement[bool] = source.c.tenant_id == sa.bindparam(PARAMETER)
    return confined


def _sources(froms: Any, *, outer: bool = True) -> Iterator[Any]:
    """What is selected from, all joins taken apart; perhaps without what they may leave empty."""
    for given in froms:
        source = _plain(given)
        if not isinstance(source, sa.Join):
            yield source
        elif source.isouter and not outer:
            yield from _sources([source.left], outer=outer)
        else:
            yield from _sources([source.left, source.right], outer=outer)


def _refuse_selects(statement: Any) -> None:
    for element in visitors.iterate(statement):
        if isinstance(element, sa.SelectBase) and element is not statement:
            raise TypeError("a module's statement may not hold another select; use a join")


@lru_cache(maxsize=1024)
def scoped_change(statement: Any, core: sa.MetaData) -> Any:
    """An update or delete with the tenant's filter; an insert as it is.

    Raises:
        TypeError: not an insert, update or delete of rows of one table of a module, or it names
            the tenant itself.
    """
    if not isinstance(statement, Insert | Update | Delete):
        raise TypeError("a hook writes with insert, update or delete statements")
    table = statement.table
    if getattr(table, "metadata", None) is core:
        raise TypeError(f"{table} belongs to the core; change it through place, edit or perform")
    if isinstance(statement, Insert):
        _check_insert(statement)
    _refuse_selects(statement)
    if TENANT in _named(statement):
        raise TypeError("the tenant is added by itself; leave tenant_id out of the values")
    if isinstance(statement, Insert):
        return statement
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Column) and element.table is not table:
            raise TypeError(f"a hook changes one table at a time; read {element.table} before")
    return statement.where(_of_tenant(table))


def _check_insert(statement: Insert) -> None:
    if statement.select is not None:
        raise TypeError("a hook inserts rows it names, not what a select finds")
    if statement._multi_values:
        raise TypeError("a hook hands several rows to `execute(insert, rows)`, not to `values`")


def _named(statement: Insert | Update | Delete) -> set[str]:
    """The columns a statement gives values to."""
    given: Any = getattr(statement, "_values", None) or {}
    ordered: Any = getattr(statement, "_ordered_values", None) or ()
    conflict: Any = getattr(statement, "_post_values_clause", None)
    named = [*given, *(column for column, _ in ordered)]
    named += dict(getattr(conflict, "update_values_to_set", ()))
    return {getattr(column, "key", column) for column in named}
