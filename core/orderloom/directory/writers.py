"""Writing the stand-alone directory: each record passes its gate, then replaces its row.

Every function takes the connection and the tenant's key first, works in the caller's transaction
and raises `Refused` with all problems of the record before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.directory import gates
from orderloom.directory.records import Change, Product, User
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.directory.upserts import upsert
from orderloom.errors import NotFound, Problem, Refused
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.values import Grant, Party, Project, Scope, Unit, nearest, shown

_directory = StandaloneDirectory()
_REVOKE = sa.delete(schema.grants).where(
    schema.grants.c.tenant_id == bindparam("tenant"),
    schema.grants.c.user_id == bindparam("user"),
    schema.grants.c.role == bindparam("grant_role"),
    schema.grants.c.scope_kind == bindparam("kind"),
    schema.grants.c.scope_id == bindparam("scope"),
)


def save_party(connection: Connection, tenant: str, party: Party) -> Change[Party]:
    """Create or replace a party.

    Raises:
        Refused: as `gates.party_of`.
    """
    made = gates.party_of(party)
    change = Change(_directory.party(connection, tenant, made.id), made)
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
    made = gates.own_unit_of(unit)
    change = Change(_directory.units(connection, tenant).get(made.code), made)
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


def save_user(connection: Connection, tenant: str, user: User) -> Change[User]:
    """Make the stored user equal to this record, grants included.

    Raises:
        Refused: as `gates.user_of`; [grant.unknown_party], [grant.unknown_project].
    """
    made = gates.user_of(user)
    before = _directory.user(connection, tenant, made.id)
    known = set(before.grants) if before else set()
    added = [grant for grant in made.grants if grant not in known]
    check_scopes(connection, tenant, added)
    made = attrs.evolve(made, grants=sorted(made.grants, key=_grant_order))
    change = Change(before, made)
    if change.differs:
        row = attrs.asdict(made, recurse=False, filter=lambda field, _: field.name != "grants")
        upsert(connection, schema.users, {"tenant_id": tenant, **row})
        for given in added:
            upsert(connection, schema.grants, _grant_row(tenant, made.id, given))
        for dropped in known.difference(made.grants):
            _delete_grant(connection, tenant, made.id, dropped)
    return change


def grant(connection: Connection, tenant: str, user: str, given: Grant | str) -> Change[User]:
    """Give a user a role; nothing happens if it is there already.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        user: id of the user.
        given: a `Grant`, or its text such as `procurement.buyer@project:summer`.

    Raises:
        Refused: as `gates.grant_of`; [grant.unknown_party], [grant.unknown_project].
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    more = gates.grant_of(given, "grant")
    return save_user(connection, tenant, attrs.evolve(found, grants=(*found.grants, more)))


def revoke(connection: Connection, tenant: str, user: str, given: Grant | str) -> Change[User]:
    """Take a role away from a user.

    Raises:
        Refused: as `gates.grant_of`; [grant.not_held] the user has no such grant.
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    less = gates.grant_of(given, "grant")
    if less not in found.grants:
        template = "User {user} does not hold {grant}. To revoke a role, name one of: {held}."
        held = ", ".join(map(str, found.grants)) or "(none)"
        params = {"user": user, "grant": less, "held": held}
        raise Refused([Problem("grant.not_held", template, "grant", params=params)])
    kept = [known for known in found.grants if known != less]
    return save_user(connection, tenant, attrs.evolve(found, grants=kept))


def deactivate_user(connection: Connection, tenant: str, user: str) -> Change[User]:
    """Take all rights from a user but keep the grants; `save_user` with `active` undoes it.

    Raises:
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    return save_user(connection, tenant, attrs.evolve(found, active=False))


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
                    params={"given": shown(id), "nearest": _near_party(connection, tenant, id)})
            for id in unknown
        )  # fmt: skip


def check_scopes(connection: Connection, tenant: str, grants: Iterable[Grant]) -> None:
    """Refuse grants in parties or projects there are not: they would silently be no right at all.

    Raises:
        Refused: [grant.unknown_party], [grant.unknown_project] for each scope.
    """
    problems = []
    for scope in dict.fromkeys(grant.scope for grant in grants):
        near = _unknown_scope(connection, tenant, scope)
        if near is not None:
            template = (
                "There is no {kind} “{given}”. To grant a role in it, create it first, or use a "
                "known id: {nearest}."
            )
            params = {"kind": scope.kind, "given": shown(scope.id), "nearest": near}
            problems.append(
                Problem(f"grant.unknown_{scope.kind}", template, "grants", params=params)
            )
    if problems:
        raise Refused(problems)


def _write_record(
    connection: Connection, table: sa.Table, tenant: str, record: Party | Product
) -> None:
    text = codec.dumps(plain_record(record))
    row = {"tenant_id": tenant, "id": record.id, "name": record.name, "record": text}
    upsert(connection, table, row)


def plain_record(record: object) -> dict[str, Any]:
    """A record ready for JSON, its sets as sorted lists."""
    plain: dict[str, Any] = codec.to_plain(record)
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in plain.items()
    }


def _existing(connection: Connection, tenant: str, user: str) -> User:
    found = _directory.user(connection, tenant, user)
    if found is None:
        known = [one.id for one in _directory.users(connection, tenant)]
        hint = f"To go on, create the user, or name one there is: {_near(user, known)}."
        raise NotFound("user", shown(user), hint)
    return found


def _unknown_scope(connection: Connection, tenant: str, scope: Scope) -> str | None:
    """The nearest known ids if the scope names an unknown party or project."""
    if scope.kind == "party" and _directory.party(connection, tenant, scope.id) is None:
        return _near_party(connection, tenant, scope.id)
    if scope.kind == "project" and _directory.project(connection, tenant, scope.id) is None:
        known = [project.id for project in _directory.projects(connection, tenant)]
        return _near(scope.id, known)
    return None


def _near_party(connection: Connection, tenant: str, id: str) -> str:
    return _near(id, [party.id for party in _directory.parties(connection, tenant)])


def _near(word: str, known: list[str]) -> str:
    return nearest(word, known, otherwise=", ".join(known[:5]) or "(none yet)")


def _grant_order(grant: Grant) -> tuple[str, str, str]:
    return grant.role, grant.scope.kind, grant.scope.id


def _grant_row(tenant: str, user: str, grant: Grant) -> dict[str, str]:
    return {
        "tenant_id": tenant, "user_id": user, "role": grant.role,
        "scope_kind": grant.scope.kind, "scope_id": grant.scope.id,
    }  # fmt: skip


def _delete_grant(connection: Connection, tenant: str, user: str, grant: Grant) -> None:
    where = {"grant_role": grant.role, "kind": grant.scope.kind, "scope": grant.scope.id}
    connection.execute(_REVOKE, {"tenant": tenant, "user": user, **where})
