"""What the core asks about parties, products, units, projects and users; a host may answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Connection

from orderloom.directory.records import Product
from orderloom.values import Party, Project, Scope, Unit, User


class Directory(Protocol):
    """Looks things up for one command; a host passes its own as `Orderloom(directory=…)`.

    Every method gets the connection of the running command first, so that a host whose tables
    live in the same database reads inside the same transaction; a host that asks elsewhere
    ignores it. The second argument is the tenant's key, and an answer never crosses tenants.
    Answers are read anew by each command. Nothing here writes.
    """

    def party(self, connection: Connection, tenant: str, id: str) -> Party | None:
        """One party, None if unknown."""
        ...

    def parties(
        self, connection: Connection, tenant: str, *, role: str = "", text: str = ""
    ) -> tuple[Party, ...]:
        """The parties by name, then id.

        Args:
            connection: of the running command.
            tenant: key of the tenant.
            role: only those that may play it ("vendor").
            text: only those whose id or name contains it, in any case.
        """
        ...

    def product(self, connection: Connection, tenant: str, id: str) -> Product | None:
        """One product, None if unknown."""
        ...

    def products(
        self, connection: Connection, tenant: str, *, text: str = ""
    ) -> tuple[Product, ...]:
        """The products by name, then id; `text` as for `parties`."""
        ...

    def units(self, connection: Connection, tenant: str) -> Mapping[str, Unit]:
        """The tenant's own units by code; the UN/CEFACT ones are always there."""
        ...

    def project(self, connection: Connection, tenant: str, id: str) -> Project | None:
        """One project, None if unknown."""
        ...

    def projects(self, connection: Connection, tenant: str) -> tuple[Project, ...]:
        """The projects by id."""
        ...

    def user(self, connection: Connection, tenant: str, id: str) -> User | None:
        """One user with all grants, None if unknown."""
        ...

    def users(self, connection: Connection, tenant: str) -> tuple[User, ...]:
        """All users with their grants, by id."""
        ...

    def users_with(
        self, connection: Connection, tenant: str, role: str, scope: Scope
    ) -> tuple[User, ...]:
        """The active users who hold a role in a scope, or in the whole tenant, by id."""
        ...
