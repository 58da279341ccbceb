"""The directory as far as an actor may know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
from sqlalchemy import Connection

from orderloom.directory import Directory, Product, User
from orderloom.directory.managing import Managing
from orderloom.modules import Assembly
from orderloom.values import Actor, Party, Project, Scope, Unit


@attrs.frozen
class Lookups:
    """A directory seen by one actor.

    Whoever has a role in the tenant, a project or a department is of the house: he sees parties,
    products, units and projects. Whoever has one in a party only sees that party, products and
    units. Users are for those who manage the tenant; everybody may look himself up.

    Attributes:
        directory: the host's or ours.
        actor: who asks.
        assembly: of the tenant; roles it does not have count for nothing.
        managing: answers whom the actor looks after; None if he manages the tenant.
    """

    directory: Directory
    actor: Actor
    assembly: Assembly
    managing: Callable[[], Managing | None]

    @property
    def _house(self) -> bool:
        return any(scope.kind != "party" for scope in self._scopes)

    @property
    def _scopes(self) -> list[Scope]:
        return [grant.scope for grant in self.actor.grants if grant.role in self.assembly.roles]

    def _knows(self, party: str) -> bool:
        return self._house or Scope("party", party) in self._scopes

    def _known_users(self) -> Callable[[User], bool]:
        """Which users the actor may know of.

        Raises:
            Forbidden: none but himself.
        """
        managing = self.managing()
        if managing is None:
            return lambda user: True
        managing.check_any()
        return managing.knows

    def party(self, connection: Connection, tenant: str, id: str) -> Party | None:
        """One party; None if unknown, to the actor too."""
        return self.directory.party(connection, tenant, id) if self._knows(id) else None

    def parties(
        self, connection: Connection, tenant: str, *, role: str = "", text: str = ""
    ) -> tuple[Party, ...]:
        """The parties the actor may know of."""
        found = self.directory.parties(connection, tenant, role=role, text=text)
        return tuple(party for party in found if self._knows(party.id))

    def product(self, connection: Connection, tenant: str, id: str) -> Product | None:
        """One product, None if unknown."""
        return self.directory.product(connection, tenant, id) if self._scopes else None

    def products(
        self, connection: Connection, tenant: str, *, text: str = ""
    ) -> tuple[Product, ...]:
        """The products."""
        return self.directory.products(connection, tenant, text=text) if self._scopes else ()

    def units(self, connection: Connection, tenant: str) -> Mapping[str, Unit]:
        """The tenant's own units by code."""
        return self.directory.units(connection, tenant) if self._scopes else {}

    def project(self, connection: Connection, tenant: str, id: str) -> Project | None:
        """One project; None if unknown, to the actor too."""
        return self.directory.project(connection, tenant, id) if self._house else None

    def projects(self, connection: Connection, tenant: str) -> tuple[Project, ...]:
        """The projects the actor may know of."""
        return self.directory.projects(connection, tenant) if self._house else ()

    def user(self, connection: Connection, tenant: str, id: str) -> User | None:
        """One user with all grants; None if unknown, to the actor too.

        Raises:
            Forbidden: it is somebody else, and the actor manages nobody.
        """
        found = self.directory.user(connection, tenant, id)
        if id == self.actor.id:
            return found
        known = self._known_users()
        return found if found is not None and known(found) else None

    def users(self, connection: Connection, tenant: str) -> tuple[User, ...]:
        """The users the actor may know of.

        Raises:
            Forbidden: he manages nobody.
        """
        known = self._known_users()
        return tuple(filter(known, self.directory.users(connection, tenant)))

    def users_with(
        self, connection: Connection, tenant: str, role: str, scope: Scope
    ) -> tuple[User, ...]:
        """The active users who hold a role in a scope, as far as the actor may know of them.

        Raises:
            Forbidden: he manages nobody.
        """
        known = self._known_users()
        return tuple(filter(known, self.directory.users_with(connection, tenant, role, scope)))
