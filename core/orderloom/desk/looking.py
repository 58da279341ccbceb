"""What can be found and told: get, find, count, history, inbox; rights are checked at each."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

import attrs

from orderloom.decide import right_problems
from orderloom.desk import inboxes
from orderloom.desk.administration import AUDIT, MANAGE
from orderloom.desk.execution import Execution
from orderloom.desk.granting import managing_of
from orderloom.desk.lookups import Lookups
from orderloom.desk.seeing import shown, visible
from orderloom.desk.veiling import Veil, unveiled
from orderloom.directory import TenantDirectory
from orderloom.errors import Forbidden, NotFound
from orderloom.lifecycle import Status
from orderloom.modules.contributions import Tenant
from orderloom.notify import Delivery, InboxEntry, list_deliveries
from orderloom.notify.delivery import STATES
from orderloom.orders.events import Event
from orderloom.orders.hiding import masked, masked_event
from orderloom.orders.listed import Listed
from orderloom.orders.notes import Note, notes_of
from orderloom.orders.replay import at_version
from orderloom.orders.subject import ORDER, TENANT, Subject, SubjectRef
from orderloom.orders.unfit import counted, unfit
from orderloom.store import events, find
from orderloom.store.find import Count, Page, Query
from orderloom.store.query import whole_number
from orderloom.store.verify import Verification, verify
from orderloom.values import Actor, id_of


class Looking:
    """What can be found and told in one tenant, by one actor, in one transaction."""

    def __init__(self, execution: Execution) -> None:
        self._do = execution
        self._readable = dict[SubjectRef, tuple[str, ...]]()  # what `get` answered: what is hidden
        self._veils = dict[SubjectRef, Veil]()  # and what happened that does not show

    @property
    def tenant(self) -> Tenant:
        """The tenant this door opens to."""
        return self._do.tenant

    @property
    def actor(self) -> Actor:
        """Who is asking."""
        return self._do.actor

    @property
    def assembly(self) -> Any:
        """What the tenant's modules contribute: types, lifecycles, documents, fields …."""
        return self._do.assembly

    @property
    def reading(self) -> Execution:
        """What hooks get; for module code that works outside a hook."""
        return self._do

    @property
    def directory(self) -> TenantDirectory:
        """Parties, products, units, projects and users the actor may know of (`Lookups`)."""
        return TenantDirectory(self._do.connection, self.tenant.key, self._lookups)

    @property
    def _lookups(self) -> Lookups:
        managing = partial(managing_of, self._do.assembly, self._do)
        return Lookups(self._do.directory, self.actor, self._do.assembly, managing)

    # ── one ────────────────────────────────────────────────────────────────────────────────

    def get(self, id: UUID | str | SubjectRef, *, kind: str = ORDER) -> Any:
        """A subject by id (an order unless another kind is named), deleted ones included.

        What the actor may not see of an order (`Guarded`) is absent, and named by its `hidden`;
        so it is in whatever else is answered.

        Raises:
            NotFound: there is none, or the actor may not read it.
            Forbidden: it is the tenant itself, and he may not read it.
            Refused: [id.malformed].
        """
        ref = id if isinstance(id, SubjectRef) else SubjectRef(kind, id_of(id, "id"))
        return masked(self._whole(ref), self._readable[ref])

    def _whole(self, ref: SubjectRef) -> Subject:
        """A subject the actor may read, with all that is hidden from him.

        Raises:
            NotFound: there is none, or the actor may not read it.
            Forbidden: it is the tenant itself, which is no secret, and he may not read it.
        """
        subject = self._do.load(ref).subject
        if not self._do.may_read(subject):
            if ref.kind == TENANT:
                self._need(subject, "read")
            raise NotFound(ref.kind, ref.id)
        self._readable[ref] = self._do.hidden(subject)
        self._veils[ref] = self._do.veil(self.actor, subject)
        return subject

    def by_number(self, number: str, *, kind: str = ORDER) -> Any:
        """The subject with a human number.

        Raises:
            NotFound: there is none, or the actor may not read it.
        """
        page = self.find(Query(kind=kind, number=number), limit=1)
        if not page.items:
            raise NotFound(kind, number, "To see what there is, list them (orderloom order list).")
        return page.items[0]

    def status(self, subject: Subject | Listed) -> Status:
        """The status a subject is in, with title and traits.

        For a type whose module is off it comes from the lifecycle as it was stored when the
        subject last moved.

        Raises:
            NotFound: its lifecycle has no such status.
        """
        return self._do.status(subject)

    def _need(self, subject: Subject, command: str, permission: str = "") -> None:
        needed = permission or self._do.permission(subject, command)
        if problems := tuple(right_problems(needed, subject, self._do.assembly, self._do)):
            raise Forbidden(problems)

    def _need_sight(self, subject: Subject, document: str) -> None:
        if problems := tuple(self._do.unseen_document(document, subject)):
            raise Forbidden(problems)

    # ── many ───────────────────────────────────────────────────────────────────────────────

    def find(
        self, query: Query | None = None, *, after: str | None = None, limit: int = 25
    ) -> Page[Subject]:
        """A page of whole subjects, newest first, by keyset; `list` is made for screens.

        Args:
            query: filters; None finds all orders.
            after: the `next` of the page before.
            limit: 1 to 1,000.

        Raises:
            Refused: [find.bad_cursor], [find.limit], [text.*] and other malformed filters.
            Forbidden: no grant lets the actor read anything of that kind; [field.hidden] it filters
                by what is hidden from him.
        """
        confined = visible(query or Query(), self._do.assembly, self.actor)
        page = find.find(self._do.connection, self.tenant.key, confined, after=after, limit=limit)
        present = (self._do.present(item) for item in page.items)
        readable = filter(self._do.may_read, present)
        return attrs.evolve(page, items=tuple(map(self._do.seen, readable)))

    def list(
        self, query: Query | None = None, *, after: str | None = None, limit: int = 25
    ) -> Page[Listed]:
        """A page of what lists show of subjects: the same ones as `find`, several times as fast.

        Args:
            query: filters; None finds all orders.
            after: the `next` of the page before, be it of `list` or of `find`.
            limit: 1 to 1,000.

        Raises:
            Refused, Forbidden: as `find`.
        """
        confined = visible(query or Query(), self._do.assembly, self.actor)
        page = find.listed(self._do.connection, self.tenant.key, confined, after=after, limit=limit)
        known = shown(page.items, confined, self._do)
        return Page(self._do.seen_rows(known), page.next)

    def count(self, query: Query | None = None, *, bound: int = 1000) -> Count:
        """How many subjects a query finds, counted up to a bound ("1,000+").

        Raises:
            Refused, Forbidden: as `find`.
        """
        confined = visible(query or Query(), self._do.assembly, self.actor)
        return find.count(self._do.connection, self.tenant.key, confined, bound=bound)

    # ── history ────────────────────────────────────────────────────────────────────────────

    def history(
        self, subject: Subject | SubjectRef, *, since: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        """The events of a subject, oldest first, those after `since`.

        What happened while it was in a status that does not show to the actor is left out.

        Raises:
            Refused: [input.unfit] `since` or `limit` is no number.
        """
        ref = self._ref(subject)
        start = counted(since, "since")
        most = None if limit is None else counted(limit, "limit")
        found = self._events(ref, since=start, limit=most)
        hidden = self._readable[ref]
        return tuple(masked_event(one, hidden) for one in found) if hidden else found

    def _events(
        self, ref: SubjectRef, *, since: int = 0, limit: int | None = None
    ) -> tuple[Event, ...]:
        self._check_readable(ref)
        at = (self._do.connection, self.tenant.key, ref)
        if not (veil := self._veils[ref]):
            return events.history(*at, since=since, limit=limit)
        shown = (one for one in unveiled(events.history(*at), veil) if one.seq > since)
        return tuple(islice(shown, limit))

    def notes(self, subject: Subject | SubjectRef) -> tuple[Note, ...]:
        """What was written about a subject, by hand or as an action's option `note`."""
        return notes_of(self.history(subject))

    def _check_readable(self, ref: SubjectRef) -> None:
        """Make sure that the actor may read a subject: in one snapshot once is enough."""
        if ref not in self._readable:
            self._whole(ref)

    def at(self, subject: Subject | SubjectRef, version: int) -> Any:
        """The subject as it was at one of its versions.

        Raises:
            NotFound: it never had that version, or none that shows to the actor.
            Refused: [input.unfit] the version is no number.
        """
        ref, version = self._ref(subject), counted(version, "version")
        self._check_readable(ref)
        then = at_version(events.history(self._do.connection, self.tenant.key, ref), version)
        if then.status in self._veils[ref].statuses:
            raise NotFound("version", version, "To read one, name a version of its history.")
        return masked(self._do.present(then), self._readable[ref])

    def _ref(self, given: Subject | SubjectRef | UUID | str) -> SubjectRef:
        if isinstance(given, Subject):
            return given.ref
        return given if isinstance(given, SubjectRef) else SubjectRef(ORDER, id_of(given, "id"))

    def verify(self) -> Verification:
        """Read the whole history of the tenant and say what does not fit together.

        Raises:
            Forbidden: the permission `tenant.audit` is missing.
        """
        self._need_for_tenant(AUDIT)
        return verify(self._do.connection, self.tenant.key)

    def deliveries(self, state: str | None = None, *, limit: int = 25) -> tuple[Delivery, ...]:
        """The newest deliveries, all or those "owed", "done" or "dead".

        Raises:
            Forbidden: the permission `tenant.manage` is missing.
            Refused: [find.limit] other than 1 to 1,000, [input.unfit] there is no such state.
        """
        self._need_for_tenant(MANAGE)
        most = whole_number(limit, "limit", 1000)
        if state is not None and state not in STATES:
            raise unfit("state", state, f"one of {', '.join(STATES)}")
        found = list_deliveries(self._do.connection, self.tenant.key, state, most)
        if self._do.guards_lacked():  # messages to others may tell of what is hidden from him
            return tuple(attrs.evolve(one, payload={}) for one in found)
        return found

    # ── what one was told ──────────────────────────────────────────────────────────────────

    def inbox(
        self, *, unread: bool = False, after: str | None = None, limit: int = 25
    ) -> Page[InboxEntry]:
        """What the actor was told in the application, newest first.

        Titles and texts are as they were written then. What is about a subject he may not read
        now is left out, so that a page may be shorter than its limit.

        Args:
            unread: only what he did not mark as read.
            after: the `next` of the page before.
            limit: 1 to 1,000.

        Raises:
            Refused: [find.limit], [find.bad_cursor].
        """
        return inboxes.page(self._do, unread=unread, after=after, limit=limit)

    def unread(self, *, bound: int = 100) -> Count:
        """How many messages of his inbox the actor has not read, up to a bound of at most 1,000."""
        return inboxes.count_unread(self._do, bound)

    def _need_for_tenant(self, permission: str) -> None:
        if problems := tuple(right_problems(permission, None, self._do.assembly, self._do)):
            raise Forbidden(problems)
