"""What an actor sees of what he may read: orders, lists, events and refusals without the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import attrs

from orderloom.decide import (
    Decision,
    guards_of,
    hidden_at,
    hidden_from,
    missing_right,
    scope_of,
)
from orderloom.errors import Conflict, ModuleFault, Problem, Refused
from orderloom.modules import SubjectScope, allows, who_may
from orderloom.modules.contributions import Guarded
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.commands import NewOrder, NewSubject
from orderloom.orders.events import Event
from orderloom.orders.hiding import (
    masked,
    masked_event,
    masked_problem,
    masked_request,
    masked_row,
)
from orderloom.orders.listed import Listed
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Party, User

if TYPE_CHECKING:
    from orderloom.desk.context import TenantState

S = TypeVar("S", bound=Subject)
Stop = Refused | Conflict | ModuleFault


def silent_fault(fault: ModuleFault) -> ModuleFault:
    """A fault without what the failed code said, which may be anything."""
    return ModuleFault(fault.module, fault.hook, fault.version, "what it says is hidden from you.")


class Sight:
    """The part of a context that knows what is hidden from whom (`Guarded`)."""

    state: TenantState
    actor: Actor

    if TYPE_CHECKING:

        def subject(self, kind: str, id: UUID) -> Subject | None:
            """Another subject as it is now."""

    def hidden(self, subject: Subject) -> tuple[str, ...]:
        """What the actor may not see of a subject."""
        return hidden_from(self.actor, subject, self.state.assembly)

    def hidden_of_new(self, new: NewOrder | NewSubject) -> tuple[str, ...]:
        """What the actor would not see of an order that is to be placed."""
        guards = self.state.assembly.guards.get(new.type)
        if guards is None or not isinstance(new, NewOrder):
            return ()
        ids = (side.id if isinstance(side, Party) else side for side in (new.buyer, new.seller))
        where = SubjectScope(project=new.project, parties=ids)
        return hidden_at(self.actor, where, guards, self.state.assembly)

    def seen(self, subject: S) -> S:
        """A subject as the actor sees it."""
        return masked(subject, self.hidden(subject))

    def seen_by(self, actor: Actor, subject: S) -> S:
        """A subject as somebody else sees it."""
        return masked(subject, hidden_from(actor, subject, self.state.assembly))

    def told_to(self, user: User, event: Event, subject: Subject) -> tuple[Event, Subject]:
        """An event and its subject as a user sees them."""
        actor = Actor(user.id, user.grants)
        hidden = hidden_from(actor, subject, self.state.assembly)
        return masked_event(event, hidden), masked(subject, hidden)

    def seen_rows(self, items: Iterable[Listed]) -> tuple[Listed, ...]:
        """Rows of a list as the actor sees them."""
        rows = tuple(items)
        guards = {type: guards_of(type, self.state.assembly) for type in {one.type for one in rows}}
        if not any(guards.values()):
            return rows
        return tuple(self._seen_row(one, guards[one.type]) for one in rows)

    def _seen_row(self, item: Listed, guards: tuple[Guarded, ...]) -> Listed:
        if not guards or item.kind == item.type:  # what is no order
            return item
        hidden = hidden_at(self.actor, self._where(item), guards, self.state.assembly)
        return masked_row(item, hidden, self._telling(item.type, hidden))

    def _where(self, item: Listed) -> SubjectScope:
        field = self.state.assembly.departments.get(item.type)
        department = dict(item.fields).get(field.key, "") if field else ""
        parties = (item.buyer, item.seller)
        return SubjectScope(
            project=item.project,
            parties=(party.id for party in parties if party),
            departments=(department,) if department else (),
        )

    def _telling(self, type: str, hidden: tuple[str, ...]) -> frozenset[str]:
        """The keys of the fields that tell of what is hidden."""
        fields = self.state.assembly.fields.get(type, ())
        return frozenset(one.key for one in fields if not set(hidden).isdisjoint(one.shows))

    def seen_decision(self, decision: Decision) -> Decision:
        """A decision as the actor sees it; what limits saw is left out of it."""
        hidden = self._hidden_in(decision)
        if not hidden:
            return decision
        before, after, approval = decision.before, decision.after, decision.approval
        if approval is not None:
            approval = attrs.evolve(
                approval,
                request=masked_request(approval.request, hidden),
                since=approval.since and masked(approval.since, hidden),
            )
        return attrs.evolve(
            decision,
            before=before and masked(before, hidden),
            after=after and masked(after, hidden),
            problems=self.seen_problems(decision),
            gate=None,
            approval=approval,
        )

    def seen_problems(self, decision: Decision) -> tuple[Problem, ...]:
        """What speaks against a decision, as the actor may read it."""
        if decision.problems and self._hidden_in(decision):
            return tuple(map(masked_problem, decision.problems))
        return decision.problems

    def _hidden_in(self, decision: Decision) -> tuple[str, ...]:
        known = (one for one in (decision.before, decision.after) if one is not None)
        return tuple(sorted({name for one in known for name in self.hidden(one)}))

    def seen_request(self, request: ApprovalRequest) -> ApprovalRequest:
        """A request for approvals as the actor sees it."""
        if not guards_of(request.type, self.state.assembly):
            return request
        subject = self.subject(request.subject.kind, request.subject.id)
        return masked_request(request, self.hidden(subject) if subject is not None else ())

    def guards_lacked(self) -> tuple[Problem, ...]:
        """A problem for each permission the actor lacks to see what is hidden anywhere."""
        assembly = self.state.assembly
        return tuple(
            missing_right(guard.permission, assembly)
            for guards in assembly.guards.values()
            for guard in guards
            if not allows(self.actor, guard.permission, SubjectScope(), assembly.roles)
        )

    def seen_error(self, error: Stop, subject: Subject) -> Stop:
        """What stopped a command, as the actor may read it; itself if nothing is hidden."""
        if isinstance(error, ModuleFault):
            return silent_fault(error) if self.hidden(subject) else error
        if isinstance(error, Conflict):
            values = (error.seen, error.current)
            seen, now = (self.seen(one) if isinstance(one, Subject) else one for one in values)
            if seen is error.seen and now is error.current:
                return error
            return Conflict(error.message, seen, now, error.retryable)
        if not self.hidden(subject):
            return error
        return type(error)(map(masked_problem, error.problems))

    def unseen_document(self, document: str, subject: Subject) -> Iterator[Problem]:
        """A problem if a document tells of something the actor may not see, naming who may."""
        assembly = self.state.assembly
        type = assembly.documents.get(document)
        if type is None:
            return
        hidden = self.hidden(subject)
        for guard in guards_of(subject.type, assembly) if hidden else ():
            if set(guard.fields) & set(type.shows) & set(hidden):
                departments = scope_of(subject, assembly).departments
                who = who_may(guard.permission, assembly.roles, departments)
                text = "“{document}” shows what is hidden from you ({what}). To have it, ask {who}."
                params = {"document": type.title, "what": guard.title.lower(), "who": who}
                yield Problem(
                    "document.hidden", text, "document", params=params, lifted_by=who,
                    forbidden=True,
                )  # fmt: skip
