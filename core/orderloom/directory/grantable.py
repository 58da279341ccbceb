"""What may be granted where: a right that would silently be none is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.directory import gates
from orderloom.directory.standalone import StandaloneDirectory
from orderloom.directory.writers import near_ids, near_party
from orderloom.errors import Problem, Refused
from orderloom.store import schema
from orderloom.values import SCOPE_KINDS, Grant, Scope, in_places, nearest, shown

_directory = StandaloneDirectory()
_WRITTEN = {
    "tenant": "", "party": "@party:ID", "department": "@department:NAME", "project": "@project:ID",
}  # fmt: skip
_fields = schema.subject_fields.c
_DEPARTMENTS = (
    sa.select(_fields.value)
    .where(
        _fields.tenant_id == bindparam("tenant"),
        _fields.field.in_(bindparam("fields", expanding=True)),
    )
    .distinct()
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
        scopes: role -> kinds of scope in which it may be granted; any for a role not in it.
    """

    roles: Collection[str] = ()
    departments: Collection[str] = ()
    within: Mapping[str, Collection[str]] = attrs.field(factory=dict)
    listed: Callable[[], Collection[str]] = tuple
    scopes: Mapping[str, Collection[str]] = attrs.field(factory=dict)

    def kinds(self, role: str) -> Collection[str]:
        """The kinds of scope in which a role may be granted."""
        return self.scopes.get(role, SCOPE_KINDS)


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
            [grant.department_misspelt] for each scope; [grant.scope] for each role that may
            not be held in a scope of this kind; [grant.idle] for each that would hold for nothing
            there.
    """
    given = tuple(grants)
    problems = [
        *_unknown_roles([grant.role for grant in given], known.roles if known else None),
        *_unknown_scopes(connection, tenant, [grant.scope for grant in given], known),
        *(_misplaced_grants(given, known) if known else ()),
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


def misplaced(grant: Grant, kinds: Collection[str]) -> Problem:
    """The problem of a grant whose role may be held in scopes of other kinds only."""
    ordered = [kind for kind in SCOPE_KINDS if kind in kinds]
    params = {
        "role": grant.role,
        "places": in_places(kinds),
        "here": in_places([grant.scope.kind]),
        "ways": " or ".join(f"{grant.role}{_WRITTEN[kind]}" for kind in ordered),
    }
    text = "Role {role} is held {places}, not {here}. To grant it, name one: {ways}."
    return Problem("grant.scope", text, "grants", params=params)


def _misplaced_grants(given: Iterable[Grant], known: Grantable) -> Iterator[Problem]:
    for grant in dict.fromkeys(given):
        kinds = known.kinds(grant.role)
        if grant.role in known.roles and grant.scope.kind not in kinds:
            yield misplaced(grant, kinds)


def _idle_grants(given: Iterable[Grant], known: Grantable) -> Iterator[Problem]:
    for grant in dict.fromkeys(given):
        kind = grant.scope.kind
        there = known.within.get(kind, known.roles)
        kinds = known.kinds(grant.role)
        told = grant.role not in known.roles or (kind == "department" and not known.departments)
        if grant.role in there or told or kind not in kinds:
            continue
        others = [f"a {other}" for other, roles in known.within.items() if grant.role in roles]
        whole = "the whole tenant" if "tenant" in kinds else ""
        places = filter(None, [", ".join(others), whole])
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
