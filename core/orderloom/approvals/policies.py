"""The policies a tenant had, each in force until the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from orderloom.approvals.policy import NO_POLICY, Policy
from orderloom.approvals.policy_text import read_policy
from orderloom.orders import codec
from orderloom.store.schema import policies as table

_columns: Final = tuple(column for column in table.c if column.name != "tenant_id")


@attrs.frozen(kw_only=True)
class PolicyVersion:
    """One policy as it was set.

    Attributes:
        seq: 1, 2, 3 …
        digest: of the text.
        text: TOML; empty asks for nothing.
        since: from when on it was in force.
        set_by: id of who set it.
    """

    seq: int
    digest: str
    text: str
    since: datetime
    set_by: str


def in_force(connection: Connection, tenant: str) -> Policy:
    """The policy in force; one without rules if none was ever set."""
    found = history(connection, tenant, limit=1)
    return read_policy(found[0].text) if found and found[0].text else NO_POLICY


def history(
    connection: Connection, tenant: str, *, limit: int | None = None
) -> tuple[PolicyVersion, ...]:
    """The policies of a tenant, the newest first."""
    statement = sa.select(*_columns).where(table.c.tenant_id == tenant)
    rows = connection.execute(statement.order_by(table.c.seq.desc()).limit(limit))
    return tuple(PolicyVersion(**row._mapping) for row in rows)


def add(connection: Connection, tenant: str, text: str, now: datetime, by: str) -> PolicyVersion:
    """Put a policy in force; its tenant is locked by the caller."""
    found = history(connection, tenant, limit=1)
    seq = found[0].seq + 1 if found else 1
    row: dict[str, Any] = {
        "seq": seq,
        "digest": codec.digest(text),
        "text": text,
        "since": now,
        "set_by": by,
    }
    connection.execute(table.insert(), {"tenant_id": tenant, **row})
    return PolicyVersion(**row)
