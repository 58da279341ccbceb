"""Module statements confined to one tenant."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Delete, Insert, Update

PARAMETER = "ol_tenant"


@lru_cache(maxsize=1024)
def scoped_select(statement: sa.Select[Any]) -> sa.Select[Any]:
    """A select with the tenant's filter on every table it names.

    Raises:
        TypeError: it holds another select, or something without `tenant_id`.
    """
    for element in visitors.iterate(statement):
        if isinstance(element, sa.SelectBase) and element is not statement:
            raise TypeError("a module's select may not hold another select; use a join")
    for source in _sources(statement.get_final_froms()):
        if "tenant_id" not in source.c:
            raise TypeError(f"{source} has no tenant_id; a module reads tenant tables only")
        statement = statement.where(source.c.tenant_id == sa.bindparam(PARAMETER))
    return statement


def _sources(froms: Any) -> list[Any]:
    found = []
    for source in froms:
        if isinstance(source, sa.Join):
            found += _sources([source.left, source.right])
        else:
            found.append(source)
    return found


@lru_cache(maxsize=1024)
def scoped_change(statement: Any, core: sa.MetaData) -> Any:
    """An update or delete with the tenant's filter; an insert as it is.

    Raises:
        TypeError: not an insert, update or delete, or on a table of the core.
    """
    if not isinstance(statement, Insert | Update | Delete):
        raise TypeError("a hook writes with insert, update or delete statements")
    table = statement.table
    if getattr(table, "metadata", None) is core:
        raise TypeError(f"{table} belongs to the core; change it through place, edit or perform")
    if isinstance(statement, Insert):
        if statement.select is not None:
            raise TypeError("a hook inserts rows it names, not what a select finds")
        return statement
    return statement.where(table.c.tenant_id == sa.bindparam(PARAMETER))
