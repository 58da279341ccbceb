"""The worker: sends what is owed, runs due timers, seals histories, forgets what has expired.

The database is the truth: any number of workers may run, each takes leases, and one that dies
leaves nothing behind but leases that expire. What was being sent at that moment is sent again
under the same Message-ID or event id.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID, uuid4

import attrs

from orderloom import attachments
from orderloom.approvals import ESCALATE, EXPIRE
from orderloom.desk import Desk, Reader
from orderloom.desk.digesting import gathered
from orderloom.desk.enclosing import fetched, named, names_files
from orderloom.desk.telling import happened, message
from orderloom.desk.webhooks import rules_of
from orderloom.errors import Conflict, NotFound, OrderloomError, Refused
from orderloom.lifecycle import Lifecycle, Timer
from orderloom.loom import Orderloom
from orderloom.notify import (
    HOOK,
    MAIL,
    Delivery,
    Enclosed,
    File,
    MailSettings,
    Outcome,
    Retry,
    Sent,
    done,
    failed,
    in_groups,
    is_over,
    lease,
    purge,
    send_batch,
    transport_of,
)
from orderloom.notify.digests import waiting_recipients, with_entries
from orderloom.notify.inbox import purge_inbox
from orderloom.notify.webhooks import WEBHOOK, Endpoint, Rules
from orderloom.notify.webhooks.sending import Made, Sending
from orderloom.orders.approvals import WAITING
from orderloom.orders.subject import Subject
from orderloom.store import due, idempotency, seals, timers, versions
from orderloom.store.engine import reading, writing
from orderloom.store.timers import DueTimer
from orderloom.tenants import CoreSettings, keys
from orderloom.values import Actor, Grant

BATCH = 50  # mails, sent well within the lease, even by a slow server
_PURGE_EVERY = timedelta(hours=1)
_SWEEP_EVERY = timedelta(days=1)
_RETRY_TIMER = timedelta(minutes=15)  # a refused timer asks again; someone may have lifted it
_SWITCH: Final = "To let its timers run, switch its module on."
_WORKER: Final = Actor("system:worker", (Grant("admin"),))
_IN_VAIN: Final = ("refused", "failed")


@attrs.frozen(kw_only=True)
class Done:
    """One thing a worker did.

    Attributes:
        tenant: where.
        what: "mail", "digest", "webhook", "hook", "timer", "seal", "purge" or "files"; "delivery"
            or "look" when not even leasing or looking for work went well.
        outcome: "sent", "retry", "dead", "quarantined", "disabled", "run", "passed", a count; or
            that something went wrong: "refused" until a person mends it, "failed" if the next round
            may go better.
        about: recipient, module and hook, timer.
        reason: why it was not done.
    """

    tenant: str
    what: str
    outcome: str
    about: str = ""
    reason: str = ""


_Step = Callable[[str], Iterator[Done]]


class Worker:
    """One worker of one installation; several may run, in threads, processes or machines.

    What goes wrong in one tenant is told and holds up no other one.

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
        self._purged: dict[str, datetime] = {}
        self._swept: dict[str, datetime] = {}
        self._trouble = ""

    def run(self, stop: threading.Event, *, pause: float = 1.0) -> None:
        """Work until `stop` is set; looks for work again `pause` seconds after finding none.

        A database that cannot be asked is told once and asked again after each pause.
        """
        while not stop.is_set():
            done = self._work(self._looked())
            if all(one.outcome in _IN_VAIN for one in done):
                stop.wait(pause)

    def once(self, *, tenant: str = "") -> list[Done]:
        """Do everything that is due now, for one tenant or all; answers what was done.

        Raises:
            NotFound: there is no such tenant.
            Refused: [store.*] the database cannot be used; [settings.*] nor can the settings of
                the tenant.
        """
        if tenant:
            with self._reader(tenant) as reader:  # told before anything is leased
                reader.reading.settings(CoreSettings)
        return self._work(self._look(tenant))

    # ── rounds ─────────────────────────────────────────────────────────────────────────────

    def _look(self, tenant: str = "") -> list[tuple[str, str, _Step]]:
        """The steps there are to do; one look at all tenants, which locks nothing."""
        now = self.loom.clock()
        with reading(self.loom.engine) as connection:
            versions.check_not_newer(connection)
            busy = due.waiting(connection, now)
            known = [tenant] if tenant else keys(connection)
        found: list[tuple[str, str, _Step]] = []
        for key in known:
            if key in busy:
                found += [
                    (key, "timer", self._timers),
                    (key, "digest", self._gather),
                    (key, "delivery", self._deliveries),
                    (key, "seal", self._seal),
                ]
            if key not in self._purged or now - self._purged[key] >= _PURGE_EVERY:
                self._purged[key] = now
                found.append((key, "purge", self._expire))
            if key not in self._swept or now - self._swept[key] >= _SWEEP_EVERY:
                self._swept[key] = now
                found.append((key, "files", self._sweep))
        return found

    def _looked(self) -> list[tuple[str, str, _Step]]:
        """The steps there are to do; none if that cannot be found out now."""
        try:
            found = self._look()
        except Exception as error:
            outcome, reason = _gone_wrong(error)
            if reason != self._trouble:
                self._tell(Done(tenant="", what="look", outcome=outcome, reason=reason))
            self._trouble = reason
            return []
        self._trouble = ""
        return found

    def _work(self, steps: list[tuple[str, str, _Step]]) -> list[Done]:
        finished: list[Done] = []
        for tenant, what, step in steps:
            for one in _contained(tenant, what, step):
                finished.append(one)
                self._tell(one)
        return finished

    # ── deliveries ─────────────────────────────────────────────────────────────────────────

    def _deliveries(self, tenant: str) -> Iterator[Done]:
        while mails := self._lease(tenant, MAIL, BATCH):
            yield from self._mail(tenant, mails)
        yield from _contained(tenant, WEBHOOK, self._webhooks)  # hooks go on
        # One at a time: nobody knows how long a hook takes, and each has the whole lease.
        while hooks := self._lease(tenant, HOOK, 1):
            for delivery in hooks:
                yield self._settle(tenant, delivery, self._react(tenant, delivery))

    def _gather(self, tenant: str) -> Iterator[Done]:
        """Owe one mail for what waited for each recipient until his hour or day was full."""
        with reading(self.loom.engine, tenant) as connection:
            recipients = waiting_recipients(connection, tenant, self.loom.clock())
        for one in recipients:
            gather = partial(gathered, recipient=one)
            while count := self.loom.run(tenant, _WORKER, gather):
                yield Done(tenant=tenant, what="digest", outcome=str(count), about=one)

    def _lease(self, tenant: str, channel: str, limit: int) -> tuple[Delivery, ...]:
        with writing(self.loom.engine, tenant) as connection:
            return lease(connection, tenant, self.name, self.loom.clock(), channel, limit)

    def _mail(self, tenant: str, mails: tuple[Delivery, ...]) -> Iterator[Done]:
        try:
            with self._reader(tenant) as reader:
                settings = mail_settings(reader)
                at = (reader.reading.connection, tenant, reader.tenant.title)
                mails = tuple(with_entries(*at, mails))
            transport = transport_of(settings)
        except Refused as refusal:
            for delivery in mails:
                yield self._settle(tenant, delivery, Retry(f"Mail is not set up: {refusal}"))
            return

        def enclosed(delivery: Delivery) -> Enclosed:
            return self._enclosed(tenant, delivery)

        for group in in_groups(send_batch(mails, transport, enclosed, settings)):
            yield from self._settle_all(tenant, group)

    def _webhooks(self, tenant: str) -> Iterator[Done]:
        """Let each endpoint that is owed something have its turn, until nothing quick is left."""

        def rules() -> Rules:
            with self._reader(tenant) as reader:
                return rules_of(reader.reading.settings(CoreSettings))

        def tell(endpoint: Endpoint, batch: Iterable[Delivery]) -> list[Made]:
            with self._reader(tenant) as reader:
                return [message(reader, endpoint, one) for one in batch]

        sending = Sending(
            engine=self.loom.engine,
            tenant=tenant,
            worker=self.name,
            clock=self.loom.clock,
            rules=rules,
            tell=tell,
        )
        slow: set[str] = set()
        while waiting := [one for one in sending.waiting() if one not in slow]:
            for source in waiting:
                turn = sending.turn(source)
                yield from (_done(tenant, *one) for one in turn.done)
                if turn.slow:
                    slow.add(source)
                if turn.hopeless:
                    yield self._disable(tenant, source, turn.hopeless)

    def _disable(self, tenant: str, source: str, reason: str) -> Done:
        name = source.partition(":")[2]
        with suppress(NotFound):  # it was removed meanwhile
            self.loom.run(tenant, _WORKER, lambda desk: desk.webhooks.disable(name, reason))
        return Done(tenant=tenant, what=WEBHOOK, outcome="disabled", about=source, reason=reason)

    def _enclosed(self, tenant: str, delivery: Delivery) -> Enclosed:
        return Enclosed(self._document(tenant, delivery), self._files(tenant, delivery))

    def _document(self, tenant: str, delivery: Delivery) -> tuple[File, ...]:
        if delivery.document_id is None:
            return ()
        with self.loom.desk(tenant, _WORKER) as desk:
            rendered = desk.render(delivery.document_id)
        return ((rendered.name, rendered.mime, rendered.content),)

    def _files(self, tenant: str, delivery: Delivery) -> tuple[File, ...]:
        if not names_files(delivery):
            return ()
        with reading(self.loom.engine, tenant) as connection:
            files = named(connection, tenant, delivery)
        return tuple(fetched(self.loom.files, tenant, files, delivery))  # no transaction waits

    def _react(self, tenant: str, delivery: Delivery) -> Outcome:
        """Run the `after_*` hook of one module for one event."""
        module, _, hook = delivery.source.partition(":")
        try:
            with self._reader(tenant) as reader:
                event, subject = happened(reader, UUID(delivery.payload["event"]))
                hooks, now = reader.assembly.dispatcher, reader.tenant
                running = reader.assembly.order
            if module not in running:
                text = "Module {0} does not run now. To have it hear of this, switch it on again."
                return Retry(text.format(module), counts=False)
            args = {"event": event, "subject": subject, "order": subject, "tenant": now}
            hooks.each(hook, module, type=subject.type, **args)
        except OrderloomError as error:
            return Retry(str(error))
        except Exception as error:  # whatever it is, it must count as an attempt
            return Retry(f"{type(error).__name__}: {error}")
        return Sent()

    def _settle(self, tenant: str, delivery: Delivery, outcome: Outcome) -> Done:
        (settled,) = self._settle_all(tenant, [(delivery, outcome)])
        return settled

    def _settle_all(self, tenant: str, outcomes: Iterable[tuple[Delivery, Outcome]]) -> list[Done]:
        now = self.loom.clock()
        with writing(self.loom.engine, tenant) as connection:
            for delivery, outcome in outcomes:
                if isinstance(outcome, Sent):
                    done(connection, tenant, delivery.id, self.name, now)
                else:
                    failed(connection, tenant, delivery, self.name, now, outcome)
        return [_done(tenant, delivery, outcome) for delivery, outcome in outcomes]

    # ── timers ─────────────────────────────────────────────────────────────────────────────

    def _timers(self, tenant: str) -> Iterator[Done]:
        with reading(self.loom.engine, tenant) as connection:
            found = timers.due_timers(connection, tenant, self.loom.clock())
        for timer in found:
            yield self._fire(tenant, timer)

    def _fire(self, tenant: str, timer: DueTimer) -> Done:
        actor = attrs.evolve(_WORKER, id=f"system:timer:{timer.timer}")
        reason = ""
        try:
            outcome = self.loom.run(tenant, actor, lambda desk: _fired(desk, timer))
        except Exception as error:  # whatever it is, the other timers go on
            outcome, reason = _gone_wrong(error)
            if not _retryable(error):
                with writing(self.loom.engine, tenant) as connection:
                    timers.postpone(connection, tenant, timer, self.loom.clock() + _RETRY_TIMER)
        about = f"{timer.timer} of {timer.subject}"
        return Done(tenant=tenant, what="timer", outcome=outcome, about=about, reason=reason)

    # ── upkeep ─────────────────────────────────────────────────────────────────────────────

    def _seal(self, tenant: str) -> Iterator[Done]:
        with writing(self.loom.engine, tenant) as connection:
            count = seals.seal(connection, tenant, self.loom.clock())
        if count:
            yield Done(tenant=tenant, what="seal", outcome=str(count))

    def _expire(self, tenant: str) -> Iterator[Done]:
        now = self.loom.clock()
        with self._reader(tenant) as reader:
            keep = reader.reading.settings(CoreSettings)
        with writing(self.loom.engine, tenant) as connection:
            count = purge(connection, tenant, now - timedelta(days=keep.keep_outbox_days))
            count += purge_inbox(connection, tenant, now - timedelta(days=keep.keep_inbox_days))
            count += idempotency.purge(
                connection, tenant, now - timedelta(days=keep.keep_idempotency_days)
            )
        if count:
            yield Done(tenant=tenant, what="purge", outcome=str(count))

    def _sweep(self, tenant: str) -> Iterator[Done]:
        def named(ids: Collection[UUID]) -> set[UUID]:
            with reading(self.loom.engine, tenant) as connection:
                return attachments.named(connection, tenant, ids)

        if count := attachments.sweep(self.loom.files, tenant, self.loom.clock(), named):
            yield Done(tenant=tenant, what="files", outcome=str(count))

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


