"""Whether an endpoint could ever be told what it asks for: one that could not is refused."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.decide import permission_of
from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly, SubjectScope, allows
from orderloom.notify.webhooks import EVERYTHING
from orderloom.values import Actor, Grant


def check_hears(types: tuple[str, ...], grant: Grant, assembly: Assembly) -> None:
    """Refuse types of events of which a grant lets nothing be read: nobody would ever be told.

    Args:
        types: that an endpoint wants, as `types_of` read them.
        grant: by which it hears.
        assembly: of the tenant.

    Raises:
        Refused: [webhook.deaf] for each of them, naming the roles that read it.
    """
    deaf = [
        _deaf(one, f"types[{index}]", grant, assembly)
        for index, one in enumerate(types)
        if any(_concerned(one, assembly))
        and grant.role not in _readers(one, grant.scope.kind, assembly)
    ]
    if deaf:
        raise Refused(deaf)


def _deaf(type: str, field: str, grant: Grant, assembly: Assembly) -> Problem:
    readers = sorted(_readers(type, grant.scope.kind, assembly))
    text = "{grant} may read nothing of {type}, so it would never be told. To hear of it, {remedy}."
    remedy = (
        f"grant one of these roles there: {', '.join(readers)}"
        if readers
        else f"grant a role in the whole tenant: {', '.join(_readers(type, 'tenant', assembly))}"
    )
    params = {"grant": str(grant), "type": type, "remedy": remedy}
    return Problem("webhook.deaf", text, field, params=params)


def _readers(wanted: str, kind: str, assembly: Assembly) -> Iterator[str]:
    """The roles that, granted in a kind of scope, read subjects of which events are wanted."""
    needed = {
        permission_of(assembly.order_types.get(key) or assembly.subject_types[key], "read")
        for key in _concerned(wanted, assembly)
        if _lies_in(key, kind, assembly)
    }
    for role in assembly.roles.values():
        holder = Actor("", (Grant(role.key),))
        if kind in role.scopes and any(
            allows(holder, one, SubjectScope(), assembly.roles) for one in needed
        ):
            yield role.key


def _concerned(wanted: str, assembly: Assembly) -> Iterator[str]:
    """The types of subjects whose events are wanted."""
    for key in assembly.lifecycles:
        if wanted in (EVERYTHING, key) or wanted.startswith(f"{key}."):
            yield key


def _lies_in(type: str, kind: str, assembly: Assembly) -> bool:
    """Whether subjects of a type can lie in a kind of scope: orders alone have parties."""
    if kind == "party":
        return type in assembly.order_types
    return kind != "department" or type in assembly.departments
