"""Entering a tenant, and the PostgreSQL schema our tables are in: until the transaction ends.

PostgreSQL shows rows of the tenant that was entered and of no other (see `walls`). The settings
are local to the transaction: a connection that goes back to its pool carries nothing over. SQLite
has neither walls nor schemas; there nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.store.prepared import Prepared

TENANT: Final = "orderloom.tenant"
PATH: Final = "search_path"
LOCK_TIMEOUT: Final = "lock_timeout"

#: Where a connection keeps the tenant it just entered, (key, transaction, row), for the first who
#: asks for it.
ENTERED: Final = "orderloom_entered"

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")

# Each answers first what it was, then sets it. Ours comes first on the path, and what a host's
# own statements are looked up in stays behind it.
_SET: Final = "current_setting('{name}', true), set_config('{name}', CAST(:v{n} AS text), true)"
_IN_FRONT: Final = (
    "current_setting('search_path'), set_config('search_path', concat_ws(', ', "
    "CAST(:v{n} AS text), nullif(current_setting('search_path'), '')), true)"
)
_OURS: Final = "to_regclass(CAST(:ours AS text))"


def enter(
    connection: Connection, tenant: str = "", *, schema: str = "", lock_timeout: str = ""
) -> dict[str, str]:
    """Let the statements that follow see one tenant's rows, in one round trip.

    Args:
        connection: in a transaction, at whose end all this ends too.
        tenant: key; nothing is said of tenants if "".
        schema: where our tables are; where they are found anyway if "".
        lock_timeout: how long to wait for a row; as the server is set up if "".

    Returns:
        What was found: `restore` it to leave before the transaction ends.

    Raises:
        Refused: [store.not_migrated] our tables are not in the schema.
    """
    path = quoted(schema) if schema else ""
    given = {TENANT: tenant, LOCK_TIMEOUT: lock_timeout, PATH: path}
    wanted = {name: value for name, value in given.items() if value}
    if not wanted or connection.dialect.name != "postgresql":
        return {}
    values = {"ours": f"{path}.ol_tenant"} if schema else {}
    row = _executed(connection, _statement(tuple(wanted), in_front=bool(schema)), wanted, values)
    if schema and row[-1] is None:
        raise not_migrated()
    return dict(zip(wanted, row[::2], strict=False))


def enter_and_look(connection: Connection, tenant: str) -> None:
    """Enter a tenant as `enter` does and read its row of `ol_tenant`, in one round trip.

    Args:
        connection: to PostgreSQL, in a transaction; keeps the row as its info `ENTERED`.
        tenant: key.
    """
    row = _ENTER_AND_LOOK.first(connection, {"tenant": tenant})
    found = None if row.tenant_id is None else row
    connection.info[ENTERED] = (tenant, connection.get_transaction(), found)


def restore(connection: Connection, found: Mapping[str, str]) -> None:
    """Give back what `enter` or `settings` found."""
    if found:
        _executed(connection, _statement(tuple(found)), found)


@contextmanager
def settings(connection: Connection, wanted: Mapping[str, str]) -> Iterator[None]:
    """Some settings for the statements inside; an error leaves them to whoever rolls back."""
    row = _executed(connection, _statement(tuple(wanted)), wanted)
    yield
    restore(connection, dict(zip(wanted, row[::2], strict=False)))


def schema_of(value: object) -> str:
    """Read the name of a PostgreSQL schema.

    Raises:
        Refused: [store.bad_schema].
    """
    if isinstance(value, str) and _NAME.fullmatch(value) and not value.startswith("pg_"):
        return value
    text = (
        "This cannot name a schema. To name one, use up to 63 lower case letters, digits and "
        "underscores, not beginning with a digit or pg_."
    )
    raise Refused([Problem("store.bad_schema", text, "schema")])


def quoted(schema: str) -> str:
    """A schema's name as it is written in statements: it may be a word of the language."""
    return f'"{schema}"'


def not_migrated() -> Refused:
    """Tables are missing, or somewhere else."""
    text = "The database lacks tables of orderloom. To create them, run `orderloom migrate`."
    return Refused([Problem("store.not_migrated", text)])


# The row depends on the setting, so that it is looked for once that is made.
_ENTER_AND_LOOK: Final = Prepared(
    sa.text(
        f"SELECT one.* FROM (SELECT set_config('{TENANT}', CAST(:tenant AS text), true) AS tenant "
        "OFFSET 0) AS entered LEFT JOIN LATERAL (SELECT tenant_id, title, timezone, currency, "
        "language, revision FROM ol_tenant WHERE tenant_id = entered.tenant) AS one ON true"
    ).columns(
        tenant_id=sa.Text,
        title=sa.Text,
        timezone=sa.Text,
        currency=sa.Text,
        language=sa.Text,
        revision=sa.Integer,
    )
)


def _executed(
    connection: Connection,
    statement: Prepared,
    wanted: Mapping[str, str],
    more: Mapping[str, str] | None = None,
) -> Any:
    values = {f"v{n}": value or "" for n, value in enumerate(wanted.values())}
    return statement.first(connection, values | dict(more or {}))


@cache
def _statement(names: tuple[str, ...], *, in_front: bool = False) -> Prepared:
    """Sets some settings; with `in_front` also says whether our tables are in the schema."""
    parts = [
        (_IN_FRONT if in_front and name == PATH else _SET).format(name=name, n=n)
        for n, name in enumerate(names)
    ]
    text = sa.text(f"SELECT {', '.join([*parts, _OURS] if in_front else parts)}")
    answers = [sa.column(f"a{n}", sa.Text) for n in range(2 * len(parts) + in_front)]
    return Prepared(text.columns(*answers))
