"""Reading doors: get, find, count, history, explain, preview; rights are checked at each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import attrs

from orderloom.decide import UNASKED, Decision, right_problems
from orderloom.desk.administration import AUDIT, MANAGE
from orderloom.desk.execution import Execution
from orderloom.desk.lookups import Lookups
from orderloom.desk.seeing import shown, visible
from orderloom.directory import TenantDirectory
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import Forbidden, ModuleFault, NotFound, Problem, Refused
from orderloom.lifecycle import START, Action, Status
from orderloom.modules.contributions import Tenant
from orderloom.notify import Delivery, list_deliveries
from orderloom.orders.commands import Change, Edit, NewOrder, NewSubject, Perform, Place
from orderloom.orders.events import Event
from orderloom.orders.listed import Listed
from orderloom.orders.replay import at_version
from orderloom.orders.subject import ORDER, Subject, SubjectRef
from orderloom.store import events, find
from orderloom.store.find import Count, Page, Query
from orderloom.store.verify import Verification, verify
from orderloom.values import Actor, id_of


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
        self._readable = set[SubjectRef]()  # what `get` answered

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
        """A subject by id (an `Order` unless another kind is named), deleted ones included.

        Raises:
            NotFound: there is none, or the actor may not read it.
            Refused: [id.malformed].
        """
        ref = id if isinstance(id, SubjectRef) else SubjectRef(kind, id_of(id, "id"))
        subject = self._do.load(ref).subject
        if not self._do.may_read(subject):
            raise NotFound(ref.kind, ref.id)
        self._readable.add(ref)
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
            Forbidden: no grant lets the actor read anything of that kind.
        """
        confined = visible(query or Query(), self._do.assembly, self.actor)
        page = find.find(self._do.connection, self.tenant.key, confined, after=after, limit=limit)
        present = (self._do.present(item) for item in page.items)
        return attrs.evolve(page, items=tuple(filter(self._do.may_read, present)))

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
        return Page(tuple(shown(page.items, confined, self._do)), page.next)

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
        """The events of a subject, oldest first, those after `since`."""
        ref = self._ref(subject)
        self._check_readable(ref)
        return events.history(self._do.connection, self.tenant.key, ref, since=since, limit=limit)

    def _check_readable(self, ref: SubjectRef) -> None:
        """Make sure that the actor may read a subject: in one snapshot once is enough."""
        if ref not in self._readable:
            self.get(ref)

    def at(self, subject: Subject | SubjectRef, version: int) -> Any:
        """The subject as it was at one of its versions.

        Raises:
            NotFound: it never had that version.
        """
        return self._do.present(at_version(self.history(subject), version))

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
        """
        self._need_for_tenant(MANAGE)
        return list_deliveries(self._do.connection, self.tenant.key, state, limit)

    def _need_for_tenant(self, permission: str) -> None:
        if problems := tuple(right_problems(permission, None, self._do.assembly, self._do)):
            raise Forbidden(problems)

    # ── deciding without writing ───────────────────────────────────────────────────────────

    def preview(
        self,
        target: NewOrder | NewSubject | Subject,
        what: str | Sequence[Edit] | Edit = "place",
        options: object = None,
    ) -> Decision:
        """What a command would do: the subject after it, or every problem; nothing is written.

        Args:
            target: something new, or the subject to act on.
            what: the action's name, or edits.
            options: of the action.
        """
        if isinstance(target, NewOrder | NewSubject):
            return self._do.decided(Place(target, str(what)), None).decision
        command = Perform(what, options) if isinstance(what, str) else Change(what)
        return self._do.decided(command, self.get(target.ref)).decision

    def explain(self, subject: Subject | SubjectRef) -> tuple[ActionView, ...]:
        """Every action of the subject's lifecycle, open or not, with all that speaks against it.

        Options nobody has chosen yet are left open: hooks see `options=None`. A module that fails
        while it is asked counts as a problem of the action.
        """
        now = self.get(self._ref(subject))
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
            return self._do.decided(Perform(action.name, UNASKED), now).decision.problems
        except ModuleFault as fault:
            params = {"fault": fault}
            problem = Problem("module.fault", "{fault}", params=params, module=fault.module)
            return (attrs.evolve(problem, lifted_by="an admin"),)

    # ── documents ──────────────────────────────────────────────────────────────────────────

    def documents(self, subject: Subject | SubjectRef) -> tuple[Issued, ...]:
        """The documents issued for a subject, oldest first; those the actor may read."""
        now = self.get(self._ref(subject))
        found = issuing.of_subject(self._do.connection, self.tenant.key, now.ref)
        return tuple(
            issued
            for issued in found
            if self._do.allows(self._do.document_permission(issued.type, "read"), now)
        )

    def render(self, issued: Issued, format: str = "pdf") -> Rendered:
        """An issued document as a file: kept bytes if there are any, else rendered now.

        Raises:
            NotFound: the actor may not read its subject.
            Forbidden: the document's permission is missing.
        """
        now = self.get(issued.subject)
        self._need(now, "read", self._do.document_permission(issued.type, "read"))
        kept = issuing.file_of(self._do.connection, self.tenant.key, issued, format)
        return kept or issuing.rendered(issued, format)

    def draft(self, subject: Subject, document: str, format: str = "pdf") -> Rendered:
        """What a document would look like if it were issued now; nothing is issued or sent.

        Raises:
            Refused: the document type is unknown, or its texts cannot be printed.
            Forbidden: the document's permission is missing.
        """
        now = self.get(subject.ref)
        self._need(now, "read", self._do.document_type(document, now).permission)
        if problems := self._do.document_problems(document, now):
            raise Refused(problems)
        frozen = self._do.freeze(document, now, number=now.number, revision=0)
        return issuing.draft(frozen, format)
