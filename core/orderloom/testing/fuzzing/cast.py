"""Who acts in stories: names that say what an actor may, and where."""

from __future__ import annotations

from collections.abc import Iterable

from orderloom.testing.fuzzing.ground import BUYERS, PROJECTS, VENDORS
from orderloom.values import Actor, Grant, Scope

ADMIN = "admin"
NOBODY = "nobody"
_PLACES = (
    "",
    f"project:{PROJECTS[0]}",
    f"project:{PROJECTS[1]}",
    f"party:{VENDORS[0]}",
    f"party:{BUYERS[0]}",
)


def actor_of(name: str) -> Actor:
    """The actor of a name: "admin", "nobody", or a role and where it holds.

    "procurement.buyer" holds in the whole tenant, "procurement.buyer@project:summer" in a project.
    """
    if name == NOBODY:
        return Actor(name)
    role, _, place = name.partition("@")
    kind, _, id = place.partition(":")
    return Actor(name, (Grant(role, Scope(kind or "tenant", id)),))


def everybody(roles: Iterable[str]) -> tuple[str, ...]:
    """The names of all there are: the admin, each role in each place, somebody without grants."""
    others = sorted(role for role in roles if role != ADMIN)
    placed = [
        f"{role}@{place}" if place else role for role in (*others, ADMIN) for place in _PLACES
    ]
    return (ADMIN, *(name for name in placed if name != ADMIN), NOBODY)
