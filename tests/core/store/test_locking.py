"""Whatever locks rows names their tenant: a database spread by tenant refuses it otherwise."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors

import orderloom
import orderloom_invoicing
import orderloom_procurement
import orderloom_supplier
from orderloom.desk.scoping import scoped_select
from orderloom.store import claims
from orderloom.store.prepared import Prepared
from orderloom.store.schema import parties

LOCKS = re.compile(r"\b(FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|SKIP LOCKED)\b")
MODULES = [
    import_module(found.name)
    for package in (orderloom, orderloom_invoicing, orderloom_procurement, orderloom_supplier)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not {"migrations", "testing", "__main__"} & set(found.name.split("."))
]


def _locking():
    """The statements that lock, by where they are: those of a module, and one made when needed."""
    for module in MODULES:
        for name, value in vars(module).items():
            statement = value._statement if isinstance(value, Prepared) else value
            if (isinstance(statement, str) and LOCKS.search(statement)) or (
                isinstance(statement, sa.Select) and statement._for_update_arg is not None
            ):
                ours = module.__name__.startswith(f"{orderloom.__name__}.")
                of_module = not ours and isinstance(statement, sa.Select)
                # Statements of modules are confined to the tenant when they are run.
                run = scoped_select(statement) if of_module else statement
                yield f"{module.__name__}:{name}", run
    yield f"{claims.__name__}:_statement", claims._statement(parties)


def _places(module):
    """How often a module says that it locks: by SQLAlchemy's name for it, or in SQL."""
    source = Path(module.__file__).read_text("utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    named = [one for one in nodes if getattr(one, "attr", "") == "with_for_update"]
    typed = [one for one in nodes if isinstance(one, ast.Constant) and LOCKS.search(str(one.value))]
    return len(named) + len(typed)


STATEMENTS = dict(_locking())


def _of_one_tenant(select, *, inner):
    """Whether it asks for `tenant_id = :parameter`; inside another also for the tenant of that."""
    return any(
        isinstance(part, sa.BinaryExpression)
        and part.operator is operators.eq
        and getattr(part.left, "name", "") == "tenant_id"
        and (
            isinstance(part.right, sa.BindParameter)
            or (inner and getattr(part.right, "name", "") == "tenant_id")
        )
        for part in getattr(select.whereclause, "clauses", [select.whereclause])
    )


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_locks_rows_is_of_one_tenant(statement):
    if isinstance(statement, str):
        assert "WHERE tenant_id = :" in statement
        return
    selects = [one for one in visitors.iterate(statement) if isinstance(one, sa.Select)]

    others = [str(one) for one in selects if not _of_one_tenant(one, inner=one is not statement)]

    assert statement in selects
    assert others == []


def test_every_statement_that_locks_rows_is_looked_at():
    said = Counter({module.__name__: _places(module) for module in MODULES})

    looked_at = Counter(name.partition(":")[0] for name in STATEMENTS)
    assert looked_at.keys() == (+said).keys()
    assert looked_at >= said  # one that locks may be narrowed into several
