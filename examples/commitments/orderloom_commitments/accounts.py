"""The accounts: another system, told of what was sent and canceled, after it was committed.

`ORDERLOOM_COMMITMENTS_JOURNAL` names the file it reads: one JSON object a line. It takes each
event once, by its id, since a worker that is killed may tell an event twice.
"""

from __future__ import annotations

import json
import os

from orderloom import Event, Order, Subject, Tenant

JOURNAL = "ORDERLOOM_COMMITMENTS_JOURNAL"
_TOLD = ("send", "cancel", "fulfill")


def note_order(event: Event, order: Order, tenant: Tenant) -> None:
    """A new or changed order, with what it costs as of that event."""
    _append(event, tenant, order=str(order.id), total=str(order.totals.total))


def note_status(event: Event, subject: Subject, tenant: Tenant) -> None:
    """An order that was sent, canceled or fulfilled."""
    if event.action in _TOLD:
        _append(event, tenant, order=str(subject.id), number=subject.number, action=event.action)


def _append(event: Event, tenant: Tenant, **facts: str) -> None:
    if not (path := os.environ.get(JOURNAL)):
        return
    line = json.dumps({"event": str(event.id), "tenant": tenant.key, **facts}) + "\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
