"""Moving subjects out of statuses their lifecycle no longer has."""

from __future__ import annotations

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom.desk.execution import Execution
from orderloom.desk.facts import row_facts
from orderloom.lifecycle import Status
from orderloom.orders.events import MOVED, Event
from orderloom.orders.snapshot import snapshot
from orderloom.orders.subject import SubjectRef
from orderloom.store import events, subjects
from orderloom.store.schema import subjects as table
from orderloom.values import uuid7

_IN_STATUS = (
    sa.select(table.c.kind, table.c.id)
    .where(
        table.c.tenant_id == bindparam("tenant"),
        table.c.type == bindparam("of_type"),
        table.c.status == bindparam("status"),
    )
    .order_by(table.c.id)  # locked one by one: two at once must not wait for each other
)


def map_status(do: Execution, type: str, old: str, target: Status, digest: str) -> int:
    """Set every subject of a type in status `old` to `target`, with an event each.

    No hook runs and no guard is asked: nobody performs an action here, the status has gone.
    """
    key = do.tenant.key
    rows = do.connection.execute(_IN_STATUS, {"tenant": key, "of_type": type, "status": old}).all()
    for row in rows:
        stored = do.load(SubjectRef(row.kind, row.id), lock=True)
        after = attrs.evolve(
            stored.subject,
            status=target.name,
            parked=False,
            version=stored.subject.version + 1,
            updated_at=do.now,
            lifecycle=digest,
        )
        # The full subject: a newer lifecycle may read it otherwise (`Context.present`).
        record, personal = snapshot(after)
        event = Event(
            id=uuid7(do.now),
            subject=after.ref,
            seq=0,
            at=do.now,
            actor=do.actor.id,
            name=MOVED,
            action="map_status",
            source=old,
            target=target.name,
            version=after.version,
            lifecycle=digest,
            body={"mapped": [old, target.name]},
            record=record,
            personal=personal or None,
        )
        chained = events.chain(stored.head, (event,), do.salt)
        facts = row_facts(after, do.assembly)
        subjects.update(do.connection, key, stored, after, chained, **facts)
        do.set_timers(stored.subject, after)
    return len(rows)