def _fired(desk: Desk, found: DueTimer) -> str:
    """Perform what a timer is for, if it is still due and the subject still rests there.

    Locks as every other command does: what is claimed, the subject, and the timer last.
    """
    at = (desk.reading.connection, desk.tenant.key)
    subject = desk.get(found.subject)
    if found.timer in _OVERDUE:
        return _overdue(desk, subject, found)
    merged = desk.assembly.lifecycles.get(subject.type)
    if merged is None:
        raise NotFound("type", subject.type, _SWITCH)
    timer = next((one for one in merged.lifecycle.timers if one.name == found.timer), None)
    if timer is None or timer.source != _stands(subject, merged.lifecycle, timer):
        timers.take(*at, found)
        return "passed"
    if not timers.stands(*at, found):
        return "passed"
    with _of_version(subject):
        desk.perform(subject, timer.action, reason=f"timer {timer.name}")
    timers.take(*at, found)
    return "run"


def _overdue(desk: Desk, subject: Subject, found: DueTimer) -> str:
    """Escalate or expire what waits for approval, if it still does and is still due."""
    at = (desk.reading.connection, desk.tenant.key)
    request = desk.approval(subject)
    if request is None or request.state != WAITING or not timers.stands(*at, found):
        timers.take(*at, found)
        return "passed"
    with _of_version(subject):
        _OVERDUE[found.timer](desk, subject)
    timers.take(*at, found)
    return "run"


