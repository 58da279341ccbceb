"""Writing the stand-alone directory: each record passes its gate, then replaces its row.

Every function takes the connection and the tenant's key first, works in the caller's transaction
and raises `Refused` with all problems of the record before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection

from orderloom.directory import gates
from orderloom.directory.records import Change, Product
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.directory.upserts import upsert
from orderloom.errors import Problem, Refused
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.values import Party, Project, Unit, nearest, shown

_directory = StandaloneDirectory()


def save_party(
    connection: Connection,
    tenant: str,
    party: Party,
    in_use: Callable[[], Collection[str]] | None = None,
) -> Change[Party]:
    """Create or replace a party.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        party: whole.
        in_use: answers `party_roles`, for whoever saves many and asks once.

    Raises:
        Refused: as `gates.party_of`; [party.role_misspelt].
    """
    made = gates.party_of(party)
    change = Change(_directory.party(connection, tenant, made.id), made)
    new = made.roles - (change.before.roles if change.before else frozenset())
    check_party_roles(new, in_use or (lambda: party_roles(connection, tenant)))
    if change.differs:
        _write_record(connection, schema.parties, tenant, made)
    return change


def save_product(connection: Connection, tenant: str, product: Product) -> Change[Product]:
    """Create or replace a product.

    Raises:
        Refused: as `gates.product_of`; [product.unknown_supplier].
    """
    made = gates.product_of(product, _directory.units(connection, tenant))
    check_suppliers(connection, tenant, made.suppliers)
    change = Change(_directory.product(connection, tenant, made.id), made)
    if change.differs:
        _write_record(connection, schema.products, tenant, made)
    return change


def save_unit(connection: Connection, tenant: str, unit: Unit) -> Change[Unit]:
    """Create or replace a unit of the tenant's own.

    Raises:
        Refused: as `gates.own_unit_of`.
    """
    known = _directory.units(connection, tenant)
    made = gates.own_unit_of(unit, known)
    change = Change(known.get(made.code), made)
    if change.differs:
        upsert(connection, schema.units, {"tenant_id": tenant, **attrs.asdict(made)})
    return change


def save_project(connection: Connection, tenant: str, project: Project) -> Change[Project]:
    """Create or replace a project.

    Raises:
        Refused: as `gates.project_of`.
    """
    made = gates.project_of(project)
    change = Change(_directory.project(connection, tenant, made.id), made)
    if change.differs:
        upsert(connection, schema.projects, {"tenant_id": tenant, **attrs.asdict(made)})
    return change


def party_roles(connection: Connection, tenant: str) -> set[str]:
    """The roles the parties of a tenant play; reads them all."""
    return {role for party in _directory.parties(connection, tenant) for role in party.roles}


def check_party_roles(roles: Collection[str], in_use: Callable[[], Collection[str]]) -> None:
    """Refuse roles that look like a slip of the pen; others are free words.

    Args:
        roles: that are new to the party.
        in_use: answers `party_roles`; asked only if there is a role that is not always known.

    Raises:
        Refused: [party.role_misspelt] for each of them.
    """
    own = sorted(frozenset(roles) - gates.PARTY_ROLES)
    known = gates.PARTY_ROLES.union(in_use()) if own else gates.PARTY_ROLES
    text = "There is no role “{given}”. To go on, write {nearest}, or name the role otherwise."
    problems = [
        Problem("party.role_misspelt", text, "roles", params={"given": role, "nearest": near})
        for role in own
        if (near := gates.misspelt(role, known))
    ]
    if problems:
        raise Refused(problems)


def check_suppliers(connection: Connection, tenant: str, suppliers: Iterable[str]) -> None:
    """Refuse suppliers the directory does not know.

    Raises:
        Refused: [product.unknown_supplier] for each of them.
    """
    unknown = [id for id in suppliers if _directory.party(connection, tenant, id) is None]
    if unknown:
        template = (
            "There is no party “{given}”. To name a supplier, create the party first, or use a "
            "known id: {nearest}."
        )
        raise Refused(
            Problem("product.unknown_supplier", template, "suppliers",
                    params={"given": shown(id), "nearest": near_party(connection, tenant, id)})
            for id in unknown
        )  # fmt: skip


def plain_record(record: object) -> dict[str, Any]:
    """A record ready for JSON, its sets as sorted lists."""
    plain: dict[str, Any] = codec.to_plain(record)
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in plain.items()
    }


def _write_record(
    connection: Connection, table: sa.Table, tenant: str, record: Party | Product
) -> None:
    text = codec.dumps(plain_record(record))
    row = {"tenant_id": tenant, "id": record.id, "name": record.name, "record": text}
    upsert(connection, table, row)


def near_party(connection: Connection, tenant: str, id: str) -> str:
    """The nearest ids of parties, for a message."""
    return near_ids(id, [party.id for party in _directory.parties(connection, tenant)])


def near_ids(word: str, known: list[str]) -> str:
    """The nearest of the known ids, or the first of them, for a message."""
    return nearest(word, known, otherwise=", ".join(known[:5]) or "(none yet)")
