"""What a decision may read: the `Reading` every hook gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
from sqlalchemy import Connection

from orderloom.approvals.policy import NO_POLICY, Policy
from orderloom.attachments import Caps, of_subject, read_upload
from orderloom.decide import ALL_SIDES, as_told, permission_of, scope_of, sides_of
from orderloom.desk.gates import Gates
from orderloom.desk.scoping import PARAMETER, scoped_select
from orderloom.desk.sight import Sight
from orderloom.desk.veiling import NO_VEIL, Veil, known, veil_of
from orderloom.directory import Directory
from orderloom.documents import Block, FrozenDocument, Layout, Written, missing_glyphs
from orderloom.documents.coverage import document_texts
from orderloom.documents.layout import headed
from orderloom.errors import NotFound, Problem, Refused
from orderloom.lifecycle import Lifecycle, Status
from orderloom.modules import Assembly, SubjectScope, allows, contained, held_in, scopes_with
from orderloom.modules.contributions import DocumentInputs, DocumentType, Tenant
from orderloom.notify.templates import OwnTemplates
from orderloom.notify.webhooks import Endpoint
from orderloom.notify.wishes import Wishes
from orderloom.orders import codec
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.attachments import Attachment, CheckedFile, Upload
from orderloom.orders.events import Event
from orderloom.orders.listed import Listed
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import lifecycles, subjects
from orderloom.store.faults import translated
from orderloom.tenants import CoreSettings
from orderloom.values import Actor, Grant, Party, Project, Scope, Unit, User, shown, uuid7

S = TypeVar("S", bound=Subject)
T = TypeVar("T")


@attrs.frozen(kw_only=True)
class TenantState:
    """A tenant with everything its modules contribute, as of one revision.

    Attributes:
        settings: the settings record of a class, all layers applied.
        layout: how its documents look; asked only when one is made, so that a wrong setting
            of documents stops documents and nothing else.
        webhooks: its endpoints that are on.
        templates: its own templates of notifications.
        policy: its own limits.
    """

    tenant: Tenant
    assembly: Assembly
    settings: Callable[[type[Any]], Any]
    layout: Callable[[], Layout]
    webhooks: tuple[Endpoint, ...] = ()
    templates: OwnTemplates = attrs.field(factory=dict)
    policy: Policy = NO_POLICY


@attrs.define(slots=False, eq=False)
class Context(Gates, Sight):
    """`Reading` over one connection, for one command; nothing is kept between commands."""

    connection: Connection
    state: TenantState
    actor: Actor
    now: datetime
    directory: Directory
    looked_up: dict[tuple[str, str], Any] = attrs.field(factory=dict, kw_only=True)

    @property
    def tenant(self) -> Tenant:
        """Where it runs."""
        return self.state.tenant

    @property
    def assembly(self) -> Assembly:
        """What the tenant's modules contribute."""
        return self.state.assembly

    @cached_property
    def today(self) -> date:
        """The business day in the tenant's zone."""
        return self.now.astimezone(ZoneInfo(self.tenant.timezone)).date()

    def settings(self, cls: type[T]) -> T:
        """The module settings of that class."""
        found: T = self.state.settings(cls)
        return found

    def allows(self, permission: str, subject: Subject | None = None) -> bool:
        """Whether the actor has a permission, in the scope of a subject if given."""
        where = SubjectScope() if subject is None else scope_of(subject, self.assembly)
        return allows(self.actor, permission, where, self.assembly.roles)

    def scopes(self, permission: str) -> tuple[Scope, ...]:
        """Where the actor has a permission, each scope once."""
        return scopes_with(self.actor, permission, self.assembly.roles)

    @property
    def own_templates(self) -> OwnTemplates:
        """The tenant's own templates of notifications."""
        return self.state.templates

    def wishes(self, users: frozenset[str]) -> Wishes:
        """What some users wish to hear of, asked once in a command."""
        key = ("wishes", "\n".join(sorted(users)))
        if key not in self.looked_up:
            self.looked_up[key] = Wishes.of(users, self)
        found: Wishes = self.looked_up[key]
        return found

    def lets_know(self, user: User, subject: Subject, permission: str = "") -> bool:
        """Whether a user may know of a subject; nobody deactivated may."""
        return user.active and self.may_know(Actor(user.id, user.grants), subject, permission)

    def may_read(self, subject: Subject) -> bool:
        """Whether the actor may know of a subject at all; as `may_know`."""
        return self.may_know(self.actor, subject)

    def may_know(self, actor: Actor, subject: Subject, permission: str = "") -> bool:
        """Whether somebody may know of a subject at all: by right, and as the status shows it.

        Args:
            actor: who would know of it.
            subject: as it is now.
            permission: by which he would; that to read the subject if empty.
        """
        needed = permission or self.permission(subject, "read")
        where = scope_of(subject, self.assembly)
        held = held_in(actor, needed, where, self.assembly.roles)
        if any(scope.kind != "party" for scope in held):
            return True  # of the house, to which every status shows
        if not held and needed:
            return False
        sides = sides_of(actor, subject, needed, self.assembly)
        return sides == ALL_SIDES or self.shows(subject, sides)

    def veil(self, actor: Actor, subject: Subject) -> Veil:
        """What of a subject's life does not show to somebody who may know of it."""
        return self._veil(actor, subject, self.permission(subject, "read"))

    def _veil(self, actor: Actor, subject: Subject, permission: str) -> Veil:
        if not isinstance(subject, Order):
            return NO_VEIL
        sides = sides_of(actor, subject, permission, self.assembly)
        if sides == ALL_SIDES:
            return NO_VEIL
        for lifecycle in self._lifecycles(subject):
            return veil_of(lifecycle, sides)
        return NO_VEIL

    def told_to(self, user: User, event: Event, subject: Subject) -> tuple[Event, Subject]:
        """An event and its subject as a user knows them, by whatever right he is told."""
        actor = Actor(user.id, user.grants)
        return super().told_to(user, known(event, self._veil(actor, subject, "")), subject)

    def heard(self, actor: Actor, event: Event, subject: Subject) -> Event | None:
        """An event as somebody knows it; None if he may not know of its subject."""
        if not self.may_know(actor, subject):
            return None
        return known(event, self.veil(actor, subject))

    def knows_of(self, request: ApprovalRequest, subject: Subject) -> bool:
        """Whether the actor may know what a subject waited for: not what the other side asked."""
        return request.action not in self.veil(self.actor, subject).gates

    def shows(self, subject: Subject | Listed, sides: frozenset[str]) -> bool:
        """Whether the present status shows to one of some sides, and it ever took effect.

        One that is not declared any more shows as it last did; one nobody knows, to the house only.
        """
        for lifecycle in self._lifecycles(subject):
            with suppress(NotFound):
                shown = lifecycle.status(subject.status).shows_to(sides)
                numbered = lifecycle.shows_once_numbered
                unborn = all(map(numbered, sides)) if sides else any(map(numbered, ALL_SIDES))
                return shown and (subject.number != "" or not unborn)
        return False

    def permission(self, subject: Subject, command: str) -> str:
        """The permission a generic command on a subject needs."""
        types = self.assembly
        type = types.order_types.get(subject.type) or types.subject_types.get(subject.type)
        return f"{subject.type}.{command}" if type is None else permission_of(type, command)

    def status(self, subject: Subject | Listed) -> Status:
        """The declared status a subject is in.

        For a type whose module is off it comes from the lifecycle as it was stored when the
        subject last moved.

        Raises:
            NotFound: its lifecycle has no such status.
        """
        for lifecycle in self._lifecycles(subject):
            return lifecycle.status(subject.status)
        raise NotFound("status", subject.status, "To name it, switch its module on.")

    def _lifecycles(self, subject: Subject | Listed) -> Iterator[Lifecycle]:
        """The present lifecycle of a subject, then the one it last moved under, as far as known."""
        merged = self.assembly.lifecycles.get(subject.type)
        if merged is not None:
            yield merged.lifecycle
        text = lifecycles.read(self.connection, self.tenant.key, subject.lifecycle)
        if text is not None:
            yield Lifecycle.from_dict(codec.loads(text))

    def party(self, id: str) -> Party | None:
        """A party of the directory."""
        found: Party | None = self._once("party", id, self.directory.party)
        return found

    def parties(self, *, role: str = "", text: str = "") -> Sequence[Party]:
        """Parties of the directory by name."""
        return self.directory.parties(self.connection, self.tenant.key, role=role, text=text)

    def product(self, id: str) -> Any:
        """A product of the directory."""
        return self._once("product", id, self.directory.product)

    def project(self, id: str) -> Project | None:
        """A project of the tenant."""
        found: Project | None = self._once("project", id, self.directory.project)
        return found

    def user(self, id: str) -> User | None:
        """A user of the directory with all grants."""
        found: User | None = self._once("user", id, self.directory.user)
        return found

    def known_actor(self, id: str) -> Actor | None:
        """A user with the grants he has now; none if he is not active. None if unknown."""
        user = self.user(id)
        if user is None:
            return None
        return Actor(user.id, user.grants if user.active else (), user.language or "en")

    def users_with(self, role: str, scope: Scope) -> Sequence[User]:
        """The active users who hold a role in exactly that scope."""
        key = (f"users with {role}", str(scope))
        if key not in self.looked_up:
            found = self.directory.users_with(self.connection, self.tenant.key, role, scope)
            held = Grant(role, scope)
            self.looked_up[key] = tuple(one for one in found if held in one.grants)
            self.looked_up |= {("user", one.id): one for one in self.looked_up[key]}
        users: Sequence[User] = self.looked_up[key]
        return users

    def units(self) -> Mapping[str, Unit]:
        """The tenant's own units."""
        key = ("units", "")
        if key not in self.looked_up:
            self.looked_up[key] = self.directory.units(self.connection, self.tenant.key)
        found: Mapping[str, Unit] = self.looked_up[key]
        return found

    def _once(self, kind: str, id: str, ask: Callable[[Connection, str, str], Any]) -> Any:
        """What the directory knows, asked once in a command: many lines name the same things."""
        if (kind, id) not in self.looked_up:
            self.looked_up[kind, id] = ask(self.connection, self.tenant.key, id)
        return self.looked_up[kind, id]

    def subject(self, kind: str, id: UUID) -> Subject | None:
        """Another subject as it is now."""
        found = subjects.load(self.connection, self.tenant.key, SubjectRef(kind, id))
        return None if found is None else self.present(found.subject)

    def present(self, subject: S) -> S:
        """A stored subject as the present lifecycle reads it.

        Its status under the present name (`Lifecycle.renamed`), facets it never had at their start.
        """
        merged = self.assembly.lifecycles.get(subject.type)
        if merged is None:
            return subject
        status = dict(merged.lifecycle.renamed).get(subject.status, subject.status)
        known = dict(subject.facets)
        facets = {facet.name: facet.start for facet in merged.lifecycle.facets} | known
        if status == subject.status and len(facets) == len(known):
            return subject
        return attrs.evolve(subject, status=status, facets=tuple(sorted(facets.items())))

    def rows(self, select: Any, params: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Rows of a select over tenant tables."""
        values = {**(params or {}), PARAMETER: self.tenant.key}
        with translated():
            return self.connection.execute(scoped_select(select), values).all()

    def attachments(self, subject: Subject) -> Sequence[Attachment]:
        """The files that belong to a subject, oldest first; without those of this command."""
        return of_subject(self.connection, self.tenant.key, subject.ref)

    def read_upload(self, upload: Upload, media: Sequence[str], field: str) -> CheckedFile:
        """A file from outside, if it passes the gate.

        Raises:
            Refused: [attachment.*] it does not.
        """
        core = self.settings(CoreSettings)
        caps = Caps(
            megabytes=core.attachment_most_megabytes, megapixels=core.attachment_most_megapixels
        )
        return read_upload(upload, uuid7(self.now), media, caps, field)

    # ── documents ──────────────────────────────────────────────────────────────────────────

    def document_problems(self, document: str, subject: Subject) -> Sequence[Problem]:
        """Why a document could not be made of a subject."""
        try:
            frozen = self.freeze(document, subject, number=subject.number or "0", revision=1)
        except Refused as refusal:
            return refusal.problems
        return unprintable(frozen)

    def freeze(
        self, document: str, subject: Subject, *, number: str, revision: int
    ) -> FrozenDocument:
        """The document of a subject with everything it is rendered from."""
        type = self.document_type(document, subject)
        language = self._language_for(type, subject)
        inputs = DocumentInputs(
            subject=as_told(subject, type.shows, self.assembly),
            number=number,
            revision=revision,
            issued_at=self.now,
            language=language,
        )
        written = self._written(type, inputs)
        blocks = () if written else self._blocks(type, inputs)
        return FrozenDocument(
            type=type.key,
            title=type.title_in(language),
            number=number,
            revision=revision,
            issued_at=self.now,
            language=language,
            format_version=type.format_version,
            blocks=blocks,
            layout=self._layout(type, inputs),
            reference=f"{subject.type} {subject.id}",
            written=written,
        )

    def _layout(self, type: DocumentType, inputs: DocumentInputs) -> Layout:
        layout = self.state.layout()
        if type.sender is None:
            return layout
        with contained(type.key.partition(".")[0], f"sender of {type.key}"):
            sender = tuple(type.sender(inputs, self))
        return headed(layout, sender) if sender else layout

    def _written(self, type: DocumentType, inputs: DocumentInputs) -> Written | None:
        if type.write is None:
            return None
        with contained(type.key.partition(".")[0], f"write of {type.key}"):
            content = type.write(inputs, self)
            return Written(format=type.format, mime=type.mime, content=content)

    def _blocks(self, type: DocumentType, inputs: DocumentInputs) -> tuple[Block, ...]:
        if type.build is None:
            return ()
        with contained(type.key.partition(".")[0], f"build of {type.key}"):
            blocks = tuple(type.build(inputs, self))
        return tuple(
            self.assembly.dispatcher.fold(
                "extend_document",
                "blocks",
                blocks,
                type=type.type,
                document=type.key,
                inputs=inputs,
                reading=self,
            )
        )

    def document_permission(self, key: str, command: str) -> str:
        """The permission to work with documents of a type, "" if that on the subject is enough.

        What a document of a module that is off asked for nobody knows: then only those may who
        have all rights of that module.
        """
        known = self.assembly.documents.get(key)
        return f"{key}.{command}" if known is None else known.permission

    def document_type(self, key: str, subject: Subject) -> DocumentType:
        """A document type that fits a subject.

        Raises:
            Refused: [document.unknown] there is none for this type of subject.
        """
        found = self.assembly.documents.get(key)
        if found is None or found.type != subject.type:
            known = [
                name for name, one in self.assembly.documents.items() if one.type == subject.type
            ]
            text = "There is no document {key} for a {type}. To issue one, use: {known}."
            params = {"key": shown(key), "type": subject.type, "known": ", ".join(known) or "none"}
            raise Refused([Problem("document.unknown", text, "document", params=params)])
        return found

    def _language_for(self, type: DocumentType, subject: Subject) -> str:
        ref = getattr(subject, type.to, None) if type.to and isinstance(subject, Order) else None
        party = None if ref is None else self.party(ref.id)
        if party is None:
            return self.tenant.language
        contact = party.primary_contact
        return (contact.language if contact else "") or party.language or self.tenant.language


def unprintable(frozen: FrozenDocument) -> Sequence[Problem]:
    """Why a frozen document could not be printed: characters no font can draw."""
    return () if frozen.written else missing_glyphs(document_texts(frozen), frozen.layout)
