"""Taking away files that no row names: what rollbacks, crashes and retries left behind.

A file is written before the transaction commits, so for a while it is there and no row says so.
Three things keep a sweep from taking it:

- The age of a file is that of its id, made by the command that writes it. Younger ones than
  `MARGIN` are left alone, whatever the rows say, so no upload under way is ever looked at.
- The rows are asked after the files were listed, in a transaction that begins only then: a row that
  was committed in between is seen.
- A key is used once. Nobody can come to need a file after it was found to be nobody's, as could
  happen if equal files shared one.

What is left is a transaction that stays open longer than `MARGIN` after it attached a file, such as
a host's that is joined; its file would be gone when it commits. Nothing of ours lasts that long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from orderloom.attachments.port import FileStore, folder_of, key_of, made_at

MARGIN = timedelta(days=2)
LOOKS_BACK = timedelta(days=9)
"""How old what is looked at may be; a worker that ran at all since then has seen what is older."""

Named = Callable[[Collection[UUID]], Collection[UUID]]


def sweep(files: FileStore, tenant: str, now: datetime, named: Named) -> int:
    """Take away the files of a tenant that no row names; answers how many.

    Args:
        files: where they lie.
        tenant: key.
        now: aware UTC.
        named: those of some ids that rows name; must begin a transaction of its own when called.
    """
    gone = 0
    for found in _old_files(files, tenant, now):
        kept = named(found)
        for id in found:
            if id not in kept:
                files.delete(key_of(tenant, id))
                gone += 1
    return gone


def _old_files(files: FileStore, tenant: str, now: datetime) -> Iterator[list[UUID]]:
    """The ids of files old enough, day by day; what is not named as we name files is not ours."""
    newest = now - MARGIN
    day = now - LOOKS_BACK
    while day.date() <= newest.date():
        keys = files.keys(folder_of(tenant, day))
        ids = [id for key in keys if (id := _id_of(key, tenant)) and made_at(id) <= newest]
        if ids:
            yield ids
        day += timedelta(days=1)


def _id_of(key: str, tenant: str) -> UUID | None:
    try:
        id = UUID(hex=key.rpartition("/")[2])
    except ValueError:
        return None
    return id if key_of(tenant, id) == key else None
