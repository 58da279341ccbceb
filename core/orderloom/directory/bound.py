"""The stand-alone directory of one command: connection and tenant bound, changes recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

from orderloom.directory import users, writers
from orderloom.directory.grantable import Grantable, check_grants
from orderloom.directory.managing import Managing
from orderloom.directory.port import Directory
from orderloom.directory.records import Change, Product
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.values import Grant, Party, Project, Scope, Unit, User

T = TypeVar("T")
Changed = Callable[[str, dict[str, Any]], None]

_PERSONAL = {
    "party": frozenset({"name", "address", "contacts"}),
    "user": frozenset({"name", "email"}),
}


class TenantDirectory:
    """A directory, the host's or ours, as seen from one tenant in one transaction."""

    def __init__(self, connection: Connection, tenant: str, directory: Directory) -> None:
        self._connection, self._tenant, self._directory = connection, tenant, directory
        self._units: Mapping[str, Unit] | None = None

    def party(self, id: str) -> Party | None:
        """One party, None if unknown."""
        return self._directory.party(self._connection, self._tenant, id)

    def parties(self, *, role: str = "", text: str = "") -> tuple[Party, ...]:
        """The parties by name, perhaps only those of a role or with a text in id or name."""
        return self._directory.parties(self._connection, self._tenant, role=role, text=text)

    def product(self, id: str) -> Product | None:
        """One product, None if unknown."""
        return self._directory.product(self._connection, self._tenant, id)

    def products(self, *, text: str = "") -> tuple[Product, ...]:
        """The products by name, perhaps only those with a text in id or name."""
        return self._directory.products(self._connection, self._tenant, text=text)

    def units(self) -> Mapping[str, Unit]:
        """The tenant's own units by code; read once, since an import asks with every row."""
        if self._units is None:
            self._units = self._directory.units(self._connection, self._tenant)
        return self._units

    def project(self, id: str) -> Project | None:
        """One project, None if unknown."""
        return self._directory.project(self._connection, self._tenant, id)

    def projects(self) -> tuple[Project, ...]:
        """The projects by id."""
        return self._directory.projects(self._connection, self._tenant)

    def user(self, id: str) -> User | None:
        """One user with all grants, None if unknown."""
        return self._directory.user(self._connection, self._tenant, id)

    def users(self) -> tuple[User, ...]:
        """All users with their grants, by id."""
        return self._directory.users(self._connection, self._tenant)

    def users_with(self, role: str, scope: Scope) -> tuple[User, ...]:
        """The active users who hold a role in a scope, or in the whole tenant, by id."""
        return self._directory.users_with(self._connection, self._tenant, role, scope)


class BoundDirectory(TenantDirectory):
    """Reads and writes the stand-alone directory of one tenant in one transaction.

    Every write that changed something is told to `changed(what, body)`, which makes it an event
    of the tenant. The body holds `id`, `created`, `changed` (field -> [old, new]) and `personal`:
    the names of changed fields that hold personal data, never their values.
    """

    def __init__(
        self,
        connection: Connection,
        tenant: str,
        changed: Changed,
        directory: Directory | None = None,
        grantable: Grantable | None = None,
        managing: Managing | None = None,
    ) -> None:
        """Bind the directory.

        Args:
            connection: of the running command.
            tenant: key of the tenant.
            changed: records a change; called with what was written and the event's body. Whether
                the actor may make it is for `changed` to say, of users for `managing`.
            directory: what is read through, narrowed to what somebody may know; None for all.
            grantable: what may be granted; anything if None.
            managing: whom the actor looks after; all users if None.
        """
        super().__init__(connection, tenant, directory or StandaloneDirectory())
        self._changed, self._grantable, self._managing = changed, grantable, managing
        self._party_roles: set[str] | None = None

    def check_suppliers(self, suppliers: tuple[str, ...]) -> None:
        """Refuse suppliers that are not parties; as `writers.check_suppliers`."""
        writers.check_suppliers(self._connection, self._tenant, suppliers)

    def check_party_roles(self, roles: Collection[str]) -> None:
        """Refuse roles of parties that look misspelt; as `writers.check_party_roles`."""
        writers.check_party_roles(roles, self._roles_in_use)

    def check_grants(self, grants: tuple[Grant, ...]) -> None:
        """Refuse grants that may not be given: as `Managing.check_given`, then `check_grants`."""
        if self._managing is not None:
            self._managing.check_given(grants)
        check_grants(self._connection, self._tenant, grants, self._grantable)

    def save_party(self, party: Party) -> Change[Party]:
        """Create or replace a party; raises as `writers.save_party`."""
        change = writers.save_party(self._connection, self._tenant, party, self._roles_in_use)
        if self._party_roles is not None:
            self._party_roles |= change.after.roles
        return self._told("party", change.after.id, change)

    def save_product(self, product: Product) -> Change[Product]:
        """Create or replace a product; raises as `writers.save_product`."""
        change = writers.save_product(self._connection, self._tenant, product)
        return self._told("product", change.after.id, change)

    def save_unit(self, unit: Unit) -> Change[Unit]:
        """Create or replace a unit of the tenant's own; raises as `writers.save_unit`."""
        change = writers.save_unit(self._connection, self._tenant, unit)
        self._units = None
        return self._told("unit", change.after.code, change)

    def save_project(self, project: Project) -> Change[Project]:
        """Create or replace a project; raises as `writers.save_project`."""
        change = writers.save_project(self._connection, self._tenant, project)
        return self._told("project", change.after.id, change)

    def save_user(self, user: User) -> Change[User]:
        """Make the stored user equal to this record; raises as `users.save_user`."""
        change = users.save_user(*self._at, user, self._grantable, self._managing)
        return self._told("user", change.after.id, change)

    def grant(self, user: str, given: Grant | str) -> Change[User]:
        """Give a user a role; raises as `users.grant`."""
        change = users.grant(*self._at, user, given, self._grantable, self._managing)
        return self._told("user", user, change)

    def revoke(self, user: str, given: Grant | str) -> Change[User]:
        """Take a role away from a user; raises as `users.revoke`."""
        change = users.revoke(*self._at, user, given, self._managing)
        return self._told("user", user, change)

    def deactivate_user(self, user: str) -> Change[User]:
        """Take all rights from a user but keep the grants; raises as `users.deactivate_user`."""
        change = users.deactivate_user(*self._at, user, self._managing)
        return self._told("user", user, change)

    def activate_user(self, user: str) -> Change[User]:
        """Give a user back the rights there were; raises as `users.activate_user`."""
        change = users.activate_user(*self._at, user, self._managing)
        return self._told("user", user, change)

    @property
    def _at(self) -> tuple[Connection, str]:
        return self._connection, self._tenant

    def _roles_in_use(self) -> set[str]:
        """The roles parties play; read once, since an import may save many."""
        if self._party_roles is None:
            self._party_roles = writers.party_roles(self._connection, self._tenant)
        return self._party_roles

    def _told(self, what: str, id: str, change: Change[T]) -> Change[T]:
        if change.differs:
            self._changed(what, _body(what, id, change))
        return change


def _body(what: str, id: str, change: Change[Any]) -> dict[str, Any]:
    old = writers.plain_record(change.before) if change.before is not None else {}
    new = writers.plain_record(change.after)
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    personal = _PERSONAL.get(what, frozenset())
    return {
        "id": id,
        "created": change.created,
        "changed": {name: [old.get(name), new.get(name)] for name in names if name not in personal},
        "personal": [name for name in names if name in personal],
    }
