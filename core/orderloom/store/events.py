"""The event log: each subject's events form a chain, of which every link covers the one before.

The hash covers the stored text, so that nothing has to be serialised the same way twice. What
is erasable (`orders.events.erasable`) is kept beside the text; the text holds a salted digest of
it, so that it can be erased and the chain still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.orders import codec
from orderloom.orders.events import Event, chained_text, erasable, whole_event
from orderloom.orders.subject import SubjectRef
from orderloom.store.prepared import Prepared
from orderloom.store.schema import events as table
from orderloom.store.schema import subjects
from orderloom.values.changing import changer

#: The head of a chain that has no event yet.
START: Final = (0, "")

_ALL: Final = 2**31 - 1


@attrs.frozen(kw_only=True)
class Chained(Event):
    """An event in its place in the chain, with what is stored of it.

    Attributes:
        text: canonical JSON, what `hash` covers.
        personal_text: canonical JSON of all that is erasable, None without.
        salt: keeps the digest of the personal part from being guessed; None without one.
    """

    text: str = attrs.field(repr=False)
    personal_text: str | None = attrs.field(repr=False)
    salt: str | None = attrs.field(repr=False)


_of_subject = (
    table.c.tenant_id == bindparam("at_tenant"),
    table.c.kind == bindparam("at_kind"),
    table.c.subject_id == bindparam("at_subject"),
)
_columns = sa.select(table.c.text, table.c.personal, table.c.hash)
_history = Prepared(
    _columns.where(*_of_subject, table.c.seq > bindparam("since"))
    .order_by(table.c.seq)
    .limit(bindparam("most", type_=sa.Integer))
)
_one = Prepared(
    _columns.where(table.c.tenant_id == bindparam("tenant"), table.c.id == bindparam("event"))
)
_erase = table.update().where(*_of_subject).values(personal=None, salt=None)


def chain(
    head: tuple[int, str], events: Sequence[Event], salt: Callable[[], str]
) -> tuple[Chained, ...]:
    """Give events their places after the head of their subject's chain.

    Args:
        head: number and hash of the last event so far; `START` for a new subject.
        events: of one subject, in the order they happened; `seq`, `previous` and `hash` are set
            here.
        salt: called once for each event with a personal part; unguessable text.
    """
    made: list[Chained] = []
    for event in events:
        link = _link(event, head, salt)
        made.append(link)
        head = link.seq, link.hash
    return tuple(made)


def event_rows(tenant: str, events: Iterable[Chained]) -> list[dict[str, Any]]:
    """The rows of chained events; whoever writes them moves the heads of their subjects."""
    return [
        {
            "tenant_id": tenant,
            "kind": event.subject.kind,
            "subject_id": event.subject.id,
            "seq": event.seq,
            "id": event.id,
            "name": event.name,
            "at": event.at,
            "text": event.text,
            "personal": event.personal_text,
            "salt": event.salt,
            "hash": event.hash,
            "seal": None,
        }
        for event in events
    ]


def history(
    connection: Connection,
    tenant: str,
    ref: SubjectRef,
    *,
    since: int = 0,
    limit: int | None = None,
) -> tuple[Event, ...]:
    """A subject's events in order: those with a `seq` above `since`, at most `limit` of them."""
    given = _at(tenant, ref) | {"since": since, "most": _ALL if limit is None else limit}
    return tuple(map(_event, _history.all(connection, given)))


def gates(
    connection: Connection, tenant: str, since: datetime, chunk: int = 500
) -> Iterator[Event]:
    """The events whose commands limits looked at, from an instant on, as they happened.

    Args:
        connection: in a transaction; nothing else may read through it before the end.
        tenant: key.
        since: aware UTC.
        chunk: how many are read at once.
    """
    found = (
        sa.select(table)
        .where(
            table.c.tenant_id == tenant,
            table.c.at >= since,
            table.c.text.contains('"gate":{', autoescape=True),
        )
        .order_by(table.c.at, table.c.id)
    )
    after: tuple[datetime, UUID] | None = None
    while True:
        page = found.limit(chunk)
        if after is not None:
            page = page.where(sa.tuple_(table.c.at, table.c.id) > sa.tuple_(*after))
        rows = connection.execute(page).all()
        yield from map(_event, rows)
        if len(rows) < chunk:
            return
        after = rows[-1].at, rows[-1].id


def of_creator(connection: Connection, tenant: str, user: str, type: str) -> list[Event]:
    """All events of the subjects of a type that one user created, by subject and in order."""
    mine = subjects.c
    statement = (
        sa.select(table)
        .join(
            subjects,
            sa.and_(
                mine.tenant_id == table.c.tenant_id,
                mine.kind == table.c.kind,
                mine.id == table.c.subject_id,
            ),
        )
        .where(table.c.tenant_id == tenant, mine.created_by == user, mine.type == type)
        .order_by(table.c.kind, table.c.subject_id, table.c.seq)
    )
    return list(map(_event, connection.execute(statement)))


def one(connection: Connection, tenant: str, event_id: UUID) -> Event | None:
    """One event by its id, None if the tenant has no such."""
    row = _one.first(connection, {"tenant": tenant, "event": event_id})
    return None if row is None else _event(row)


def read_event(raw: Mapping[str, Any], personal_text: str | None, hash: str) -> Event:
    """The event that a text was made of, read already, and what is stored beside it."""
    kept = codec.loads(personal_text) if personal_text else None
    return whole_event(raw, kept, hash)


def erase_personal(connection: Connection, tenant: str, ref: SubjectRef) -> int:
    """Forget the personal part of all events of a subject; the chain stays valid.

    Returns:
        How many events the subject has. The erasure itself is to be appended as an event.
    """
    return connection.execute(_erase, _at(tenant, ref)).rowcount


def personal_digest(salt: str, personal_text: str) -> str:
    """What an event's text holds of its personal part."""
    return codec.digest(salt + personal_text)


_chained = changer(
    Chained, "seq", "previous", "hash", "text", "personal_text", "salt"
)  # of an `Event`


def _link(event: Event, head: tuple[int, str], salt: Callable[[], str]) -> Chained:
    kept = erasable(event)
    personal = None if kept is None else codec.dumps(kept)
    grain = None if personal is None else salt()
    digest = "" if personal is None or grain is None else personal_digest(grain, personal)
    seq, previous = head[0] + 1, head[1]
    text = chained_text(event, seq, previous, digest)
    return _chained(event, seq, previous, codec.digest(text), text, personal, grain)


def _event(row: Any) -> Event:
    kept = codec.glance(row.personal) if row.personal else None
    return whole_event(codec.glance(row.text), kept, row.hash)


def _at(tenant: str, ref: SubjectRef) -> dict[str, Any]:
    return {"at_tenant": tenant, "at_kind": ref.kind, "at_subject": ref.id}
