"""Which roles may be granted where, and by whom.

One that would hold for nothing where it is granted is no right at all, and refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache, partial

import attrs

from orderloom.decide import permission_of, right_problems
from orderloom.desk.administration import AUDIT, MANAGE
from orderloom.directory import Grantable
from orderloom.directory.managing import Managing
from orderloom.modules import Assembly, SubjectScope, allows, contained
from orderloom.modules.contributions import Reading, Role
from orderloom.values import Actor, Grant

_COMMANDS = ("place", "edit", "read", "delete", "note")


def grantable(assembly: Assembly, reading: Reading) -> Grantable:
    """What may be granted in a tenant with these modules and settings."""
    return attrs.evolve(_by_modules(assembly), listed=partial(_listed, assembly, reading))


def managing_of(assembly: Assembly, reading: Reading) -> Managing | None:
    """Whom the actor looks after; None if he manages the tenant, and so everybody."""
    for missing in right_problems(MANAGE, None, assembly, reading):
        return Managing(reading.actor, assembly.roles, missing)
    return None


@lru_cache(maxsize=64)
def _by_modules(assembly: Assembly) -> Grantable:
    orders, others = assembly.order_types.keys(), assembly.subject_types.keys()
    types = {"project": orders | others, "party": orders, "department": assembly.departments.keys()}
    return Grantable(
        roles=assembly.roles,
        departments={field.key for field in assembly.departments.values()},
        within={kind: tuple(_within(assembly, kind, keys)) for kind, keys in types.items()},
        scopes={role.key: role.scopes for role in assembly.roles.values()},
    )


def _listed(assembly: Assembly, reading: Reading) -> frozenset[str]:
    """The only departments there are; none if any field may say others."""
    names: set[str] = set()
    for field in assembly.departments.values():
        with contained(field.key.partition(".")[0], f"listed of {field.key}"):
            listed = field.listed(reading) if field.listed else ()
        if not listed:
            return frozenset()
        names.update(listed)
    return frozenset(names)


def _within(assembly: Assembly, kind: str, types: Iterable[str]) -> Iterator[str]:
    """The roles that hold for something in scopes of a kind: these, and those who manage them."""
    holding = {key for key in _holding(assembly, types) if kind in assembly.roles[key].scopes}
    for role in assembly.roles.values():
        if kind in role.scopes and (role.key in holding or role.manages & holding):
            yield role.key


def _holding(assembly: Assembly, types: Iterable[str]) -> Iterator[str]:
    """The roles that allow something about these types, as far as anybody can say.

    What a permission is about is known only if a command asks for it. A module may ask for others
    about anything.
    """
    here = {one for key in types for one in _asked(assembly, key)}
    everywhere = {one for key in assembly.lifecycles for one in _asked(assembly, key)}
    elsewhere = (everywhere | {AUDIT, MANAGE}) - here
    for role in assembly.roles.values():
        named = {key for key in role.permissions if key == "*" or not key.endswith("*")}
        asked = {*here, *assembly.permissions, *named} - elsewhere
        if any(_includes(role, key) for key in asked):
            yield role.key


def _asked(assembly: Assembly, key: str) -> Iterator[str]:
    """The permissions that commands on subjects of a type ask for."""
    type = assembly.order_types.get(key) or assembly.subject_types[key]
    yield from (permission_of(type, command) for command in _COMMANDS)
    for action in assembly.lifecycles[key].lifecycle.all_actions:
        yield action.permission or permission_of(type, action.name)
    documents = (one for one in assembly.documents.values() if one.type == key)
    yield from (one.permission for one in documents if one.permission)


def _includes(role: Role, permission: str) -> bool:
    wide = Actor("", (Grant(role.key),))
    return allows(wide, permission, SubjectScope(), {role.key: role})
