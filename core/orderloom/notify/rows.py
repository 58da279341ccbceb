"""Deliveries to rows of the outbox and back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from orderloom.notify.delivery import Delivery
from orderloom.orders import codec
from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import deliveries

COLUMNS = tuple(column for column in deliveries.c if column.name != "tenant_id")


def row_of(tenant: str, delivery: Delivery) -> dict[str, Any]:
    """The row of a delivery."""
    return {
        "tenant_id": tenant,
        "id": delivery.id,
        "channel": delivery.channel,
        "source": delivery.source,
        "kind": delivery.subject.kind,
        "subject_id": delivery.subject.id,
        "seq": delivery.seq,
        "recipient": delivery.recipient,
        "payload": codec.dumps(delivery.payload),
        "document_id": delivery.document_id,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "leased_until": delivery.leased_until,
        "worker": delivery.worker,
        "error": delivery.error,
        "created_at": delivery.created_at,
        "done_at": delivery.done_at,
    }


def delivery_of(row: sa.Row[Any]) -> Delivery:
    """The delivery of a row of `COLUMNS`."""
    raw = dict(row._mapping)
    ref = SubjectRef(raw.pop("kind"), raw.pop("subject_id"))
    return Delivery(subject=ref, payload=codec.loads(raw.pop("payload")), **raw)
