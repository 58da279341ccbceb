"""Reading doors: get, find, count, history, explain, preview; rights are checked at each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import attrs

from orderloom.approvals import ledger
from orderloom.approvals.policy import read_policy
from orderloom.approvals.simulation import Simulation
from orderloom.attachments import load
from orderloom.decide import UNASKED, Decision, right_problems
from orderloom.desk import filing, inboxes
from orderloom.desk.administration import AUDIT, MANAGE
from orderloom.desk.execution import Execution
from orderloom.desk.lookups import Lookups
from orderloom.desk.seeing import shown, visible
from orderloom.desk.simulating import simulate
from orderloom.desk.turns import to_approve
from orderloom.desk.veiling import Veil, unveiled
from orderloom.directory import TenantDirectory
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import Forbidden, ModuleFault, NotFound, Problem, Refused
from orderloom.lifecycle import START, Action, Status
from orderloom.modules.contributions import Tenant
from orderloom.notify import Delivery, InboxEntry, list_deliveries
from orderloom.notify.delivery import STATES
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.attachments import Attachment, Upload
from orderloom.orders.commands import Change, Edit, NewOrder, NewSubject, Perform, Place
from orderloom.orders.events import Event
from orderloom.orders.hiding import masked, masked_event, masked_request
from orderloom.orders.listed import Listed
from orderloom.orders.notes import Note, notes_of
from orderloom.orders.replay import at_version
from orderloom.orders.subject import ORDER, Subject, SubjectRef
from orderloom.orders.unfit import counted, unfit
from orderloom.store import events, find
from orderloom.store.find import Count, Page, Query
from orderloom.store.query import whole_number
from orderloom.store.verify import Verification, verify
from orderloom.values import Actor, id_of, instant_or_day


@attrs.frozen(kw_only=True)
class ActionView:
    """One action of the lifecycle as seen from a subject by an actor.

    Attributes:
        problems: everything that speaks against it now; empty means it is open.
        lifted_by: who or what can lift each of them, where known.
    """

    action: Action
    problems: tuple[Problem, ...]

    @property
    def allowed(self) -> bool:
        """Whether it can be performed now."""
        return not self.problems

    @property
    def lifted_by(self) -> tuple[str, ...]:
        """Who or what can lift the problems, where known."""
        return tuple(dict.fromkeys(p.lifted_by for p in self.problems if p.lifted_by))


class Reader:
    """Everything that can be looked at in one tenant, by one actor, in one transaction.

    Made by `Orderloom.reader` and, with writing doors added, by `desk` and `join`.
    """

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
        def managing() -> tuple[Problem, ...]:
            return tuple(right_problems(MANAGE, None, self._do.assembly, self._do))

        return Lookups(self._do.directory, self.actor, self._do.assembly, managing)

    # ── one ────────────────────────────────────────────────────────────────────────────────

    def get(self, id: UUID | str | SubjectRef, *, kind: str = ORDER) -> Any:
        """A subject by id (an order unless another kind is named), deleted ones included.

        What the actor may not see of an order (`Guarded`) is absent, and named by its `hidden`;
        so it is in whatever else is answered.

        Raises:
            NotFound: there is none, or the actor may not read it.
            Refused: [id.malformed].
        """
        ref = id if isinstance(id, SubjectRef) else SubjectRef(kind, id_of(id, "id"))
        return masked(self._whole(ref), self._readable[ref])

    def _whole(self, ref: SubjectRef) -> Subject:
        """A subject the actor may read, with all that is hidden from him.

        Raises:
            NotFound: there is none, or the actor may not read it.
        """
        subject = self._do.load(ref).subject
        if not self._do.may_read(subject):
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

    # ── deciding without writing ───────────────────────────────────────────────────────────

    def preview(
        self,
        target: NewOrder | NewSubject | Subject,
        what: str | Sequence[Edit] | Edit = "place",
        options: object = None,
        files: Upload | Iterable[Upload] = (),
    ) -> Decision:
        """What a command would do: the subject after it, or every problem; nothing is written.

        Args:
            target: something new, or the subject to act on.
            what: the action's name, or edits.
            options: of the action.
            files: that would come with it.
        """
        if isinstance(target, NewOrder | NewSubject):
            placing = Place(target, str(what))
            return self._do.seen_decision(self._do.decided(placing, None).decision)
        command = Perform(what, options, files=files) if isinstance(what, str) else Change(what)
        decision = self._do.decided(command, self._whole(target.ref)).decision
        return self._do.seen_decision(decision)

    def explain(self, subject: Subject | SubjectRef) -> tuple[ActionView, ...]:
        """Every action of the subject's lifecycle, open or not, with all that speaks against it.

        Options nobody has chosen yet are left open: hooks see `options=None`. A module that fails
        while it is asked counts as a problem of the action.
        """
        now = self._whole(self._ref(subject))
        merged = self._do.assembly.lifecycles.get(now.type)
        if merged is None:
            return ()
        return tuple(
            ActionView(action=action, problems=self._against(action, now))
            for action in merged.lifecycle.all_actions
            if START not in action.sources or len(action.sources) > 1
        )

    def _against(self, action: Action, now: Subject) -> tuple[Problem, ...]:
        try:
            asked = self._do.decided(Perform(action.name, UNASKED), now).decision
            return self._do.seen_problems(asked)
        except ModuleFault as fault:
            params = {"fault": fault}
            problem = Problem("module.fault", "{fault}", params=params, module=fault.module)
            return (attrs.evolve(problem, lifted_by="an admin"),)

    # ── attachments ────────────────────────────────────────────────────────────────────────

    def attachments(self, subject: Subject | SubjectRef) -> tuple[Attachment, ...]:
        """The files that belong to a subject, oldest first.

        Left out are those that came while it was in a status that does not show to the actor, and
        those of a kind that shows what he may not see (`Attaches.shows`).
        """
        return filing.visible(self._do, self._whole(self._ref(subject)))

    def attachment(self, id: UUID | str) -> Attachment:
        """One attachment by its id.

        Raises:
            NotFound: there is none, or `attachments` does not show it to the actor.
            Refused: [id.malformed].
        """
        wanted = id_of(id, "id")
        found = load(self._do.connection, self.tenant.key, wanted)
        with suppress(NotFound):
            for one in self.attachments(found.subject) if found is not None else ():
                if one.id == wanted:
                    return one
        raise NotFound("attachment", id)

    def file(self, attachment: Attachment | UUID | str) -> bytes:
        """The content of an attachment, byte for byte as it was attached.

        Hand it out to be saved (`Content-Disposition: attachment`, `X-Content-Type-Options:
        nosniff`): what a PDF does when it is opened nobody has looked at.

        Raises:
            NotFound: there is none, or `attachments` does not show it to the actor.
            Refused: [attachment.missing], [attachment.changed] its file is not the one that was
                attached; [attachment.not_read] the place it lies in does not answer.
        """
        id = attachment.id if isinstance(attachment, Attachment) else attachment
        return filing.read(self._do, self.attachment(id))

    # ── approvals ──────────────────────────────────────────────────────────────────────────

    def approval(self, subject: Subject | SubjectRef) -> ApprovalRequest | None:
        """What a subject waits for, or last waited for; None if it never did.

        Raises:
            NotFound: there is no such subject, or the actor may not read it.
        """
        now = self._whole(self._ref(subject))
        found = self._do.approval(now)
        if found is None or not self._do.knows_of(found, now):
            return None
        return masked_request(found, self._do.hidden(now))

    def approvals_of(self, subject: Subject | SubjectRef) -> tuple[ApprovalRequest, ...]:
        """Everything a subject waited for, oldest first.

        Raises:
            NotFound: there is no such subject, or the actor may not read it.
        """
        now = self._whole(self._ref(subject))
        found = ledger.of_subject(self._do.connection, self.tenant.key, now.ref)
        hidden = self._readable[now.ref]
        known = (one for one in found if self._do.knows_of(one, now))
        return tuple(masked_request(one, hidden) for one in known)

    def to_approve(
        self, *, after: UUID | str | None = None, limit: int = 50
    ) -> tuple[ApprovalRequest, ...]:
        """What waits for the actor, himself or in somebody's stead; oldest first.

        Args:
            after: id of the last one seen, to go on from there.
            limit: 1 to 1,000.

        Raises:
            Refused: [find.limit], [id.malformed].
        """
        most = whole_number(limit, "limit", 1000)
        start = None if after is None else id_of(after, "after")
        return tuple(map(self._do.seen_request, to_approve(self._do, start, most)))

    def simulate(
        self, policy: str | None, *, since: datetime | date | str, against: str | None = None
    ) -> Simulation:
        """What a policy would have made of the tenant's history, decision by decision.

        Args:
            policy: TOML of the draft; None for those that were in force, which give what was
                decided.
            since: from when on; a day of the tenant's zone, or an instant.
            against: TOML of the policy it is compared with; None for those that were in force.

        Raises:
            Refused: [policy.*] what is wrong with a text, [instant.*], [date.*].
            Forbidden: the actor may not manage the tenant, or not see the amounts of its orders.
        """
        self._need_for_tenant(MANAGE)
        if lacked := self._do.guards_lacked():
            raise Forbidden(lacked)
        draft, other = (
            None if text is None else read_policy(text, self._do.assembly)
            for text in (policy, against)
        )
        start = instant_or_day(since, "since", self.tenant.timezone)
        return simulate(self._do, start, draft, other)

    # ── documents ──────────────────────────────────────────────────────────────────────────

    def documents(self, subject: Subject | SubjectRef) -> tuple[Issued, ...]:
        """The documents issued for a subject, oldest first; those the actor may read."""
        now = self._whole(self._ref(subject))
        found = issuing.of_subject(self._do.connection, self.tenant.key, now.ref)
        return tuple(
            issued
            for issued in found
            if self._do.allows(self._do.document_permission(issued.type, "read"), now)
            and not any(self._do.unseen_document(issued.type, now))
        )

    def render(self, issued: Issued, format: str = "") -> Rendered:
        """An issued document as a file: kept bytes if there are any, else rendered now.

        Args:
            format: "pdf", "html" or "text" of a document that is printed, its own of one that is
                written; "" for PDF or that.

        Raises:
            Refused: [document.format.unknown].
            NotFound: the actor may not read its subject.
            Forbidden: the document's permission is missing, or it shows what is hidden from him.
        """
        now = self._whole(issued.subject)
        self._need(now, "read", self._do.document_permission(issued.type, "read"))
        self._need_sight(now, issued.type)
        return issuing.file_of(self._do.connection, self.tenant.key, issued, format)

    def draft(self, subject: Subject, document: str, format: str = "") -> Rendered:
        """What a document would look like if it were issued now; nothing is issued or sent.

        Raises:
            Refused: the document type is unknown, or its texts cannot be printed.
            Forbidden: the document's permission is missing, or it shows what is hidden from him.
        """
        now = self._whole(subject.ref)
        self._need(now, "read", self._do.document_type(document, now).permission)
        self._need_sight(now, document)
        if problems := self._do.document_problems(document, now):
            raise Refused(problems)
        frozen = self._do.freeze(document, now, number=now.number, revision=0)
        return issuing.draft(frozen, format)
