"""What an actor sees in lists: a query confined to his grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import attrs

from orderloom.decide import ALL_SIDES, missing_right, permission_of
from orderloom.desk.context import Context
from orderloom.errors import Forbidden, Problem, Refused
from orderloom.modules import Assembly, SubjectScope, allows, scopes_with, who_may
from orderloom.modules.contributions import Guarded, OrderType, SubjectType
from orderloom.orders.hidden import PRICES
from orderloom.orders.listed import Listed
from orderloom.store.query import Query, Seen, checked
from orderloom.values import Actor, Grant, text_of
from orderloom.values.changing import changer


def visible(query: Query, assembly: Assembly, actor: Actor) -> Query:
    """The query confined to what the actor's grants let him read, by present names of statuses.

    Raises:
        Refused: [find.unknown_kind] there is nothing of that kind, [text.*] it is no text.
        Forbidden: no grant lets the actor read anything of that kind; or [field.hidden] it
            filters by what he may not see of some of it.
    """
    _check_kind(query.kind, assembly)
    scopes, renamed = _confines(assembly, query.kind, actor.grants)
    if not scopes:
        types = assembly.of_kind(query.kind)
        needed = [permission_of(type, "read") for type in types.values()]
        raise Forbidden(missing_right(one, assembly) for one in needed or [f"{query.kind}.read"])
    if assembly.guards and (hidden := tuple(_hidden_filters(query, scopes, assembly, actor))):
        raise Forbidden(hidden)
    return _confined(query, scopes, renamed)


def _check_kind(given: str, assembly: Assembly) -> None:
    """Refuse the key of a type as a kind.

    Other words pass: what modules that are off have left is asked for by its kind, too.
    """
    kind = text_of(given, "kind")
    named = assembly.order_types.get(kind)
    if named is None or named.kind == kind:
        return
    there = [*(one.kind for one in assembly.order_types.values()), *assembly.subject_types]
    text = (
        "There is no kind {given}: that is a type. To find some, look for the kind {kind} and the "
        "type {given}; the kinds there are: {kinds}."
    )
    params = {"given": kind, "kind": named.kind, "kinds": ", ".join(dict.fromkeys(there))}
    raise Refused([Problem("find.unknown_kind", text, "kind", params=params)])


def _hidden_filters(
    query: Query, scopes: Iterable[Seen], assembly: Assembly, actor: Actor
) -> Iterator[Problem]:
    """A problem for each filter that would tell of what is hidden from the actor."""
    asked = dict(_filters(query, assembly))
    if not asked:
        return
    for type, guards in assembly.guards.items():
        seen = [one for one in scopes if one.type == type and query.type in ("", type)]
        for guard in guards:
            if all(_covers(guard.permission, one, assembly, actor) for one in seen):
                continue
            for field, shows in asked.items():
                if not set(shows).isdisjoint(guard.fields):
                    yield _hidden_filter(guard, field, type, assembly)


def _filters(query: Query, assembly: Assembly) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The filters that tell of what can be guarded, and of what."""
    for name in ("total_from", "total_until"):
        if getattr(query, name) is not None:
            yield name, (PRICES,)
    shows = {one.key: one.shows for each in assembly.fields.values() for one in each}
    for key, _ in checked(query).fields if query.fields else ():
        if told := shows.get(key):
            yield f"fields.{key}", told


def _covers(permission: str, seen: Seen, assembly: Assembly, actor: Actor) -> bool:
    """Whether the actor has a permission wherever one of his grants lets him read."""
    held = scopes_with(actor, permission, assembly.roles)
    return any(scope.kind == "tenant" or (scope.kind, scope.id) == (seen.kind, seen.id)
               for scope in held)  # fmt: skip


def _hidden_filter(guard: Guarded, field: str, type: str, assembly: Assembly) -> Problem:
    who = who_may(guard.permission, assembly.roles)
    text = (
        "{title} of some {type} are hidden from you. To filter by them, ask {who}; to go on, "
        "leave it out."
    )
    params = {"title": guard.title, "type": type, "who": who}
    return Problem("field.hidden", text, field, params=params, lifted_by=who, forbidden=True)


_SIDES: Final = {
    (False, False): frozenset[str](),
    (True, False): frozenset({"buyer"}),
    (False, True): frozenset({"seller"}),
    (True, True): ALL_SIDES,
}
_confined = changer(Query, "scopes", "renamed")


@lru_cache(maxsize=256)
def _confines(
    assembly: Assembly, kind: str, grants: tuple[Grant, ...]
) -> tuple[tuple[Seen, ...], tuple[tuple[str, str, str], ...]]:
    """What grants let their holder read, and the names statuses had."""
    types = assembly.of_kind(kind)
    renamed = (
        (type, old, new)
        for type in types
        for old, new in assembly.lifecycles[type].lifecycle.renamed
    )
    return tuple(dict.fromkeys(_scopes(types, assembly, grants))), tuple(renamed)


