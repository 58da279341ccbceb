"""Permissions and the roles that bundle them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


def _keys(raw: str | Iterable[str]) -> frozenset[str]:
    return frozenset((raw,) if isinstance(raw, str) else raw)


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
    """

    key: str
    title: str
    permissions: frozenset[str] = attrs.field(default=frozenset(), converter=_keys)
