"""What hooks may reach: `Reading` inside a decision, `Writing` inside the transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle import Status
from orderloom.orders.attachments import Attachment
from orderloom.orders.commands import Edit, NewOrder, NewSubject
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Party, Project, Scope, Unit, User

S = TypeVar("S", bound=Subject)
T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Tenant:
    """The organisation a command runs in.

    Attributes:
        key: "acme"; the first column of every row.
        title: its name on documents.
        timezone: IANA name; business days are dates in it.
        currency: ISO 4217, used where none is given.
        language: of documents and mails without a recipient's own.
        revision: +1 with every change of modules, settings, roles or overlays.
    """

    key: str
    title: str
    timezone: str = "UTC"
    currency: str = "EUR"
    language: str = "en"
    revision: int = 0


class Reading(Protocol):
    """Everything a decision may look at; it cannot write."""

    @property
    def tenant(self) -> Tenant:
        """Where it runs."""
        ...

    @property
    def actor(self) -> Actor:
        """Who asks."""
        ...

    @property
    def now(self) -> datetime:
        """One aware UTC instant for the whole command."""
        ...

    @property
    def today(self) -> date:
        """The business day of `now` in the tenant's zone."""
        ...

    def settings(self, cls: type[T]) -> T:
        """The module settings of that class, all layers applied."""
        ...

    def allows(self, permission: str, subject: Subject | None = None) -> bool:
        """Whether the actor has a permission, in the scope of a subject if given."""
        ...

    def scopes(self, permission: str) -> Sequence[Scope]:
        """Where the actor has a permission: for rows of a module that no command loads."""
        ...

    def status(self, subject: Subject) -> Status:
        """The declared status a subject is in, with its traits (`commits`, `final` …)."""
        ...

    def party(self, id: str) -> Party | None:
        """A party of the directory."""
        ...

    def product(self, id: str) -> Any:
        """A `Product` of the directory, None if unknown."""
        ...

    def project(self, id: str) -> Project | None:
        """A project of the tenant."""
        ...

    def user(self, id: str) -> User | None:
        """A user of the directory with all grants, inactive ones too."""
        ...

    def users_with(self, role: str, scope: Scope) -> Sequence[User]:
        """The active users who hold a role in exactly that scope, by id.

        Whoever holds it in the whole tenant is not among those of a party, project or department.
        """
        ...

    def units(self) -> Mapping[str, Unit]:
        """The tenant's own units by code (the UN/CEFACT ones are always there)."""
        ...

    def subject(self, kind: str, id: UUID) -> Subject | None:
        """Another subject of the tenant as it is now; an `Order` if it has lines."""
        ...

    def rows(self, select: Any, params: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Rows of a SQLAlchemy select over tenant tables.

        The select may join tables whose first column is `tenant_id`, but hold no other select;
        the tenant's filter is added to each table. Build it once, at module level, with
        bind parameters: a statement is prepared the first time it is seen.
        """
        ...

    def parties(self, *, role: str = "", text: str = "") -> Sequence[Party]:
        """Parties of the directory by name, narrowed by role or by a text in id or name."""
        ...

    def attachments(self, subject: Subject) -> Sequence[Attachment]:
        """The files that belong to a subject, oldest first; without those of this command."""
        ...

    def document_problems(self, document: str, subject: Subject) -> Sequence[Problem]:
        """Why a document could not be made of a subject (characters no font can draw …)."""
        ...


class Writing(Reading, Protocol):
    """What `on_*` hooks get: reading, plus changes in the caller's transaction."""

    def execute(
        self,
        statement: Any,
        params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Run an insert, update or delete on a table of a module; answers the row count.

        The tenant is added by itself: as a filter to updates and deletes, as a value to inserts.
        """
        ...

    def tell(self, what: str, id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        """Write a change of a module's own rows into the history of the tenant.

        For what an admin or auditor may ask about later and no subject tells of: prices, terms.
        Whether the actor may change it is for the module to ask; nothing is asked here. Tell once
        of all that changes together, and last: until the transaction ends, whoever tells anything
        else of this tenant waits.

        Args:
            what: "supplier.products": the module's key and a name of its own.
            id: which of them, such as the id of a party; "" if there is only one.
            changed: what people call a thing -> what it was and what it is: records, or plain
                values (text, whole numbers, None for what was not or is no more there). Of two
                records the fields that differ are told. Things that are as they were are left
                out; if all are, nothing is told. The first 100 are told, the others counted.

        Raises:
            ValueError: `what` does not begin with the key of a module that is on.
        """
        ...

    def place(self, new: NewOrder | NewSubject, *, action: str = "place") -> Subject:
        """Create another subject, with the current event as its cause."""
        ...

    def edit(self, subject: S, edits: Sequence[Edit] | Edit, *, reason: str = "") -> S:
        """Edit another subject (depth at most 8)."""
        ...

    def perform(self, subject: S, action: str, options: object = None, *, reason: str = "") -> S:
        """Perform an action on another subject (depth at most 8)."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Commands that take effect whole or not at all.

        For what may fail without failing the command it follows: if the block raises, nothing of
        it was done, and whoever catches what it raised can go on. A `Conflict` is not to be caught.
        """
        ...

    def issue(self, subject: Subject, document: str) -> Any:
        """Issue a document: number and revision now, bytes after commit."""
        ...