def shown(items: Iterable[Listed], query: Query, reading: Context) -> Iterator[Listed]:
    """Those of the rows of a list that the actor may know of, by present names of statuses.

    Args:
        items: found by the query.
        query: as `visible` made it.
        reading: of the actor.
    """
    present = {(type, old): new for type, old, new in query.renamed}
    wide = {scope.type for scope in query.scopes or () if scope.kind == "tenant"}
    if not present and ("*" in wide or query.type in wide):
        yield from items
        return
    reach: dict[str, _Reach] = {}
    asked: dict[tuple[object, ...], bool] = {}
    for item in items:
        name = present.get((item.type, item.status)) if present else None
        now = item if name is None else attrs.evolve(item, status=name)
        if now.type not in reach:
            reach[now.type] = _Reach.of(query.scopes or (), now.type)
        sides = reach[now.type].sides(now)
        if sides is None:
            yield now
        elif sides:
            alike = (now.type, now.status, now.lifecycle, not now.number, sides)
            if alike not in asked:
                asked[alike] = reading.shows(now, sides)
            if asked[alike]:
                yield now


@attrs.frozen
class _Reach:
    """What some scopes show of one type.

    Attributes:
        parties: whose orders, in statuses that show to their sides.
        others: the scopes that are no party's.
    """

    parties: frozenset[str]
    others: tuple[Seen, ...]

    @classmethod
    def of(cls, scopes: Iterable[Seen], type: str) -> _Reach:
        """Those of the scopes that are of a type."""
        here = [scope for scope in scopes if scope.type in ("*", type)]
        parties = frozenset(scope.id for scope in here if scope.kind == "party")
        return cls(parties, tuple(scope for scope in here if scope.kind != "party"))

    def sides(self, item: Listed) -> frozenset[str] | None:
        """The sides from which they see it; None if one of them is no party's.

        The database knows the present lifecycles; what is in a status of a former one shows as it
        did.
        """
        if self.others and any(_lies_within(item, scope) for scope in self.others):
            return None
        buys = item.buyer is not None and item.buyer.id in self.parties
        sells = item.seller is not None and item.seller.id in self.parties
        return _SIDES[buys, sells]


def _lies_within(item: Listed, scope: Seen) -> bool:
    if scope.kind == "project":
        return bool(scope.id) and item.project == scope.id
    return scope.kind == "tenant" or (scope.field, scope.id) in item.fields


def _scopes(
    types: Mapping[str, OrderType | SubjectType], assembly: Assembly, grants: Iterable[Grant]
) -> Iterator[Seen]:
    """What every grant that lets the actor read shows; one in a department needs its field."""
    for grant in grants:
        wide = Actor("", (Grant(grant.role),))
        in_department = grant.scope.kind == "department"
        if not in_department and allows(wide, "*", SubjectScope(), assembly.roles):
            yield _seen("*", grant, types, assembly)
            continue
        for key, type in types.items():
            if in_department and key not in assembly.departments:
                continue
            if allows(wide, permission_of(type, "read"), SubjectScope(), assembly.roles):
                yield _seen(key, grant, [key], assembly)


def _seen(type: str, grant: Grant, types: Iterable[str], assembly: Assembly) -> Seen:
    party = grant.scope.kind == "party"
    department = grant.scope.kind == "department"
    return Seen(
        type=type,
        kind=grant.scope.kind,
        id=grant.scope.id,
        field=assembly.departments[type].key if department else "",
        hidden_from_buyer=tuple(_hidden("buyer", types, assembly)) if party else (),
        hidden_from_seller=tuple(_hidden("seller", types, assembly)) if party else (),
        unborn_to_buyer=tuple(_unborn("buyer", types, assembly)) if party else (),
        unborn_to_seller=tuple(_unborn("seller", types, assembly)) if party else (),
    )


def _unborn(side: str, types: Iterable[str], assembly: Assembly) -> Iterator[str]:
    """The types a side sees only once they have a number."""
    for type in types:
        if assembly.lifecycles[type].lifecycle.shows_once_numbered(side):
            yield type


def _hidden(side: str, types: Iterable[str], assembly: Assembly) -> Iterator[tuple[str, str]]:
    """(type, status) that do not show to a side, under their former names too."""
    for type in types:
        lifecycle = assembly.lifecycles[type].lifecycle
        hidden = {one.name for one in lifecycle.statuses if not one.shows_to((side,))}
        former = (old for old, new in lifecycle.renamed if new in hidden)
        yield from ((type, name) for name in (*sorted(hidden), *former))
