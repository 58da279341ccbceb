"""Tenant seals: what the chains of a tenant's subjects looked like, covered by one more chain.

A subject's chain shows that an event was changed; it cannot show that its tail, or the whole
subject, was removed together with the head. A seal lists the heads of all subjects with new
events; its hash covers that list and the seal before it. Handing the last hash to somebody else
pins everything up to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from orderloom.errors import Conflict
from orderloom.orders import codec
from orderloom.store.schema import events, seals

#: A subject's place in the events: kind and id.
Place = tuple[str, UUID]


@attrs.frozen
class SealedHead:
    """Where a subject's chain stood when it was sealed."""

    kind: str
    subject: UUID
    seq: int
    hash: str


@attrs.frozen(kw_only=True)
class Seal:
    """One link of the tenant's chain of seals.

    Attributes:
        events: how many it covers.
        heads: JSON list of [kind, subject, seq, hash], sorted.
    """

    seq: int
    at: datetime
    events: int
    heads: str
    previous: str
    hash: str = ""

    def expected_hash(self) -> str:
        """The hash over everything else."""
        at = self.at.isoformat(timespec="microseconds")
        return codec.digest(codec.dumps([self.seq, at, self.events, self.heads, self.previous]))

    def read_heads(self) -> list[SealedHead]:
        """The heads it lists."""
        return [SealedHead(raw[0], UUID(raw[1]), raw[2], raw[3]) for raw in codec.loads(self.heads)]


_last: Final = (
    sa.select(seals)
    .where(seals.c.tenant_id == bindparam("tenant"))
    .order_by(seals.c.seq.desc())
    .limit(1)
)
_all: Final = sa.select(seals).where(seals.c.tenant_id == bindparam("tenant")).order_by(seals.c.seq)
_unsealed: Final = (
    sa.select(events.c.kind, events.c.subject_id, events.c.seq, events.c.hash)
    .where(events.c.tenant_id == bindparam("tenant"), events.c.seal.is_(None))
    .order_by(events.c.id)
    .limit(bindparam("most", type_=sa.Integer))
)
_mark: Final = (
    events.update()
    .where(
        events.c.tenant_id == bindparam("at_tenant"),
        events.c.kind == bindparam("at_kind"),
        events.c.subject_id == bindparam("at_subject"),
        events.c.seq <= bindparam("at_seq"),
        events.c.seal.is_(None),
    )
    .values(seal=bindparam("by"))
)
# SQLAlchemy forgets the row count of an insert unless asked to keep it.
_insert: Final = insert(seals).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def seal(connection: Connection, tenant: str, now: datetime, limit: int = 10_000) -> int:
    """Append one seal over the committed events that have none yet, the oldest first.

    Returns:
        How many events it covers; 0 if there was nothing to seal.

    Raises:
        Conflict: another sealer of the same tenant was faster; retryable.
    """
    found = connection.execute(_unsealed, {"tenant": tenant, "most": limit}).all()
    if not found:
        return 0
    heads = _heads(found)
    last = connection.execute(_last, {"tenant": tenant}).one_or_none()
    made = Seal(
        seq=1 if last is None else last.seq + 1,
        at=now,
        events=_mark_sealed(connection, tenant, heads, 1 if last is None else last.seq + 1),
        heads=codec.dumps([[kind, str(id), seq, hash] for (kind, id), (seq, hash) in heads]),
        previous="" if last is None else last.hash,
    )
    row = attrs.asdict(attrs.evolve(made, hash=made.expected_hash())) | {"tenant_id": tenant}
    if connection.execute(_insert, row).rowcount == 0:
        message = "Somebody else sealed the same events. To go on, try again."
        raise Conflict(message, retryable=True)
    return made.events


def sealed(connection: Connection, tenant: str) -> list[Seal]:
    """All seals of a tenant in order."""
    names = [field.name for field in attrs.fields(Seal)]
    rows = connection.execute(_all, {"tenant": tenant})
    return [Seal(**{name: getattr(row, name) for name in names}) for row in rows]


def _heads(found: Iterable[Any]) -> list[tuple[Place, tuple[int, str]]]:
    """The last event of each subject among those found; ids do not order one subject's events."""
    heads: dict[Place, tuple[int, str]] = {}
    for row in found:
        place = row.kind, row.subject_id
        heads[place] = max(heads.get(place, (0, "")), (row.seq, row.hash))
    return sorted(heads.items())


def _mark_sealed(
    connection: Connection,
    tenant: str,
    heads: Iterable[tuple[Place, tuple[int, str]]],
    by: int,
) -> int:
    rows = [
        {"at_tenant": tenant, "at_kind": kind, "at_subject": id, "at_seq": seq, "by": by}
        for (kind, id), (seq, _) in heads
    ]
    return connection.execute(_mark, rows).rowcount
