"""Writing users and their grants, as `writers` writes everything else.

Whoever does not manage the tenant does so as `Managing` allows, which is asked before anything
else is told of the user or written.
"""

from __future__ import annotations

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.directory import gates
from orderloom.directory.grantable import Grantable, check_grants
from orderloom.directory.managing import Managing
from orderloom.directory.records import Change
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.directory.upserts import insert_new, upsert
from orderloom.directory.writers import near_ids
from orderloom.errors import Conflict, NotFound, Problem, Refused
from orderloom.modules import ADMIN
from orderloom.store import schema
from orderloom.values import Grant, Scope, User, shown

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
_LOCK_USER = (
    sa.select(_users.c.id)
    .where(_users.c.tenant_id == bindparam("tenant"), _users.c.id == bindparam("id"))
    .with_for_update()
)
_REVOKE = sa.delete(_grants).where(
    _grants.c.tenant_id == bindparam("tenant"),
    _grants.c.user_id == bindparam("user"),
    _grants.c.role == bindparam("grant_role"),
    _grants.c.scope_kind == bindparam("kind"),
    _grants.c.scope_id == bindparam("scope"),
)


def save_user(
    connection: Connection,
    tenant: str,
    user: User,
    known: Grantable | None = None,
    managing: Managing | None = None,
) -> Change[User]:
    """Make the stored user equal to this record, grants included.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        user: whole.
        known: what may be granted; None if nobody knows.
        managing: whom the actor looks after; None if he manages the tenant, here and below.

    Raises:
        Refused: as `gates.user_of` and, for new grants, as `check_grants`; [user.last_admin].
        Forbidden: as `Managing.check`.
        Conflict: somebody else made a user of this id at this moment; retryable.
    """
    if managing is not None:
        managing.check_any()
    made = gates.user_of(user)
    before = _read(connection, tenant, made.id, managing)
    return _store_user(connection, tenant, before, made, known, managing)


def grant(
    connection: Connection,
    tenant: str,
    user: str,
    given: Grant | str,
    known: Grantable | None = None,
    managing: Managing | None = None,
) -> Change[User]:
    """Give a user a role; nothing happens if it is there already.

    Args:
        connection: of the running command.
        tenant: key of the tenant.
        user: id of the user.
        given: a `Grant`, or its text such as `procurement.buyer@project:summer`.
        known: what may be granted; None if nobody knows.
        managing: as for `save_user`.

    Raises:
        Refused: as `gates.grant_of` and `check_grants`.
        Forbidden: as `Managing.check`.
        NotFound: there is no such user, or the actor may not know of him.
    """
    found = _existing(connection, tenant, user, managing)
    more = gates.grant_of(given, "grant")
    made = attrs.evolve(found, grants=(*found.grants, more))
    return _store_user(connection, tenant, found, made, known, managing)


def revoke(
    connection: Connection,
    tenant: str,
    user: str,
    given: Grant | str,
    managing: Managing | None = None,
) -> Change[User]:
    """Take a role away from a user.

    Raises:
        Refused: as `gates.grant_of`; [grant.not_held] the user has no such grant;
            [user.last_admin].
        Forbidden, NotFound: as `grant`.
    """
    found = _existing(connection, tenant, user, managing)
    less = gates.grant_of(given, "grant")
    if less not in found.grants:
        template = "User {user} does not hold {grant}. To revoke a role, name one of: {held}."
        held = ", ".join(map(str, found.grants)) or "(none)"
        params = {"user": user, "grant": less, "held": held}
        raise Refused([Problem("grant.not_held", template, "grant", params=params)])
    kept = [known for known in found.grants if known != less]
    made = attrs.evolve(found, grants=kept)
    return _store_user(connection, tenant, found, made, managing=managing)


def deactivate_user(
    connection: Connection, tenant: str, user: str, managing: Managing | None = None
) -> Change[User]:
    """Take all rights from a user but keep the grants; `activate_user` undoes it.

    Raises:
        Refused: [user.last_admin].
        Forbidden, NotFound: as `grant`.
    """
    found = _existing(connection, tenant, user, managing)
    made = attrs.evolve(found, active=False)
    return _store_user(connection, tenant, found, made, managing=managing)


def activate_user(
    connection: Connection, tenant: str, user: str, managing: Managing | None = None
) -> Change[User]:
    """Let a user who was deactivated act again, with the grants there were.

    Raises:
        Forbidden, NotFound: as `grant`.
    """
    found = _existing(connection, tenant, user, managing)
    made = attrs.evolve(found, active=True)
    return _store_user(connection, tenant, found, made, managing=managing)


def is_admin(user: User) -> bool:
    """Whether a user is active and may do everything in the whole tenant."""
    return user.active and Grant(ADMIN.key, _EVERYWHERE) in user.grants


def _store_user(
    connection: Connection,
    tenant: str,
    before: User | None,
    user: User,
    known: Grantable | None = None,
    managing: Managing | None = None,
) -> Change[User]:
    """Write a user who passed the gate."""
    held = set(before.grants) if before else set()
    made = attrs.evolve(user, grants=sorted(set(user.grants), key=_grant_order))
    added = [grant for grant in made.grants if grant not in held]
    change = Change(before, made)
    if managing is not None:
        managing.check(change)
    check_grants(connection, tenant, added, known)
    _check_last_admin(connection, tenant, change)
    if change.differs:
        _write_row(connection, tenant, change, overwriting=managing is None)
        for given in added:
            upsert(connection, schema.grants, _grant_row(tenant, made.id, given))
        for dropped in held.difference(made.grants):
            _delete_grant(connection, tenant, made.id, dropped)
    return change


def _write_row(
    connection: Connection, tenant: str, change: Change[User], *, overwriting: bool
) -> None:
    """Write a user without the grants.

    Raises:
        Conflict: it was to be a new user, and meanwhile somebody else made one of this id.
    """
    made = change.after
    row = attrs.asdict(made, recurse=False, filter=lambda field, _: field.name != "grants")
    row["tenant_id"] = tenant
    if overwriting or not change.created:
        upsert(connection, schema.users, row)
    elif not insert_new(connection, schema.users, row):
        text = f"Someone else added the user {shown(made.id)} at this moment. To go on, try again."
        raise Conflict(text, retryable=True)


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


def _read(connection: Connection, tenant: str, id: str, managing: Managing | None) -> User | None:
    """A user as he is; if it counts what he holds, nobody gives him more before this is done."""
    if managing is not None:
        connection.execute(_LOCK_USER, {"tenant": tenant, "id": id})
    return _directory.user(connection, tenant, id)


def _existing(connection: Connection, tenant: str, user: str, managing: Managing | None) -> User:
    if managing is not None:
        managing.check_any()
    knows = managing.knows if managing else lambda one: True
    found = _read(connection, tenant, user, managing)
    if found is None or not knows(found):
        known = [one.id for one in _directory.users(connection, tenant) if knows(one)]
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
