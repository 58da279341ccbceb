"""Reading doors: what is found, what could be done with it, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

import attrs

from orderloom.approvals import ledger
from orderloom.approvals.policy_text import read_policy
from orderloom.approvals.simulation import Simulation
from orderloom.attachments import load
from orderloom.decide import UNASKED, Decision
from orderloom.desk import filing
from orderloom.desk.administration import MANAGE
from orderloom.desk.looking import Looking
from orderloom.desk.simulating import simulate
from orderloom.desk.turns import to_approve
from orderloom.documents import issuing
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import Forbidden, ModuleFault, NotFound, Problem, Refused
from orderloom.lifecycle import START, Action
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.attachments import Attachment, Upload
from orderloom.orders.commands import Change, Edit, NewOrder, NewSubject, Perform, Place
from orderloom.orders.hiding import masked_request
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store.query import whole_number
from orderloom.values import id_of, instant_or_day


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


class Reader(Looking):
    """Everything that can be looked at in one tenant, by one actor, in one transaction.

    Made by `Orderloom.reader` and, with writing doors added, by `desk` and `join`.
    """

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

    def render(self, issued: Issued | UUID | str, format: str = "") -> Rendered:
        """An issued document as a file: kept bytes if there are any, else rendered now.

        Args:
            issued: the document or its id; it is rendered as it was issued, whatever else a
                handed-in one says.
            format: "pdf", "html" or "text" of a document that is printed, its own of one that is
                written; "" for PDF or that.

        Raises:
            Refused: [document.format.unknown], [id.malformed].
            NotFound: there is none, or the actor may not read its subject.
            Forbidden: the document's permission is missing, or it shows what is hidden from him.
        """
        stored = self._issued(issued)
        return issuing.file_of(self._do.connection, self.tenant.key, stored, format)

    def _issued(self, named: Issued | UUID | str) -> Issued:
        """A document as it is stored, if the actor may have it."""
        given = named.id if isinstance(named, Issued) else named
        stored = issuing.load(self._do.connection, self.tenant.key, id_of(given, "id"))
        now = None
        if stored is not None:
            with suppress(NotFound):
                now = self._whole(stored.subject)
        if stored is None or now is None:
            raise NotFound("document", given)
        self._need(now, "read", self._do.document_permission(stored.type, "read"))
        self._need_sight(now, stored.type)
        return stored

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
