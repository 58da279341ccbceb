"""Row-level security on PostgreSQL: the second wall between tenants, behind our own filters.

Every table with a `tenant_id`, of the core and of every module, shows and takes rows only of the
tenant its transaction has entered (see `entering`); if none was entered, it shows none. The owner
of the tables stands outside: migrations move everybody's rows. So the owner migrates, and a role
that owns nothing runs.

What has to go beyond them has a door: something of the owner's that filters by itself.

- `ol_tenant_keys()`: the keys of all tenants, and nothing else of them;
- `ol_tenants_waiting(now)`: the keys of the tenants that have something for a worker to do;
- `ol_subject_search`, a view: the entered tenant's subjects, for full text search. Row-level
  security would keep the index of words from being used, as `@@` is not leakproof.

All of it follows the code, not the history of migrations: `migrate` builds it anew when the text
below has changed, and walls in tables that came since.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.orders import codec
from orderloom.store import due
from orderloom.store.entering import TENANT

_OLDEST_SERVER: Final = 15  # before, views read with the rights of their owner
_ENTERED: Final = f"nullif(current_setting('{TENANT}', true), '')"  # '' after a transaction with it
_POLICY: Final = f"ol_tenant ON {{table}} USING (tenant_id = {_ENTERED})"
_STAMPED: Final = "FUNCTION {schema}.ol_tenant_keys()"
_KEYS: Final = "SELECT tenant_id FROM ol_tenant ORDER BY tenant_id"
_FUNCTION: Final = """
RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $door$ {body} $door$
"""
_DOORS: Final = {
    _STAMPED: _FUNCTION.format(body=_KEYS),
    "FUNCTION {schema}.ol_tenants_waiting(timestamptz)": _FUNCTION.format(
        body=due.waiting_text(now="$1")
    ),
    "VIEW {schema}.ol_subject_search": (
        f"AS SELECT * FROM ol_subject WHERE tenant_id = {_ENTERED}"
    ),
}
_STAMP: Final = codec.digest(f"{_POLICY} {_DOORS}")

_OURS: Final = """
SELECT format('%I.%I', nspname, relname) AS name,
       relkind <> 'v' AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid
                                  AND attname = 'tenant_id' AND NOT attisdropped) AS of_tenant,
       relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid
                                  AND polname = 'ol_tenant') AS walled,
       relkind = 'v' AND starts_with(relname, 'ol_v_')
           AND 'security_invoker=true' <> ALL (coalesce(reloptions, '{}')) AS leaks
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v') AND starts_with(relname, 'ol_')
ORDER BY relname
"""
# Whoever was once let in also gets what came later.
_LET_IN: Final = """
SELECT DISTINCT grantee::regrole::text
FROM pg_class, aclexplode(relacl)
WHERE pg_class.oid = to_regclass(quote_ident(current_schema()) || '.ol_tenant')
  AND privilege_type = 'INSERT' AND grantee NOT IN (0, relowner)
"""
_ROLE: Final = sa.text("""
SELECT quote_ident(rolname) AS name, CASE
    WHEN rolname = current_user THEN 'you are connected as it, and whoever migrates owns the tables'
    WHEN rolsuper THEN 'it is a superuser'
    WHEN rolbypassrls THEN 'it has BYPASSRLS'
    WHEN pg_has_role(oid, current_user, 'USAGE')
        THEN 'it is a member of ' || current_user || ', and whoever migrates owns the tables'
