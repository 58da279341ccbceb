"""Writing users and their grants, as `writers` writes everything else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.directory import gates
from orderloom.directory.records import Change
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.directory.upserts import upsert
from orderloom.directory.writers import near_ids, near_party
from orderloom.errors import NotFound, Problem, Refused
from orderloom.modules import ADMIN
from orderloom.store import schema
from orderloom.values import Grant, Scope, User, nearest, shown

_directory = StandaloneDirectory()
_EVERYWHERE = Scope("tenant", "")
_users, _grants = schema.users, schema.grants
# Always in the same order, so that two admins who let each other go wait instead of deadlocking.
_LOCK_ADMINS = (
    sa.select(_users.c.id)
    .where(
        _users.c.tenant_id == bindparam("tenant"),
        _users.c.id.in_(
            sa.select(_grants.c.user_id).where(
                _grants.c.tenant_id == bindparam("tenant"),
                _grants.c.role == bindparam("admin"),
                _grants.c.scope_kind == _EVERYWHERE.kind,
            )
        ),
    )
    .order_by(_users.c.id)
    .with_for_update()
)
_fields = schema.subject_fields.c
_DEPARTMENTS = (
    sa.select(_fields.value)
    .where(
        _fields.tenant_id == bindparam("tenant"),
        _fields.field.in_(bindparam("fields", expanding=True)),
    )
    .distinct()
)
_REVOKE = sa.delete(_grants).where(
    _grants.c.tenant_id == bindparam("tenant"),
    _grants.c.user_id == bindparam("user"),
    _grants.c.role == bindparam("grant_role"),
    _grants.c.scope_kind == bindparam("kind"),
    _grants.c.scope_id == bindparam("scope"),
)


@attrs.frozen(kw_only=True)
class Grantable:
    """What may be granted in a tenant, as far as its modules say.

    Attributes:
        roles: keys of the roles there are.
        departments: keys of the indexed fields that say the department of a subject; without any,
            a role in a department would hold for nothing.
        within: kind of scope -> roles that hold for something there; any role of a kind that is
            not in it.
        listed: answers the only departments there are; none if any may be named.
    """

    roles: Collection[str] = ()
    departments: Collection[str] = ()
    within: Mapping[str, Collection[str]] = attrs.field(factory=dict)
    listed: Callable[[], Collection[str]] = tuple


def save_user(
    connection: Connection, tenant: str, user: User, known: Grantable | None = None
) -> Change[User]:
    """Make the stored user equal to this record, grants included.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        user: whole.
        known: what may be granted; None if nobody knows.

    Raises:
        Refused: as `gates.user_of` and, for new grants, as `check_grants`; [user.last_admin].
    """
    made = gates.user_of(user)
    before = _directory.user(connection, tenant, made.id)
    return _store_user(connection, tenant, before, made, known)


def grant(
    connection: Connection,
    tenant: str,
    user: str,
    given: Grant | str,
    known: Grantable | None = None,
) -> Change[User]:
    """Give a user a role; nothing happens if it is there already.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        user: id of the user.
        given: a `Grant`, or its text such as `procurement.buyer@project:summer`.
        known: what may be granted; None if nobody knows.

    Raises:
        Refused: as `gates.grant_of` and `check_grants`.
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    more = gates.grant_of(given, "grant")
    made = attrs.evolve(found, grants=(*found.grants, more))
    return _store_user(connection, tenant, found, made, known)


def revoke(connection: Connection, tenant: str, user: str, given: Grant | str) -> Change[User]:
    """Take a role away from a user.

    Raises:
        Refused: as `gates.grant_of`; [grant.not_held] the user has no such grant;
            [user.last_admin].
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
    return _store_user(connection, tenant, found, attrs.evolve(found, grants=kept))


def deactivate_user(connection: Connection, tenant: str, user: str) -> Change[User]:
    """Take all rights from a user but keep the grants; `activate_user` undoes it.

    Raises:
        Refused: [user.last_admin].
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    return _store_user(connection, tenant, found, attrs.evolve(found, active=False))


def activate_user(connection: Connection, tenant: str, user: str) -> Change[User]:
    """Let a user who was deactivated act again, with the grants there were.

    Raises:
        NotFound: there is no such user.
    """
    found = _existing(connection, tenant, user)
    return _store_user(connection, tenant, found, attrs.evolve(found, active=True))


def is_admin(user: User) -> bool:
    """Whether a user is active and may do everything in the whole tenant."""
    return user.active and Grant(ADMIN.key, _EVERYWHERE) in user.grants


def check_grants(
    connection: Connection,
    tenant: str,
    grants: Iterable[Grant],
    known: Grantable | None = None,
) -> None:
    """Refuse grants of roles or in scopes there are not: they would silently be no right at all.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        grants: that are to be given.
        known: what may be granted; None if nobody knows.

    Raises:
        Refused: [grant.unknown_role] for each role; [grant.unknown_party],
            [grant.unknown_project], [grant.unknown_department], [grant.department],
            [grant.department_misspelt] for each scope; [grant.idle] for each role that
            would hold for nothing where it is granted.
    """
    given = tuple(grants)
    problems = [
        *_unknown_roles([grant.role for grant in given], known.roles if known else None),
        *_unknown_scopes(connection, tenant, [grant.scope for grant in given], known),
        *(_idle_grants(given, known) if known else ()),
    ]
    if problems:
        raise Refused(problems)


def _unknown_roles(given: Iterable[str], known: Collection[str] | None) -> Iterator[Problem]:
    for role in dict.fromkeys(given):
        if known is not None and role not in known:
            text = "There is no role “{given}”. To grant one, use: {nearest}."
            close = nearest(role, known, otherwise=", ".join(known))
            params = {"given": shown(role), "nearest": close}
            yield Problem("grant.unknown_role", text, "grants", params=params)


