"""Deliveries to rows of the outbox and back."""

from __future__ import annotations

from typing import Any

import attrs
import sqlalchemy as sa

from orderloom.notify.delivery import Delivery
from orderloom.orders import codec
from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import deliveries

COLUMNS = tuple(column for column in deliveries.c if column.name != "tenant_id")


def row_of(tenant: str, delivery: Delivery) -> dict[str, Any]:
    """The row of a delivery."""
    row = attrs.asdict(delivery, recurse=False)
    ref: SubjectRef = row.pop("subject")
    payload = codec.dumps(row.pop("payload"))
    return {
        "tenant_id": tenant, "kind": ref.kind, "subject_id": ref.id, "payload": payload, **row
    }  # fmt: skip


def delivery_of(row: sa.Row[Any]) -> Delivery:
    """The delivery of a row of `COLUMNS`."""
    raw = dict(row._mapping)
    ref = SubjectRef(raw.pop("kind"), raw.pop("subject_id"))
    return Delivery(subject=ref, payload=codec.loads(raw.pop("payload")), **raw)