@contextmanager
def _of_version(subject: Subject) -> Iterator[None]:
    """Look anew if somebody is faster: what the subject was due for, it may not be any more."""
    try:
        yield
    except Conflict as conflict:
        if conflict.seen is not subject:
            raise
        raise Conflict(conflict.message, retryable=True) from conflict


_OVERDUE: Final[dict[str, Callable[[Desk, Subject], object]]] = {
    ESCALATE: Desk.escalate,
    EXPIRE: Desk.expire,
}


def _stands(subject: Subject, lifecycle: Lifecycle, timer: Timer) -> str:
    """The status a timer is about: of the subject, or of the facet its action moves."""
    facet = lifecycle.action(timer.action).facet
    return subject.facet(facet) if facet else subject.status


def _done(tenant: str, delivery: Delivery, outcome: Outcome) -> Done:
    """What a worker did with a delivery."""
    over = "quarantined" if delivery.channel == HOOK else "dead"
    tried = over if is_over(delivery, outcome) else "retry"
    named = delivery.source if delivery.channel == WEBHOOK else delivery.recipient
    return Done(
        tenant=tenant,
        what=delivery.channel,
        outcome="sent" if isinstance(outcome, Sent) else tried,
        about=named or delivery.source,
        reason=getattr(outcome, "reason", ""),
    )


def _contained(tenant: str, what: str, step: _Step) -> Iterator[Done]:
    """What a step does, and what stops it."""
    try:
        yield from step(tenant)
    except Exception as error:  # whatever it is, the other steps and tenants go on
        outcome, reason = _gone_wrong(error)
        yield Done(tenant=tenant, what=what, outcome=outcome, reason=reason)


def _gone_wrong(error: Exception) -> tuple[str, str]:
    """Outcome and reason of what did not go well."""
    if not isinstance(error, OrderloomError):
        return "failed", f"{type(error).__name__}: {error}"
    return "failed" if _retryable(error) else "refused", str(error)


def _retryable(error: Exception) -> bool:
    return isinstance(error, Conflict) and error.retryable
