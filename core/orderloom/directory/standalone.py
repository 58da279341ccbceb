"""The directory kept in our own tables: what an installation without a host reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.directory.records import Product
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.store.prepared import Prepared
from orderloom.values import Grant, Party, Project, Scope, Unit, User

T = TypeVar("T")


def _of_tenant(table: sa.Table, *columns: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(*(columns or table.c)).where(table.c.tenant_id == bindparam("tenant"))


def _named(table: sa.Table) -> sa.Select[Any]:
    return _of_tenant(table, table.c.id, table.c.name, table.c.record)


_users, _grants = schema.users, schema.grants
_PARTIES = _named(schema.parties)
_PARTY = Prepared(
    _of_tenant(schema.parties, schema.parties.c.record).where(
        schema.parties.c.id == bindparam("id")
    )
)
_PRODUCTS = _named(schema.products)
_PRODUCT = Prepared(
    _of_tenant(schema.products, schema.products.c.record).where(
        schema.products.c.id == bindparam("id")
    )
)
_UNITS = Prepared(_of_tenant(schema.units).order_by(schema.units.c.code))
_PROJECTS = _of_tenant(schema.projects).order_by(schema.projects.c.id)
_PROJECT = Prepared(_of_tenant(schema.projects).where(schema.projects.c.id == bindparam("id")))
_USERS = (
    _of_tenant(_users, *_users.c, _grants.c.role, _grants.c.scope_kind, _grants.c.scope_id)
    .select_from(
        _users.outerjoin(
            _grants,
            (_grants.c.tenant_id == _users.c.tenant_id) & (_grants.c.user_id == _users.c.id),
        )
    )
    .order_by(_users.c.id, _grants.c.role, _grants.c.scope_kind, _grants.c.scope_id)
)
_USER = Prepared(_USERS.where(_users.c.id == bindparam("id")))
_USERS_WITH = Prepared(
    _USERS.where(
        _users.c.active,
        _users.c.id.in_(
            _of_tenant(_grants, _grants.c.user_id).where(
                _grants.c.role == bindparam("role"),
                sa.or_(
                    _grants.c.scope_kind == "tenant",
                    (_grants.c.scope_kind == bindparam("scope_kind"))
                    & (_grants.c.scope_id == bindparam("scope_id")),
                ),
            )
        ),
    )
)


class StandaloneDirectory:
    """The `Directory` over `ol_party`, `ol_product`, `ol_unit`, `ol_project`, `ol_user`."""

    def party(self, connection: Connection, tenant: str, id: str) -> Party | None:
        """One party, None if unknown."""
        return _record(connection, _PARTY, tenant, id, Party)

    def parties(
        self, connection: Connection, tenant: str, *, role: str = "", text: str = ""
    ) -> tuple[Party, ...]:
        """The parties by name, perhaps only those of a role or with a text in id or name."""
        found = _records(connection, _PARTIES, tenant, text, Party)
        return tuple(party for party in found if not role or role in party.roles)

    def product(self, connection: Connection, tenant: str, id: str) -> Product | None:
        """One product, None if unknown."""
        return _record(connection, _PRODUCT, tenant, id, Product)

    def products(
        self, connection: Connection, tenant: str, *, text: str = ""
    ) -> tuple[Product, ...]:
        """The products by name, perhaps only those with a text in id or name."""
        return tuple(_records(connection, _PRODUCTS, tenant, text, Product))

    def units(self, connection: Connection, tenant: str) -> Mapping[str, Unit]:
        """The tenant's own units by code."""
        rows = _UNITS.all(connection, {"tenant": tenant})
        return {row.code: Unit(row.code, row.symbol, row.title, row.digits) for row in rows}

    def project(self, connection: Connection, tenant: str, id: str) -> Project | None:
        """One project, None if unknown."""
        row = _PROJECT.first(connection, {"tenant": tenant, "id": id})
        return None if row is None else _project(row)

    def projects(self, connection: Connection, tenant: str) -> tuple[Project, ...]:
        """The projects by id."""
        return tuple(map(_project, connection.execute(_PROJECTS, {"tenant": tenant})))

    def user(self, connection: Connection, tenant: str, id: str) -> User | None:
        """One user with all grants, None if unknown."""
        rows = _USER.all(connection, {"tenant": tenant, "id": id})
        return next(iter(_read_users(rows)), None)

    def users(self, connection: Connection, tenant: str) -> tuple[User, ...]:
        """All users with their grants, by id, inactive ones included."""
        return _read_users(connection.execute(_USERS, {"tenant": tenant}))

    def users_with(
        self, connection: Connection, tenant: str, role: str, scope: Scope
    ) -> tuple[User, ...]:
        """The active users who hold a role in a scope, or in the whole tenant, by id."""
        where = {"role": role, "scope_kind": scope.kind, "scope_id": scope.id}
        return _read_users(_USERS_WITH.all(connection, {"tenant": tenant, **where}))


def _record(
    connection: Connection, select: Prepared, tenant: str, id: str, cls: type[T]
) -> T | None:
    text = select.scalar(connection, {"tenant": tenant, "id": id})
    read: T | None = None if text is None else _read(cls, text)  # type: ignore[arg-type]  # an attrs class
    return read


@lru_cache(maxsize=1024)
def _read(cls: type[Any], text: str) -> Any:
    """A record of its text; the same few are read by command after command."""
    return codec.from_plain(cls, codec.loads(text))


def _records(
    connection: Connection, select: sa.Select[Any], tenant: str, text: str, cls: type[T]
) -> Iterable[T]:
    """Compared and sorted in Python, so that both engines fold letters alike."""
    wanted = text.casefold()
    rows = connection.execute(select, {"tenant": tenant})
    found = [row for row in rows if any(wanted in key for key in _order(row))]
    for row in sorted(found, key=_order):
        yield codec.from_plain(cls, codec.loads(row.record))


def _order(row: Any) -> tuple[str, str]:
    return row.name.casefold(), row.id.casefold()


def _project(row: Any) -> Project:
    return Project(row.id, row.title, prefix=row.prefix, starts=row.starts, ends=row.ends)


def _read_users(rows: Iterable[Any]) -> tuple[User, ...]:
    return tuple(_user(list(group)) for _, group in groupby(rows, key=lambda row: row.id))


def _user(rows: list[Any]) -> User:
    """One user from the rows of all grants; a single row with NULLs if there is none."""
    first = rows[0]
    return User(
        id=first.id,
        name=first.name,
        email=first.email,
        language=first.language,
        active=first.active,
        grants=[Grant(r.role, Scope(r.scope_kind, r.scope_id)) for r in rows if r.role is not None],
    )
