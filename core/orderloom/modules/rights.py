"""Who may do what, where: permissions, through the roles granted to an actor within scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from orderloom.modules.contributions import Role
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Scope


def _ids(raw: Iterable[str]) -> frozenset[str]:
    return frozenset(raw)


@attrs.frozen(kw_only=True)
class SubjectScope:
    """Where a subject is, as far as grants are concerned; empty means the tenant as a whole.

    Attributes:
        project: key of its project, "" for none.
        parties: ids of its buyer and seller.
        departments: those it concerns; the caller knows them.
    """

    project: str = ""
    parties: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)
    departments: frozenset[str] = attrs.field(default=frozenset(), converter=_ids)

    @classmethod
    def of(cls, subject: Subject, departments: Iterable[str] = ()) -> SubjectScope:
        """The scope of a subject or order."""
        sides = (subject.buyer, subject.seller) if isinstance(subject, Order) else ()
        parties = (party.id for party in sides if party)
        return cls(project=subject.project, parties=parties, departments=departments)

    def within(self, scope: Scope) -> bool:
        """Whether a grant in `scope` holds here."""
        if scope.kind == "tenant":
            return True
        if scope.kind == "project":
            return bool(scope.id) and scope.id == self.project
        return scope.id in (self.parties if scope.kind == "party" else self.departments)


def allows(actor: Actor, permission: str, where: SubjectScope, roles: Mapping[str, Role]) -> bool:
    """Whether an actor has a permission somewhere.

    Args:
        actor: who asks, with the grants of this very command.
        permission: "" is everybody's.
        where: for what concerns the whole tenant, the empty scope: only grants on the tenant hold
            there, so that nobody runs the tenant by a right in one project.
        roles: of the tenant's assembly; grants of other roles count for nothing.
    """
    return permission == "" or bool(held_in(actor, permission, where, roles))


def held_in(
    actor: Actor, permission: str, where: SubjectScope, roles: Mapping[str, Role]
) -> list[Scope]:
    """The scopes of the grants by which an actor has a permission somewhere; as `allows`."""
    return [
        grant.scope
        for grant in actor.grants
        if where.within(grant.scope)
        and (permission == "" or (grant.role in roles and _includes(roles[grant.role], permission)))
    ]


def scopes_with(actor: Actor, permission: str, roles: Mapping[str, Role]) -> tuple[Scope, ...]:
    """Where an actor has a permission, in the order of the grants; each scope once."""
    found = (
        grant.scope
        for grant in actor.grants
        if grant.role in roles and _includes(roles[grant.role], permission)
    )
    return tuple(dict.fromkeys(found))


def holdable(role: Role, kinds: Iterable[str]) -> bool:
    """Whether somebody can hold a role in scopes of some kinds, or in the whole tenant."""
    return not role.scopes.isdisjoint({"tenant", *kinds})


def who_may(permission: str, roles: Mapping[str, Role], departments: Iterable[str] = ()) -> str:
    """Who can lift a missing permission, in words: "role Admin or Buyer in department Audio"."""
    titles = sorted(role.title for role in roles.values() if _includes(role, permission))
    if not titles:
        return "nobody"
    where = " and ".join(sorted(departments))
    return f"role {' or '.join(titles)}{f' in department {where}' if where else ''}"


def _includes(role: Role, permission: str) -> bool:
    if permission in role.permissions:
        return True
    return any(key.endswith("*") and permission.startswith(key[:-1]) for key in role.permissions)
