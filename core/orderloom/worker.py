"""The worker: sends what is owed, runs due timers, seals histories, forgets what has expired.

The database is the truth: any number of workers may run, each takes leases, and one that dies
leaves nothing behind but leases that expire. What was being sent at that moment is sent again
under the same Message-ID or event id.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import attrs

from orderloom.desk import Desk, Reader
from orderloom.documents import issuing
from orderloom.errors import NotFound, OrderloomError, Refused
from orderloom.loom import Orderloom
from orderloom.notify import (
    HOOK,
    Dead,
    Delivery,
    File,
    MailSettings,
    Outcome,
    Retry,
    Sent,
    done,
    failed,
    lease,
    purge,
    send_batch,
    transport_of,
)
from orderloom.notify.outbox import MOST_ATTEMPTS
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject
from orderloom.store import events, idempotency, seals, timers
from orderloom.store.engine import reading, writing
from orderloom.store.timers import DueTimer
from orderloom.tenants import CoreSettings
from orderloom.values import Actor, Grant

BATCH = 50  # sent well within the lease, even by a slow server
_RETRY_TIMER = timedelta(minutes=15)  # a refused timer asks again; someone may have lifted it
_SWITCH: Final = "To let its timers run, switch its module on."
_WORKER: Final = Actor("system:worker", (Grant("admin"),))


@attrs.frozen(kw_only=True)
class Done:
    """One thing a worker did.

    Attributes:
        tenant: where.
        what: "mail", "hook", "timer", "seal" or "purge".
        outcome: "sent", "retry", "dead", "run", "refused", or a count.
        about: recipient, module and hook, timer.
        reason: why it was not done.
    """

    tenant: str
    what: str
    outcome: str
    about: str = ""
    reason: str = ""


class Worker:
    """One worker of one installation; several may run, in threads, processes or machines.

    Args:
        loom: what to work for.
        name: unique among all workers; made of host, process and chance if not given.
        tell: called with everything that was done, as it happens.
    """

    def __init__(
        self, loom: Orderloom, *, name: str = "", tell: Callable[[Done], None] | None = None
    ) -> None:
        self.loom = loom
        self.name = name or f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._tell = tell or (lambda done: None)

    def run(self, stop: threading.Event, *, pause: float = 1.0) -> None:
        """Work until `stop` is set; looks for work again `pause` seconds after finding none."""
        while not stop.is_set():
            if not self.once():
                stop.wait(pause)

    def once(self, *, tenant: str = "") -> list[Done]:
        """Do everything that is due now, for one tenant or all; answers what was done."""
        finished: list[Done] = []
        for key in [tenant] if tenant else [one.key for one in self.loom.tenants()]:
            with self._reader(key):
                pass  # an unknown tenant or a newer database is refused before anything is leased
            for step in (self._timers, self._deliveries, self._seal, self._expire):
                for one in step(key):
                    finished.append(one)
                    self._tell(one)
        return finished

    # ── deliveries ─────────────────────────────────────────────────────────────────────────

    def _deliveries(self, tenant: str) -> Iterator[Done]:
        while batch := self._lease(tenant):
            hooks = [delivery for delivery in batch if delivery.channel == HOOK]
            mails = [delivery for delivery in batch if delivery.channel != HOOK]
            for delivery in hooks:
                yield self._settle(tenant, delivery, self._react(tenant, delivery))
            if mails:
                yield from self._mail(tenant, mails)

    def _lease(self, tenant: str) -> tuple[Delivery, ...]:
        with writing(self.loom.engine) as connection:
            return lease(connection, tenant, self.name, self.loom.clock(), BATCH)

    def _mail(self, tenant: str, mails: list[Delivery]) -> Iterator[Done]:
        try:
            with self._reader(tenant) as reader:
                settings = mail_settings(reader)
            transport = transport_of(settings)
        except Refused as refusal:
            for delivery in mails:
                yield self._settle(tenant, delivery, Retry(f"Mail is not set up: {refusal}"))
            return

        def attached(delivery: Delivery) -> File | None:
            return self._attachment(tenant, delivery)

        for delivery, outcome in send_batch(mails, transport, attached, settings):
            yield self._settle(tenant, delivery, outcome)

    def _attachment(self, tenant: str, delivery: Delivery) -> File | None:
        if delivery.document_id is None:
            return None
        with self.loom.desk(tenant, _WORKER) as desk:
            issued = issuing.load(desk.reading.connection, tenant, delivery.document_id)
            if issued is None:
                raise NotFound("document", delivery.document_id)
            rendered = desk.render(issued, "pdf")
        return rendered.name, rendered.mime, rendered.content

    def _react(self, tenant: str, delivery: Delivery) -> Outcome:
        """Run the `after_*` hook of one module for one event."""
        module, _, hook = delivery.source.partition(":")
        try:
            with self._reader(tenant) as reader:
                event, subject = _of_event(reader, UUID(delivery.payload["event"]))
                hooks, now = reader.assembly.dispatcher, reader.tenant
                running = reader.assembly.order
            if module not in running:
                text = "Module {0} does not run now. To have it hear of this, switch it on again."
                return Retry(text.format(module))
            args = {"event": event, "subject": subject, "order": subject, "tenant": now}
            hooks.each(hook, module, type=subject.type, **args)
        except OrderloomError as error:
            return Retry(str(error))
        except Exception as error:  # whatever it is, it must count as an attempt
            return Retry(f"{type(error).__name__}: {error}")
        return Sent()

    def _settle(self, tenant: str, delivery: Delivery, outcome: Outcome) -> Done:
        now = self.loom.clock()
        with writing(self.loom.engine) as connection:
            if isinstance(outcome, Sent):
                done(connection, tenant, delivery.id, self.name, now)
            else:
                failed(connection, tenant, delivery, self.name, now, outcome)
        names = {Sent: "sent", Retry: "retry", Dead: "dead"}
        given_up = isinstance(outcome, Retry) and delivery.attempts + 1 >= MOST_ATTEMPTS
        return Done(
            tenant=tenant,
            what="hook" if delivery.channel == HOOK else "mail",
            outcome="dead" if given_up else names[type(outcome)],
            about=delivery.recipient or delivery.source,
            reason=getattr(outcome, "reason", ""),
        )

    # ── timers ─────────────────────────────────────────────────────────────────────────────

    def _timers(self, tenant: str) -> Iterator[Done]:
        with reading(self.loom.engine) as connection:
            due = timers.due_timers(connection, tenant, self.loom.clock())
        for timer in due:
            yield self._fire(tenant, timer)

    def _fire(self, tenant: str, due: DueTimer) -> Done:
        actor = attrs.evolve(_WORKER, id=f"system:timer:{due.timer}")
        about = f"{due.timer} of {due.subject}"
        try:
            outcome = self.loom.run(tenant, actor, lambda desk: _fired(desk, due))
        except OrderloomError as error:
            later = self.loom.clock() + _RETRY_TIMER
            with writing(self.loom.engine) as connection:
                timers.set_timer(connection, tenant, due.subject, due.timer, later)
            return Done(
                tenant=tenant, what="timer", outcome="refused", about=about, reason=str(error)
            )
        return Done(tenant=tenant, what="timer", outcome=outcome, about=about)

    # ── upkeep ─────────────────────────────────────────────────────────────────────────────

    def _seal(self, tenant: str) -> Iterator[Done]:
        with writing(self.loom.engine) as connection:
            count = seals.seal(connection, tenant, self.loom.clock())
        if count:
            yield Done(tenant=tenant, what="seal", outcome=str(count))

    def _expire(self, tenant: str) -> Iterator[Done]:
        now = self.loom.clock()
        with self._reader(tenant) as reader:
            keep = reader.reading.settings(CoreSettings)
        with writing(self.loom.engine) as connection:
            count = purge(connection, tenant, now - timedelta(days=keep.keep_outbox_days))
            count += idempotency.purge(
                connection, tenant, now - timedelta(days=keep.keep_idempotency_days)
            )
        if count:
            yield Done(tenant=tenant, what="purge", outcome=str(count))

    def _reader(self, tenant: str) -> AbstractContextManager[Reader]:
        return self.loom.reader(tenant, _WORKER)


def mail_settings(reader: Reader) -> MailSettings:
    """How a tenant's mail leaves, its password resolved now.

    Raises:
        Refused: [mail.*], [settings.secret_missing] it cannot leave like this.
    """
    core = reader.reading.settings(CoreSettings)
    return MailSettings(
        sender=core.mail_sender or "no-reply@orderloom.invalid",
        sender_name=core.mail_sender_name or reader.tenant.title,
        transport=core.mail_transport,
        folder=core.mail_folder,
        host=core.smtp_host,
        port=core.smtp_port,
        tls=core.smtp_tls,
        username=core.smtp_username,
        password=core.smtp_password.resolve() if core.smtp_password else "",
        timeout=core.smtp_timeout_seconds,
    )


def _of_event(reader: Reader, id: UUID) -> tuple[Event, Subject]:
    """An event and its subject as it was right after it."""
    event = events.one(reader.reading.connection, reader.tenant.key, id)
    if event is None:
        raise NotFound("event", id)
    return event, reader.at(event.subject, event.version)


def _fired(desk: Desk, due: DueTimer) -> str:
    """Perform what a timer is for, if it is still due and the subject still rests there."""
    if not timers.take(desk.reading.connection, desk.tenant.key, due):
        return "passed"
    subject = desk.get(due.subject)
    merged = desk.assembly.lifecycles.get(subject.type)
    if merged is None:
        raise NotFound("type", subject.type, _SWITCH)
    timer = next((one for one in merged.lifecycle.timers if one.name == due.timer), None)
    if timer is None or timer.source != subject.status:
        return "passed"
    desk.perform(due.subject, timer.action, reason=f"timer {timer.name}")
    return "run"
