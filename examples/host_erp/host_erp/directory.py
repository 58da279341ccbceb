"""The `Directory` port: orderloom reads the ERP's tables instead of keeping copies of them.

Every method gets the connection of the running command. In a joined transaction that is the ERP's
own: a partner added there a moment ago is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from host_erp.tables import Account, Base, CostCentre, Item, Measure, Partner
from orderloom import Address, Contact, Grant, Party, Product, Project, Scope, Unit, User

R = TypeVar("R")
N = TypeVar("N", Party, Product)

#: What a job lets somebody do with orders: a role of orderloom or of one of its modules.
ROLES = {
    "manager": "admin",
    "purchaser": "procurement.buyer",
    "auditor": "procurement.viewer",
}


class HostDirectory:
    """Parties, products, units, projects and users as the ERP knows them."""

    def party(self, connection: Connection, tenant: str, id: str) -> Party | None:
        return _one(map(_party, _rows(connection, Partner, tenant, code=id)))

    def parties(
        self, connection: Connection, tenant: str, *, role: str = "", text: str = ""
    ) -> tuple[Party, ...]:
        found = map(_party, _rows(connection, Partner, tenant))
        return _named(text, (party for party in found if not role or role in party.roles))

    def product(self, connection: Connection, tenant: str, id: str) -> Product | None:
        return _one(map(_product, _rows(connection, Item, tenant, number=id)))

    def products(
        self, connection: Connection, tenant: str, *, text: str = ""
    ) -> tuple[Product, ...]:
        return _named(text, map(_product, _rows(connection, Item, tenant)))

    def units(self, connection: Connection, tenant: str) -> Mapping[str, Unit]:
        rows = _rows(connection, Measure, tenant)
        return {row.code: Unit(row.code, row.symbol, row.title, digits=0) for row in rows}

    def project(self, connection: Connection, tenant: str, id: str) -> Project | None:
        return _one(map(_project, _rows(connection, CostCentre, tenant, code=id)))

    def projects(self, connection: Connection, tenant: str) -> tuple[Project, ...]:
        return tuple(map(_project, _rows(connection, CostCentre, tenant)))

    def user(self, connection: Connection, tenant: str, id: str) -> User | None:
        return _one(map(_user, _rows(connection, Account, tenant, login=id)))

    def users(self, connection: Connection, tenant: str) -> tuple[User, ...]:
        return tuple(map(_user, _rows(connection, Account, tenant)))

    def users_with(
        self, connection: Connection, tenant: str, role: str, scope: Scope
    ) -> tuple[User, ...]:
        # A job counts in the whole company, and so in every scope.
        users = self.users(connection, tenant)
        return tuple(user for user in users if user.active and Grant(role) in user.grants)


def _rows(connection: Connection, model: type[Base], company: str, **key: str) -> Sequence[Any]:
    """Rows of one company, by key: plain ones, since answers must not depend on any Session."""
    table = model.__table__
    wanted = {"company": company, **key}
    statement = select(table).where(*(table.c[name] == wanted[name] for name in wanted))
    return connection.execute(statement.order_by(*table.primary_key)).all()


def _one(found: Iterable[R]) -> R | None:
    return next(iter(found), None)


def _named(text: str, found: Iterable[N]) -> tuple[N, ...]:
    """Those with a text in id or name, by name."""
    key = text.casefold()
    hits = [each for each in found if key in each.id.casefold() or key in each.name.casefold()]
    return tuple(sorted(hits, key=lambda each: (each.name.casefold(), each.id.casefold())))


def _party(row: Any) -> Party:
    return Party(
        row.code,
        row.name,
        roles={"vendor"} if row.is_vendor else (),
        address=Address((row.street,), city=row.town) if row.street else None,
        contacts=(Contact(row.contact or row.name, email=row.email),) if row.email else (),
    )


def _product(row: Any) -> Product:
    return Product(id=row.number, name=row.name, unit=row.unit)


def _project(row: Any) -> Project:
    return Project(row.code, row.title)


def _user(row: Any) -> User:
    grants = [Grant(ROLES[row.job])] if row.job in ROLES else ()
    return User(id=row.login, name=row.name, email=row.email, active=row.enabled, grants=grants)
