"""Permissions and the roles that bundle them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values import SCOPE_KINDS, Gather, Scope


def _keys(raw: str | Iterable[str]) -> frozenset[str]:
    return frozenset((raw,) if isinstance(raw, str) else raw)


def _kinds(raw: str | Iterable[str]) -> frozenset[str]:
    with Gather() as gather:
        found = [gather.take(Scope, kind, "") for kind in sorted(_keys(raw))]
    if not found:
        text = "A role that is held nowhere allows nothing. To make one, name one of: {known}."
        params = {"known": ", ".join(SCOPE_KINDS)}
        raise Refused([Problem("role.nowhere", text, "scopes", params=params)])
    return frozenset(scope.kind for scope in found if scope)


@attrs.frozen
class Permission:
    """Something a role may allow: "procurement.order.send"."""

    key: str
    title: str


@attrs.frozen(kw_only=True)
class Role:
    """A named set of permissions, granted to users within a scope.

    Attributes:
        key: "procurement.buyer"; the core's own role "admin" allows everything.
        permissions: keys; "procurement.*" takes all that start so.
        manages: keys of the roles that a holder may give and take where he holds this one; with
            them he looks after the people who hold nothing else (`desk.directory`).
        scopes: kinds of scope in which it may be granted; all there are unless said otherwise.

    Raises:
        Refused: [scope.unknown_kind], [role.nowhere].
    """

    key: str
    title: str
    permissions: frozenset[str] = attrs.field(default=frozenset(), converter=_keys)
    manages: frozenset[str] = attrs.field(default=frozenset(), converter=_keys)
    scopes: frozenset[str] = attrs.field(default=frozenset(SCOPE_KINDS), converter=_kinds)
