"""Sending what endpoints are owed: one after the other, each for a while, none for long.

An endpoint that cannot be reached has everything it is owed put off, for as long again as it has
not been reached, so that it costs a worker one timeout at a time. One that is slow loses its turn
after a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Final

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.engine import Engine

from orderloom.notify.delivery import OWED, Dead, Delivery, Outcome, Retry, Sent
from orderloom.notify.outbox import FIRST_WAIT, LONGEST_WAIT, done, failed, lease_of
from orderloom.notify.webhooks import rows
from orderloom.notify.webhooks.endpoint import ON, WEBHOOK, Endpoint
from orderloom.notify.webhooks.posting import Gone, Poster, Unreachable
from orderloom.notify.webhooks.signing import Secret, headers_of
from orderloom.notify.webhooks.targets import Rules
from orderloom.store import due
from orderloom.store.engine import reading, writing
from orderloom.store.schema import deliveries

BATCH: Final = 20  # with the longest timeout there is, done with before the lease is over
TURN: Final = 5.0
"""Seconds after which another endpoint has its turn."""
PATIENCE: Final = timedelta(hours=3, minutes=30)
"""An endpoint at which nothing arrives for so long is disabled; eight attempts take that long."""

Made = bytes | Dead | Retry
Post = Callable[[Delivery, Made], Outcome]
Tell = Callable[[Endpoint, Iterable[Delivery]], Iterable[Made]]

_row = deliveries.c
_instant = _row.next_at.type
_now = bindparam("now", type_=_instant)
_later = bindparam("later", type_=_instant)
_WAITING = (
    select(_row.source)
    .where(_row.tenant_id == bindparam("tenant"), _row.channel == WEBHOOK, due.leasable(_now))
    .distinct()
    .order_by(_row.source)
)
_OWED = sa.update(deliveries).where(
    _row.tenant_id == bindparam("tenant"),
    _row.channel == WEBHOOK,
    _row.source == bindparam("of"),
    _row.state == OWED,
)
_RELEASE = _OWED.where(_row.worker == bindparam("holder")).values(worker="", leased_until=sa.null())
_PUT_OFF = _OWED.where(
    sa.or_(_row.leased_until.is_(None), _row.leased_until <= _now), _row.next_at < _later
).values(next_at=_later)


@attrs.frozen(kw_only=True)
class Turn:
    """What one endpoint was sent at a stretch.

    Attributes:
        done: deliveries with their outcomes.
        slow: it used up its time, and may be owed more.
        hopeless: why it is to be disabled, "" if it is not.
    """

    done: tuple[tuple[Delivery, Outcome], ...] = ()
    slow: bool = False
    hopeless: str = ""


@attrs.frozen(kw_only=True)
class Sending:
    """Sends what the endpoints of one tenant are owed.

    Attributes:
        engine: each step is a transaction of its own; none is open while something is sent.
        worker: who answers for what is leased.
        clock: aware UTC now.
        rules: what the installation lets webhooks do; asked once, and only if there are any.
        tell: the message of each delivery to an endpoint, or why there is none.
    """

    engine: Engine
    tenant: str
    worker: str
    clock: Callable[[], datetime]
    rules: Callable[[], Rules]
    tell: Tell

    @cached_property
    def _poster(self) -> Poster:
        return Poster(self.rules())

    def waiting(self) -> tuple[str, ...]:
        """The endpoints that are owed something now, as sources of deliveries."""
        with reading(self.engine, self.tenant) as connection:
            params = {"tenant": self.tenant, "now": self.clock()}
            return tuple(connection.execute(_WAITING, params).scalars())

    def turn(self, source: str) -> Turn:
        """Send an endpoint what it is owed, until it cannot be reached or its time is over.

        Raises:
            Refused: [settings.*] the rules are wrong; nothing was leased.
        """
        poster, name = self._poster, source.partition(":")[2]
        with self._writing() as connection:
            endpoint = rows.endpoint(connection, self.tenant, name)
            secrets = rows.secrets_of(connection, self.tenant, name)
            leased = lease_of(connection, self.tenant, self.worker, self.clock(), source, BATCH)
        batch = tuple(sorted(leased, key=lambda one: (one.created_at, one.seq)))
        if endpoint is None or endpoint.state != ON:
            return Turn(done=tuple(self._refused(endpoint, batch)))
        post = partial(self._posted, poster, endpoint, secrets)
        return self._sent(endpoint, batch, post)

    def _refused(
        self, endpoint: Endpoint | None, batch: Iterable[Delivery]
    ) -> Iterator[tuple[Delivery, Outcome]]:
        why = "There is no such webhook." if endpoint is None else "The webhook is disabled."
        for delivery in batch:
            with self._writing() as connection:
                self._note(connection, delivery, Dead(why))
            yield delivery, Dead(why)

    def _sent(self, endpoint: Endpoint, batch: tuple[Delivery, ...], post: Post) -> Turn:
        answered: list[tuple[Delivery, Outcome]] = []
        over = time.monotonic() + TURN
        try:
            for delivery, made in zip(batch, self.tell(endpoint, batch), strict=True):
                outcome = post(delivery, made)
                answered.append((delivery, outcome))
                if isinstance(outcome, Gone | Unreachable) or time.monotonic() > over:
                    break
        finally:
            endpoint = self._settled(endpoint, answered)
        if len(answered) < len(batch):
            self._leave(endpoint)
        slow = time.monotonic() > over
        hopeless = _hopeless(endpoint, answered, self.clock())
        return Turn(done=tuple(answered), slow=slow, hopeless=hopeless)

    def _posted(
        self,
        poster: Poster,
        endpoint: Endpoint,
        secrets: Iterable[Secret],
        delivery: Delivery,
        made: Made,
    ) -> Outcome:
        if not isinstance(made, bytes):
            return made
        headers = headers_of(delivery.id, self.clock(), made, secrets)
        return poster.post(endpoint.url, headers, made)

    def _settled(
        self, endpoint: Endpoint, answered: Iterable[tuple[Delivery, Outcome]]
    ) -> Endpoint:
        """Note outcomes, at once since each commit costs more than a message.

        A crash before it sends them all again, under their ids. Answers the endpoint after them.
        """
        at, now = (self.tenant, endpoint.name), self.clock()
        since = endpoint.failing_since
        with self._writing() as connection:
            for delivery, outcome in answered:
                self._note(connection, delivery, outcome)
                if isinstance(outcome, Retry):
                    rows.failing(connection, *at, now, outcome.reason)
                    since = since or now
                elif isinstance(outcome, Sent) and since is not None:
                    rows.well(connection, *at)
                    since = None
        return attrs.evolve(endpoint, failing_since=since)

    def _note(self, connection: Connection, delivery: Delivery, outcome: Outcome) -> None:
        now = self.clock()
        if isinstance(outcome, Sent):
            done(connection, self.tenant, delivery.id, self.worker, now)
        else:
            failed(connection, self.tenant, delivery, self.worker, now, outcome)

    def _leave(self, endpoint: Endpoint) -> None:
        """Give back what is leased; put off all of an endpoint that cannot be reached."""
        now = self.clock()
        params = {"tenant": self.tenant, "of": endpoint.source}
        with self._writing() as connection:
            connection.execute(_RELEASE, {**params, "holder": self.worker})
            if endpoint.failing_since is not None:
                wait = min(max(now - endpoint.failing_since, FIRST_WAIT), LONGEST_WAIT)
                connection.execute(_PUT_OFF, {**params, "now": now, "later": now + wait})

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing(self.engine, self.tenant)


def _hopeless(
    endpoint: Endpoint, answered: Iterable[tuple[Delivery, Outcome]], now: datetime
) -> str:
    for _, outcome in answered:
        if isinstance(outcome, Gone):
            return outcome.reason
    since = endpoint.failing_since
    if since is None or now - since < PATIENCE:
        return ""
    return f"Nothing has arrived since {since:%Y-%m-%d %H:%M} UTC."