def _unknown_scopes(
    connection: Connection, tenant: str, scopes: Iterable[Scope], known: Grantable | None
) -> Iterator[Problem]:
    for scope in dict.fromkeys(scopes):
        if scope.kind == "department":
            if known is not None:
                yield from _department_problems(connection, tenant, scope.id, known)
            continue
        near = _unknown_scope(connection, tenant, scope)
        if near is not None:
            template = (
                "There is no {kind} “{given}”. To grant a role in it, create it first, or use a "
                "known id: {nearest}."
            )
            params = {"kind": scope.kind, "given": shown(scope.id), "nearest": near}
            yield Problem(f"grant.unknown_{scope.kind}", template, "grants", params=params)


def _department_problems(
    connection: Connection, tenant: str, id: str, known: Grantable
) -> Iterator[Problem]:
    """Why a role in a department would hold for nothing; it may be granted before its first use."""
    if not known.departments:
        template = (
            "A role in department “{given}” would hold for nothing: no module that is on names "
            "departments. To grant it, name a project or a party, or grant it in the whole tenant."
        )
        yield Problem("grant.department", template, "grants", params={"given": shown(id)})
        return
    if listed := known.listed():
        if id not in listed:
            template = (
                "There is no department “{given}”. To grant a role in one, name one of: {nearest}."
            )
            close = nearest(id, listed, otherwise=", ".join(sorted(listed)))
            params = {"given": shown(id), "nearest": close}
            yield Problem("grant.unknown_department", template, "grants", params=params)
        return
    fields = sorted(known.departments)
    in_use = connection.execute(_DEPARTMENTS, {"tenant": tenant, "fields": fields})
    if near := gates.misspelt_name(id, in_use.scalars().all()):
        template = (
            "There is no department “{given}” yet. To go on, write {nearest}, or name the "
            "department otherwise."
        )
        params = {"given": shown(id), "nearest": near}
        yield Problem("grant.department_misspelt", template, "grants", params=params)


def _idle_grants(given: Iterable[Grant], known: Grantable) -> Iterator[Problem]:
    for grant in dict.fromkeys(given):
        kind = grant.scope.kind
        there = known.within.get(kind, known.roles)
        told = grant.role not in known.roles or (kind == "department" and not known.departments)
        if grant.role in there or told:
            continue
        others = [f"a {other}" for other, roles in known.within.items() if grant.role in roles]
        places = filter(None, [", ".join(others), "the whole tenant"])
        template = (
            "Role {role} would hold for nothing in {kind} “{given}”: nothing it allows belongs to "
            "a {kind}. To go on, grant it in {places}, or grant a role that holds there: {roles}."
        )
        params = {
            "role": grant.role, "kind": kind, "given": shown(grant.scope.id),
            "places": " or ".join(places), "roles": ", ".join(there),
        }  # fmt: skip
        yield Problem("grant.idle", template, "grants", params=params)


def _unknown_scope(connection: Connection, tenant: str, scope: Scope) -> str | None:
    """The nearest known ids if the scope names an unknown party or project."""
    if scope.kind == "party" and _directory.party(connection, tenant, scope.id) is None:
        return near_party(connection, tenant, scope.id)
    if scope.kind == "project" and _directory.project(connection, tenant, scope.id) is None:
        known = [project.id for project in _directory.projects(connection, tenant)]
        return near_ids(scope.id, known)
    return None


def _store_user(
    connection: Connection,
    tenant: str,
    before: User | None,
    user: User,
    known: Grantable | None = None,
) -> Change[User]:
    """Write a user who passed the gate."""
    held = set(before.grants) if before else set()
    made = attrs.evolve(user, grants=sorted(set(user.grants), key=_grant_order))
    added = [grant for grant in made.grants if grant not in held]
    check_grants(connection, tenant, added, known)
    change = Change(before, made)
    _check_last_admin(connection, tenant, change)
    if change.differs:
        row = attrs.asdict(made, recurse=False, filter=lambda field, _: field.name != "grants")
        upsert(connection, schema.users, {"tenant_id": tenant, **row})
        for given in added:
            upsert(connection, schema.grants, _grant_row(tenant, made.id, given))
        for dropped in held.difference(made.grants):
            _delete_grant(connection, tenant, made.id, dropped)
    return change


def _check_last_admin(connection: Connection, tenant: str, change: Change[User]) -> None:
    """Refuse what would leave nobody who may run the tenant, two at once included.

    Raises:
        Refused: [user.last_admin].
    """
    if change.before is None or not is_admin(change.before) or is_admin(change.after):
        return
    connection.execute(_LOCK_ADMINS, {"tenant": tenant, "admin": ADMIN.key})
    admins = _directory.users_with(connection, tenant, ADMIN.key, _EVERYWHERE)
    if all(other.id == change.after.id for other in admins):
        text = (
            "{user} is the last active admin: without one, nobody could run the tenant. To go on, "
            "first make another active user an admin (orderloom user grant USER {role})."
        )
        params = {"user": shown(change.after.id), "role": ADMIN.key}
        raise Refused([Problem("user.last_admin", text, params=params)])


def _existing(connection: Connection, tenant: str, user: str) -> User:
    found = _directory.user(connection, tenant, user)
    if found is None:
        known = [one.id for one in _directory.users(connection, tenant)]
        hint = f"To go on, create the user, or name one there is: {near_ids(user, known)}."
        raise NotFound("user", shown(user), hint)
    return found


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
