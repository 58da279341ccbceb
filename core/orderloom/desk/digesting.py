"""Gathering a recipient's waiting mails, as far as he may still know of what they are about."""

from __future__ import annotations

from orderloom.desk.desk import Desk
from orderloom.desk.execution import Execution
from orderloom.notify import Delivery, digests
from orderloom.tenants import tenant_ref


def gathered(desk: Desk, recipient: str) -> int:
    """Owe one mail for what waits for an address; answers how many entries came to rest.

    Transaction: the desk's. Ask again until there are none.
    """
    do = desk.reading
    return digests.gather(
        do.connection,
        tenant_ref(do.tenant.key),
        do.tenant.key,
        recipient,
        do.now,
        lambda entry: _may_know(do, entry),
    )


def _may_know(do: Execution, entry: Delivery) -> bool:
    """By the permission its notification asks for now; that to read if there is none any more."""
    user = do.user(entry.payload["user"])
    subject = do.subject(entry.subject.kind, entry.subject.id)
    told = do.assembly.notifications.get(entry.source)
    permission = told.permission if told is not None else ""
    return user is not None and subject is not None and do.lets_know(user, subject, permission)
