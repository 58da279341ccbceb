"""Mails gathered into one: entries wait in the outbox until their hour or day is full.

Gathering is one transaction: the entries come to rest and the mail that names them is owed. Who
stops in between leaves both as they were, and from then on it is a mail like any other, sent
again under the same Message-ID.
"""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select

from orderloom.notify.delivery import DIGEST, DONE, MAIL, OWED, Delivery
from orderloom.notify.messages import Letter, letter_of
from orderloom.notify.outbox import owe
from orderloom.notify.rows import COLUMNS, delivery_of
from orderloom.notify.templates import CORE_LOCALE, languages_of, translate
from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import deliveries
from orderloom.values import uuid7

SOURCE: Final = "orderloom.digest"
MOST: Final = 200
"""Entries in one mail; more become further mails."""

_HEAVIEST: Final = 900_000  # characters; a letter takes a million, and four of them as HTML
_NOT_TOLD: Final = "Not told: the user may not know of it any more."
_SUBJECT: Final = "{count} messages from {tenant}"
_ONE: Final = "A message from {tenant}"
_row = deliveries.c
_DUE = (
    _row.tenant_id == bindparam("tenant"),
    _row.channel == DIGEST,
    _row.state == OWED,
    _row.next_at <= bindparam("now", type_=_row.next_at.type),
)
_RECIPIENTS = select(_row.recipient).where(*_DUE).distinct().order_by(_row.recipient)
# Waits for whoever is gathering them: he leaves none behind, so that nobody gets two mails.
_ENTRIES = (
    select(*COLUMNS)
    .where(*_DUE, _row.recipient == bindparam("to"))
    .order_by(_row.id)
    .limit(MOST)
    .with_for_update(of=deliveries)
)
_REST = (
    sa.update(deliveries)
    .where(_row.tenant_id == bindparam("tenant"), _row.id.in_(bindparam("ids", expanding=True)))
    .values(state=DONE, error=bindparam("why"), done_at=bindparam("at"))
)
_GATHERED = (
    select(*COLUMNS)
    .where(
        _row.tenant_id == bindparam("tenant"),
        _row.channel == DIGEST,
        _row.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_row.id)
)


def waiting_recipients(connection: Connection, tenant: str, now: datetime) -> tuple[str, ...]:
    """The addresses whose hour or day is full."""
    return tuple(connection.execute(_RECIPIENTS, {"tenant": tenant, "now": now}).scalars())


def gather(
    connection: Connection,
    tenant: SubjectRef,
    key: str,
    recipient: str,
    now: datetime,
    may_know: Callable[[Delivery], bool],
) -> int:
    """Owe one mail for what waits for a recipient.

    Args:
        connection: writing; whoever gathers for the same recipient is waited for.
        tenant: the tenant as a subject, which the mail is about.
        key: of the tenant.
        recipient: address.
        now: aware UTC.
        may_know: whether who is told may still know of what an entry is about.

    Returns:
        How many entries came to rest; ask again until there are none.
    """
    params = {"tenant": key, "now": now, "to": recipient}
    found = [delivery_of(row) for row in connection.execute(_ENTRIES, params)]
    known = {one.id for one in found if may_know(one)}
    told = list(_fitting(one for one in found if one.id in known))
    untold = [one for one in found if one.id not in known]
    for entries, why in ((told, ""), (untold, _NOT_TOLD)):
        ids = [one.id for one in entries]
        if ids:
            connection.execute(_REST, {"tenant": key, "ids": ids, "why": why, "at": now})
    if told:
        owe(connection, key, [_mail(tenant, recipient, told, now)])
    return len(told) + len(untold)


def _fitting(entries: Iterable[Delivery]) -> Iterator[Delivery]:
    """The first entries, as many as one mail has room for; at least one."""
    room = _HEAVIEST
    for number, entry in enumerate(entries):
        one = letter_of(entry)
        room -= len(one.text) + 2 * len(one.subject) + len(_section(one)) // 4
        if number and room < 0:
            return
        yield entry


def _mail(
    tenant: SubjectRef, recipient: str, entries: Sequence[Delivery], now: datetime
) -> Delivery:
    name = "\n".join((SOURCE, now.isoformat(), *(str(one.id) for one in entries)))
    return Delivery(
        id=uuid7(now, hashlib.sha256(name.encode()).digest()[:10]),
        channel=MAIL,
        source=SOURCE,
        subject=tenant,
        seq=0,
        recipient=recipient,
        payload={
            "entries": [str(one.id) for one in entries],
            "language": entries[-1].payload["language"],
        },
        next_at=now,
        created_at=now,
    )


def with_entries(
    connection: Connection, tenant: str, title: str, mails: Sequence[Delivery]
) -> Iterator[Delivery]:
    """Mails with the letters they hold written out; those that gather nothing as they are.

    What was forgotten meanwhile (`erase_personal`) is not in them any more.

    Args:
        connection: reading.
        tenant: key.
        title: of the tenant, as who writes.
        mails: leased.
    """
    for mail in mails:
        ids = [UUID(id) for id in mail.payload.get("entries", ())]
        if not ids:
            yield mail
            continue
        rows = connection.execute(_GATHERED, {"tenant": tenant, "ids": ids})
        letters = [letter_of(delivery_of(row)) for row in rows]
        payload = _gathered(letters, title, mail.payload["language"]).to_payload()
        yield attrs.evolve(mail, payload=payload)


def _gathered(letters: Sequence[Letter], title: str, language: str) -> Letter:
    """One letter of many; as HTML too if any of them is."""
    languages = languages_of(language)
    words = translate(CORE_LOCALE, _ONE if len(letters) == 1 else _SUBJECT, languages)
    text = "\n\n".join(f"{one.subject}\n{'─' * len(one.subject)}\n\n{one.text}" for one in letters)
    as_html = any(one.html for one in letters)
    return Letter(
        name=letters[-1].name if letters else "",
        subject=words.replace("{count}", str(len(letters))).replace("{tenant}", title),
        text=text,
        html="\n".join(map(_section, letters)) if as_html else "",
    )


def _section(one: Letter) -> str:
    body = one.html or f"<p>{html.escape(one.text)}</p>".replace("\n", "<br>")
    return f"<h2>{html.escape(one.subject)}</h2>\n{body}"
