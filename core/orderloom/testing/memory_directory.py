"""A directory held in memory: stands for a host's own parties, products, projects and users."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from sqlalchemy import Connection

from orderloom.directory import Product, User
from orderloom.values import Grant, Party, Project, Scope, Unit

Record = Party | Product | Project | Unit | User


@attrs.define
class MemoryDirectory:
    """The port `Directory`, answered from memory: `Orderloom(directory=MemoryDirectory().add(…))`.

    Attributes:
        records: (tenant, class of the record, key) -> record.
    """

    records: dict[tuple[str, type, str], Any] = attrs.field(factory=dict)

    def add(self, tenant: str, *records: Record) -> MemoryDirectory:
        """Put records of a tenant in, in place of those of the same key; answers itself."""
        for record in records:
            key = record.code if isinstance(record, Unit) else record.id
            self.records[tenant, type(record), key] = record
        return self

    def party(self, connection: Connection, tenant: str, id: str) -> Party | None:
        """One party, None if unknown."""
        return self.records.get((tenant, Party, id))

    def parties(
        self, connection: Connection, tenant: str, *, role: str = "", text: str = ""
    ) -> tuple[Party, ...]:
        """The parties by name, then id."""
        found = _by_name(self._all(tenant, Party), text)
        return tuple(party for party in found if not role or role in party.roles)

    def product(self, connection: Connection, tenant: str, id: str) -> Product | None:
        """One product, None if unknown."""
        return self.records.get((tenant, Product, id))

    def products(
        self, connection: Connection, tenant: str, *, text: str = ""
    ) -> tuple[Product, ...]:
        """The products by name, then id."""
        return tuple(_by_name(self._all(tenant, Product), text))

    def units(self, connection: Connection, tenant: str) -> Mapping[str, Unit]:
        """The tenant's own units by code."""
        return {unit.code: unit for unit in self._all(tenant, Unit)}

    def project(self, connection: Connection, tenant: str, id: str) -> Project | None:
        """One project, None if unknown."""
        return self.records.get((tenant, Project, id))

    def projects(self, connection: Connection, tenant: str) -> tuple[Project, ...]:
        """The projects by id."""
        return tuple(sorted(self._all(tenant, Project), key=lambda one: one.id))

    def user(self, connection: Connection, tenant: str, id: str) -> User | None:
        """One user with all grants, None if unknown."""
        return self.records.get((tenant, User, id))

    def users(self, connection: Connection, tenant: str) -> tuple[User, ...]:
        """All users with their grants, by id."""
        return tuple(sorted(self._all(tenant, User), key=lambda one: one.id))

    def users_with(
        self, connection: Connection, tenant: str, role: str, scope: Scope
    ) -> tuple[User, ...]:
        """The active users who hold a role in a scope, or in the whole tenant, by id."""
        wanted = {Grant(role, scope), Grant(role)}
        users = self.users(connection, tenant)
        return tuple(user for user in users if user.active and wanted & set(user.grants))

    def _all(self, tenant: str, kind: type[Any]) -> list[Any]:
        return [one for (of, cls, _), one in self.records.items() if (of, cls) == (tenant, kind)]


def _by_name(records: Iterable[Any], text: str) -> list[Any]:
    wanted = text.casefold()
    found = [one for one in records if any(wanted in key for key in _order(one))]
    return sorted(found, key=_order)


def _order(record: Any) -> tuple[str, str]:
    return record.name.casefold(), record.id.casefold()
