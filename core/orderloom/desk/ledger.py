"""Subjects and their histories in one open transaction: loading, appending, owing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderloom.attachments import FileStore
from orderloom.desk.context import Context
from orderloom.errors import NotFound, Problem, Refused
from orderloom.notify import call_rows, owe, owed_messages, problems_of
from orderloom.notify.webhooks import webhook_rows
from orderloom.orders.commands import NewOrder, NewSubject
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events, subjects, timers
from orderloom.store.batch import Along, Held
from orderloom.store.schema import deliveries
from orderloom.store.subjects import Stored
from orderloom.values import User, uuid7


@attrs.frozen
class Cause:
    """The event whose hooks are running, and how deep they are nested."""

    event: UUID | None = None
    depth: int = 0


@attrs.define
class Progress:
    """How far the running command got; shared with the commands of its hooks.

    Attributes:
        written: it began to write, so that an error leaves a transaction fit only for rolling back.
        begun: it is meant to write, so that what its limits count may be locked.
        placed: what hooks placed because of it.
    """

    written: bool = False
    begun: bool = False
    placed: list[SubjectRef] = attrs.field(factory=list)


@attrs.define(slots=False, eq=False, kw_only=True)
class Ledger(Context):
    """A context that can append to histories.

    Attributes:
        tables: tables rows of which may be claimed, by name.
        clock: gives every command its one instant.
        cause: set while hooks run.
        latest: what the running command wrote, by subject.
        held: the tenant, once something is written.
        progress: of the running command.
        files: where the bytes of attachments lie.
    """

    tables: Mapping[str, sa.Table]
    clock: Callable[[], datetime]
    cause: Cause = Cause()
    latest: dict[SubjectRef, Stored] = attrs.field(factory=dict)
    held: Held = attrs.field(
        default=attrs.Factory(lambda self: Held(self.state.tenant.key), takes_self=True)
    )
    progress: Progress = attrs.field(factory=Progress)
    files: FileStore

    def hidden(self, subject: Subject) -> tuple[str, ...]:
        """What the actor may not see of a subject; what hooks do in his stead, they see all of."""
        return () if self.cause.depth else super().hidden(subject)

    def hidden_of_new(self, new: NewOrder | NewSubject) -> tuple[str, ...]:
        """What the actor would not see of an order that is to be placed; a hook sees all."""
        return () if self.cause.depth else super().hidden_of_new(new)

    @property
    def counting_locked(self) -> bool:
        """Whether what limits count may be locked: while a command is meant to write."""
        return self.progress.begun

    def begin_command(self) -> None:
        """Give the next command its instant."""
        self.now = self.clock()
        self.__dict__.pop("today", None)
        self.progress.written = self.progress.begun = False
        self.progress.placed.clear()
        self.looked_up.clear()
        self.latest.clear()

    @staticmethod
    def salt() -> str:
        """Unguessable text for the digest of an event's personal part."""
        return secrets.token_hex(16)

    def load(self, ref: SubjectRef, *, lock: bool = False) -> Stored:
        """A subject of the tenant.

        Raises:
            NotFound: there is none.
        """
        stored = subjects.load(self.connection, self.tenant.key, ref, lock=lock)
        if stored is None:
            raise NotFound(ref.kind, ref.id)
        return self._presented(stored)

    def hold(self, seen: Stored) -> Stored:
        """A subject that was loaded, locked: as it is now.

        Raises:
            NotFound: it was purged meanwhile.
        """
        stored = subjects.hold(self.connection, self.tenant.key, seen)
        if stored is None:
            raise NotFound(seen.subject.kind, seen.subject.id)
        return stored if stored is seen else self._presented(stored)

    def _presented(self, stored: Stored) -> Stored:
        present = self.present(stored.subject)
        return stored if present is stored.subject else attrs.evolve(stored, subject=present)

    # ── facts beside the content ───────────────────────────────────────────────────────────

    def append(self, ref: SubjectRef, name: str, body: dict[str, Any], **more: Any) -> Event:
        """Append a fact that leaves the subject's version as it is; it is owed like any other.

        Args:
            ref: of the subject.
            name: of the event.
            body: of the event.
            more: further fields of the event, such as `reason` and `personal`.

        Raises:
            Refused: somebody who is to hear of it cannot be reached; nothing was written.
        """
        stored = self.load(ref, lock=True)
        return self.write(stored, self.fact(stored.subject, name, body, **more))

    def fact(self, subject: Subject, name: str, body: dict[str, Any], **more: Any) -> Event:
        """The event of a fact, not yet chained.

        Raises:
            Refused: somebody who is to hear of it cannot be reached.
        """
        event = self.drafted(subject, name, body, **more)
        if problems := self.unreachable(event, subject):
            raise Refused(problems)
        return event

    def drafted(self, subject: Subject, name: str, body: dict[str, Any], **more: Any) -> Event:
        """The event of a fact, whoever can hear of it."""
        return Event(
            id=uuid7(self.now),
            subject=subject.ref,
            seq=0,
            at=self.now,
            actor=self.actor.id,
            name=name,
            version=subject.version,
            lifecycle=subject.lifecycle,
            cause=self.cause.event,
            body=body,
            **more,
        )

    def write(self, stored: Stored, event: Event) -> Event:
        """Chain and write a fact; what is owed because of it is owed from now on."""
        self.progress.written = True
        chained = events.chain(stored.head, (event,), self.salt)
        ref = stored.subject.ref
        along = self.along([(chained[-1], stored.subject)])
        self.latest[ref] = subjects.append(
            self.connection, self.tenant.key, stored, chained, along=along
        )
        self.owe(chained[-1], stored.subject)
        return chained[-1]

    def lets_know(self, user: User, subject: Subject, permission: str = "") -> bool:
        """Whether a user may know of a subject as the running command has left it so far."""
        stored = self.latest.get(subject.ref)
        return super().lets_know(user, subject if stored is None else stored.subject, permission)

    # ── what follows an event ──────────────────────────────────────────────────────────────

    def unreachable(self, event: Event, subject: Subject) -> tuple[Problem, ...]:
        """Why somebody who is to hear of an event could not."""
        if not self.assembly.notifications:
            return ()
        return problems_of(event, subject, self.assembly, self)

    def along(self, happened: Iterable[tuple[Event, Subject]]) -> Along:
        """What is written along with events: what owes them to `after_*` hooks and webhooks."""
        tenant, assembly, endpoints = self.tenant.key, self.assembly, self.state.webhooks
        rows = [
            row
            for told in happened
            for row in (
                *call_rows(tenant, *told, assembly),
                *webhook_rows(tenant, *told, endpoints, self.heard),
            )
        ]
        return Along({deliveries: rows}, self.held)

    def owe(self, event: Event, subject: Subject) -> None:
        """Owe the messages a written event brings about, as the world is after its hooks."""
        if not self.assembly.notifications:
            return
        if messages := owed_messages(event, subject, self.assembly, self):
            owe(self.connection, self.tenant.key, messages)

    def set_timers(self, before: Subject | None, after: Subject) -> None:
        """Start the timers of the status a subject now rests in, stop those of the one it left."""
        at = (self.connection, self.tenant.key, after.ref)
        lifecycle = self.assembly.lifecycles[after.type].lifecycle
        for timer in lifecycle.timers:
            facet = lifecycle.action(timer.action).facet
            left, rests = _rests(before, facet), _rests(after, facet)
            if left == rests:
                continue
            if timer.source == rests:
                timers.set_timer(*at, timer.name, self.now + timer.after)
            elif timer.source == left:
                timers.clear_timer(*at, timer.name)


def _rests(subject: Subject | None, facet: str) -> str:
    """The status whose timers run; none for a subject that is deleted or not there yet."""
    if subject is None or subject.deleted_at is not None:
        return ""
    return subject.facet(facet) if facet else subject.status
