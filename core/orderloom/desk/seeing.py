"""What an actor sees in lists: a query confined to his grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from orderloom.decide import missing_right, permission_of
from orderloom.errors import Forbidden
from orderloom.modules import Assembly, SubjectScope, allows
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.orders.subject import ORDER
from orderloom.store.query import Query, Seen
from orderloom.values import Actor, Grant


def visible(query: Query, assembly: Assembly, actor: Actor) -> Query:
    """The query confined to what the actor's grants let him read, by present names of statuses.

    Raises:
        Forbidden: no grant lets the actor read anything of that kind.
    """
    types = _types(assembly, query.kind)
    scopes = tuple(dict.fromkeys(_scopes(types, assembly, actor)))
    if not scopes:
        needed = [permission_of(type, "read") for type in types.values()]
        raise Forbidden(missing_right(one, assembly) for one in needed or [f"{query.kind}.read"])
    renamed = tuple(
        (type, old, new)
        for type in types
        for old, new in assembly.lifecycles[type].lifecycle.renamed
    )
    return attrs.evolve(query, scopes=scopes, renamed=renamed)


def _types(assembly: Assembly, kind: str) -> Mapping[str, OrderType | SubjectType]:
    if kind == ORDER:
        return assembly.order_types
    return {key: type for key, type in assembly.subject_types.items() if key == kind}


def _scopes(
    types: Mapping[str, OrderType | SubjectType], assembly: Assembly, actor: Actor
) -> Iterator[Seen]:
    """What every grant that lets the actor read shows."""
    for grant in actor.grants:
        wide = Actor(actor.id, (Grant(grant.role),))
        if allows(wide, "*", SubjectScope(), assembly.roles):
            yield _seen("*", grant, types, assembly)
            continue
        for key, type in types.items():
            if allows(wide, permission_of(type, "read"), SubjectScope(), assembly.roles):
                yield _seen(key, grant, [key], assembly)


def _seen(type: str, grant: Grant, types: Iterable[str], assembly: Assembly) -> Seen:
    party = grant.scope.kind == "party"
    return Seen(
        type=type,
        kind=grant.scope.kind,
        id=grant.scope.id,
        hidden_from_buyer=tuple(_hidden("buyer", types, assembly)) if party else (),
        hidden_from_seller=tuple(_hidden("seller", types, assembly)) if party else (),
    )


def _hidden(side: str, types: Iterable[str], assembly: Assembly) -> Iterator[tuple[str, str]]:
    """(type, status) that do not show to a side, under their former names too."""
    for type in types:
        lifecycle = assembly.lifecycles[type].lifecycle
        hidden = {one.name for one in lifecycle.statuses if not one.shows_to((side,))}
        former = (old for old, new in lifecycle.renamed if new in hidden)
        yield from ((type, name) for name in (*sorted(hidden), *former))
