"""Who acts: an id, the roles granted to it, and where each of them holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values.wording import nearest, shown

SCOPE_KINDS = ("tenant", "party", "department", "project")
_PLACES = {
    "tenant": "in the whole tenant", "party": "at a party", "department": "in a department",
    "project": "in a project",
}  # fmt: skip


def in_places(kinds: Collection[str]) -> str:
    """Where something holds, in words, by kinds of scope: "at a party or in a project"."""
    return " or ".join(_PLACES[kind] for kind in SCOPE_KINDS if kind in kinds)


def _kind(value: str) -> str:
    if value in SCOPE_KINDS:
        return value
    template = "“{given}” is not a kind of scope. To name one, use one of: {nearest}."
    known = nearest(shown(value), SCOPE_KINDS, otherwise=", ".join(SCOPE_KINDS))
    params = {"given": shown(value), "nearest": known}
    raise Refused([Problem("scope.unknown_kind", template, "kind", params=params)])


@attrs.frozen
class Scope:
    """Where a grant holds.

    Attributes:
        kind: tenant, party, department or project.
        id: of the party or project, or the name of the department as subjects spell it; empty
            for the tenant.

    Raises:
        Refused: [scope.unknown_kind].
    """

    kind: str = attrs.field(converter=_kind)
    id: str

    def __str__(self) -> str:
        return f"{self.kind} {self.id}".rstrip()


@attrs.frozen
class Grant:
    """A role, and where it holds (the whole tenant unless said otherwise).

    Attributes:
        role: key of a role, as modules and tenants declare them.
        scope: where it holds.
    """

    role: str
    scope: Scope = Scope("tenant", "")

    def __str__(self) -> str:
        return f"{self.role} in {self.scope}"


def _only_grants(actor: object, field: object, value: Any) -> None:
    if not isinstance(value, Collection):
        raise _no_grants(value, "grants")
    for index, one in enumerate(value):
        if not isinstance(one, Grant):
            raise _no_grants(one, f"grants[{index}]")


def _no_grants(given: object, field: str) -> Refused:
    text = "“{given}” does not belong here. To give roles, write such as (Grant('admin'),)."
    return Refused([Problem("actor.grant", text, field, params={"given": shown(given)})])


@attrs.frozen
class Actor:
    """Who gives a command; sides follow from grants with a party scope.

    Attributes:
        id: of the user in the host or the directory, or "system:…".
        grants: looked up anew for each command, never kept across commands.
        language: language tag messages are rendered in.

    Raises:
        Refused: [actor.grant].
    """

    id: str
    grants: tuple[Grant, ...] = attrs.field(default=(), validator=_only_grants)
    language: str = "en"