END AS passes
FROM pg_roles WHERE rolname = :role
""")


def build(connection: Connection) -> None:
    """Put up what is missing; nothing is touched if all stands as this version has it.

    Args:
        connection: of the owner of the tables, on whose search path they come first.
    """
    if connection.dialect.name != "postgresql":
        return
    schema = _schema(connection)
    stale = _stamp(connection, schema) != _STAMP
    if stale:
        _build_doors(connection, schema)
    ours = _ours(connection)
    open_tables = [one.name for one in ours if one.of_tenant and (stale or not one.walled)]
    for name in open_tables:
        _run(connection, f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        _run(connection, f"DROP POLICY IF EXISTS ol_tenant ON {name}")
        _run(connection, f"CREATE POLICY {_POLICY.format(table=name)}")
    for name in (one.name for one in ours if one.leaks):
        _run(connection, f"ALTER VIEW {name} SET (security_invoker = true)")
    if stale or open_tables:
        for role in _run(connection, _LET_IN).scalars().all():
            _let_in(connection, schema, role)


def grant(connection: Connection, role: str) -> None:
    """Let a role run orderloom: read and write rows, nothing else; also in tables to come.

    Args:
        connection: of the owner of the tables.
        role: as `restricted` answered it.
    """
    _let_in(connection, _schema(connection), role)


def restricted(connection: Connection, role: str) -> str:
    """A role the walls would hold, quoted for `grant`.

    Args:
        connection: of whoever migrates.
        role: its name.

    Raises:
        Refused: [store.no_roles] SQLite has none, [store.unknown_role], [store.role_passes] the
            walls would not hold it.
    """
    if connection.dialect.name != "postgresql":
        text = "SQLite has no roles. To restrict who may read its file, use the file's own rights."
        raise Refused([Problem("store.no_roles", text, "grant")])
    found = connection.execute(_ROLE, {"role": role}).one_or_none()
    if found is None:
        text = "There is no role {role}. To grant rights to it, create it first: CREATE ROLE."
        raise Refused([Problem("store.unknown_role", text, "grant", params={"role": role})])
    if found.passes:
        text = (
            "Role {role} passes by row-level security: {reason}. To have the wall hold, make a "
            "role only for running orderloom (CREATE ROLE), and grant to that."
        )
        params = {"role": role, "reason": found.passes}
        raise Refused([Problem("store.role_passes", text, "grant", params=params)])
    return str(found.name)


def take_down(connection: Connection) -> None:
    """Drop the doors, before the tables behind them change or go; `build` makes them anew."""
    if connection.dialect.name == "postgresql":
        schema = _schema(connection)
        for door in _DOORS:
            kind, name = door.format(schema=schema).split(" ", 1)
            _run(connection, f"DROP {kind} IF EXISTS {name}")


def check_server(connection: Connection) -> None:
    """Make sure that the server knows views that read with the rights of whoever asks.

    Raises:
        Refused: [store.old_server].
    """
    if connection.dialect.name != "postgresql":
        return
    version, *_ = connection.dialect.server_version_info or (0,)
    if int(version) < _OLDEST_SERVER:
        text = "PostgreSQL {given} is too old. To keep orders in it, use {oldest} or later."
        params = {"given": version, "oldest": _OLDEST_SERVER}
        raise Refused([Problem("store.old_server", text, params=params)])


def _build_doors(connection: Connection, schema: str) -> None:
    take_down(connection)
    for door, text in _DOORS.items():
        name = door.format(schema=schema)
        # No function looks at the path for what is ours: whoever may create something on it would
        # have an operator of his own run as the owner.
        body = re.sub(r"\bol_(?=\w)", f"{schema}.ol_", text)
        _run(connection, f"CREATE {name} {body}")
        _run(connection, f"REVOKE ALL ON {name.removeprefix('VIEW ')} FROM PUBLIC")
    _run(connection, f"COMMENT ON {_STAMPED.format(schema=schema)} IS '{_STAMP}'")


def _let_in(connection: Connection, schema: str, role: str) -> None:
    def give(rights: str, on: Iterable[str]) -> None:
        if names := ", ".join(on):
            _run(connection, f"GRANT {rights} {names} TO {role}")

    ours = _ours(connection)
    give("USAGE ON SCHEMA", [schema])
    give("SELECT ON", [one.name for one in ours])
    give("INSERT, UPDATE, DELETE ON", [one.name for one in ours if one.of_tenant])
    functions = (door.format(schema=schema) for door in _DOORS if door.startswith("FUNCTION "))
    give("EXECUTE ON FUNCTION", [name.removeprefix("FUNCTION ") for name in functions])


def _run(connection: Connection, statement: str) -> sa.CursorResult[Any]:
    return connection.exec_driver_sql(statement.replace("%", "%%"))


def _ours(connection: Connection) -> list[sa.Row[Any]]:
    return list(_run(connection, _OURS))


def _schema(connection: Connection) -> str:
    schema: str = _run(connection, "SELECT quote_ident(current_schema())").scalar_one()
    return schema


def _stamp(connection: Connection, schema: str) -> str | None:
    door = _STAMPED.format(schema=schema).removeprefix("FUNCTION ")
    select = sa.text("SELECT obj_description(to_regprocedure(:door), 'pg_proc')")
    stamp: str | None = connection.execute(select, {"door": door}).scalar()
    return stamp
