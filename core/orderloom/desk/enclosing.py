"""The files of an event that go with a mail, as they are when it is sent.

What is told matters more than its pictures: a file that is gone or was changed meanwhile is left
out, and so is one that cannot be read for a quarter of an hour. The message names what there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from orderloom.attachments import FileStore, fetch, load
from orderloom.errors import Conflict, Refused
from orderloom.notify import Delivery, File
from orderloom.notify.enclosing import FILES
from orderloom.orders.attachments import Attachment

PATIENCE: Final = 4
"""Attempts, some quarter of an hour, after which what cannot be read does not hold up its mail."""


def names_files(delivery: Delivery) -> bool:
    """Whether files go with a mail; most have none, and nobody need look for them."""
    return FILES in delivery.payload


def named(connection: Connection, tenant: str, delivery: Delivery) -> tuple[Attachment, ...]:
    """The files that go with a mail, as far as rows still name them."""
    ids = [UUID(id) for id in delivery.payload.get(FILES, ())]
    found = (load(connection, tenant, id) for id in ids)
    return tuple(one for one in found if one is not None)


def fetched(
    files: FileStore, tenant: str, attachments: Iterable[Attachment], delivery: Delivery
) -> Iterator[File]:
    """The files themselves, without those that are not what was attached any more.

    Args:
        files: where they lie; no transaction should be open.
        tenant: key.
        attachments: as `named`.
        delivery: as it was leased.

    Raises:
        Conflict: one cannot be read now, and the mail can wait; retryable.
    """
    for one in attachments:
        try:
            yield one.name, one.media, fetch(files, tenant, one)
        except Refused as refusal:
            if "attachment.not_read" in refusal.codes and delivery.attempts < PATIENCE:
                raise Conflict(str(refusal), retryable=True) from refusal
