"""Whether a database was written by newer code than this, asked without importing Alembic."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.errors import Refused
from orderloom.store.entering import not_migrated
from orderloom.store.migrate import CORE, ModuleMigrations, newer_database

_FIRST_ON_PATH: Final = sa.select(sa.func.current_schema())
_REVISION: Final = re.compile(r"^revision\b[^=\n]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)


def check_not_newer(connection: Connection) -> None:
    """Make sure that this version of the core knows the database's tables.

    Raises:
        Refused: [store.newer_database].
    """
    if revision := unknown_revision(connection, CORE):
        raise Refused([newer_database(CORE.key, revision)])


def unknown_revision(connection: Connection, module: ModuleMigrations) -> str:
    """The revision a database is at, if this version of the module does not know it; else "".

    Raises:
        Refused: [store.not_migrated] only another installation in the same database has it.
    """
    if not _has_table(connection, module.version_table):
        return ""
    table = sa.table(module.version_table, sa.column("version_num"))
    revision = connection.execute(sa.select(table.c.version_num)).scalar() or ""
    return "" if revision in _known(module.package) else str(revision)


def _has_table(connection: Connection, name: str) -> bool:
    inspector = sa.inspect(connection)
    if not inspector.has_table(name):
        return False
    if connection.dialect.name == "postgresql":
        ours = connection.execute(_FIRST_ON_PATH).scalar()
        if not inspector.has_table(name, schema=ours):  # another installation's, further on
            raise not_migrated()
    return True


@cache
def _known(package: str) -> frozenset[str]:
    """The revisions a package brings ("" stands for none), read from its files."""
    texts = (
        file.read_text(encoding="utf-8")
        for file in (files(package) / "versions").iterdir()
        if file.name.endswith(".py")
    )
    return frozenset(["", *(found for text in texts for found in _REVISION.findall(text))])
