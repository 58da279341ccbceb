"""Keys that make a command safe to repeat: the second time answers what the first one did."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.errors import Problem, Refused
from orderloom.store.prepared import Prepared
from orderloom.store.schema import idempotency as table

_key: Final = (
    table.c.tenant_id == bindparam("at_tenant"),
    table.c.actor == bindparam("at_actor"),
    table.c.key == bindparam("at_key"),
)
_insert: Final = Prepared(
    insert(table).on_conflict_do_nothing(),
    columns=("tenant_id", "actor", "key", "digest", "at"),
)
_select: Final = Prepared(sa.select(table.c.digest, table.c.result).where(*_key))
_forget: Final = table.delete().where(*_key)
_finish: Final = Prepared(table.update().where(*_key), columns=("result",))
_purge: Final = table.delete().where(
    table.c.tenant_id == bindparam("at_tenant"), table.c.at < bindparam("before")
)


def begin(
    connection: Connection, tenant: str, actor: str, key: str, digest: str, now: datetime
) -> str | None:
    """Take a key; the first statement of a keyed command.

    A second command with the same key waits here until the first one has ended. What is rolled
    back was never there, so that only committed results are ever answered again.

    Returns:
        None if the command is to be carried out (then `finish`), else the recorded result.

    Raises:
        Refused: [idempotency.other_payload] the key belongs to a command with another digest.
    """
    row = {"tenant_id": tenant, "actor": actor, "key": key, "digest": digest, "at": now}
    if _insert.execute(connection, row) == 1:
        return None
    known = _select.first(connection, _at(tenant, actor, key))
    if known.digest != digest:
        raise _other_payload(key)
    result: str = known.result
    return result


def finish(connection: Connection, tenant: str, actor: str, key: str, result: str) -> None:
    """Record what a keyed command answered, in its own transaction."""
    _finish.execute(connection, _at(tenant, actor, key) | {"result": result})


def forget(connection: Connection, tenant: str, actor: str, key: str) -> None:
    """Give a key back whose command was refused: only what took effect is ever answered again."""
    connection.execute(_forget, _at(tenant, actor, key))


def purge(connection: Connection, tenant: str, before: datetime) -> int:
    """Forget keys taken before an instant; answers how many."""
    return connection.execute(_purge, {"at_tenant": tenant, "before": before}).rowcount


def _at(tenant: str, actor: str, key: str) -> dict[str, str]:
    return {"at_tenant": tenant, "at_actor": actor, "at_key": key}


def _other_payload(key: str) -> Refused:
    text = (
        "The key {key} was used for another command already. To repeat that one, send the same "
        "content; for a new command, choose a new key."
    )
    return Refused([Problem("idempotency.other_payload", text, "key", params={"key": key})])
