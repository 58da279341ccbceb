"""The manifest: what a module says about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules.contributions.rights import Role

_KEY = re.compile(r"[a-z][a-z0-9_]{1,30}")
# The core and its settings answer to the first two, a tenant's overlay to the last.
_TAKEN = ("orderloom", "core", "tenant")


def _keys(raw: str | Iterable[str]) -> frozenset[str]:
    return frozenset((raw,) if isinstance(raw, str) else raw)


def _roles(raw: Iterable[Role]) -> tuple[Role, ...]:
    return tuple(raw)


def _checked_key(_: object, __: object, key: str) -> None:
    if not _KEY.fullmatch(key):
        text = "To name a module, use 2 to 31 of a-z, 0-9 and _, beginning with a letter: {key}"
        raise Refused([Problem("module.bad_key", text, "key", params={"key": key})])
    if key in _TAKEN:
        text = "{key} names a part of the core. To name a module, choose another word."
        raise Refused([Problem("module.bad_key", text, "key", params={"key": key})])


@attrs.frozen(eq=False)
class Module:
    """What an admin switches on for a tenant.

    Attributes:
        key: unique; its tables, permissions, events and problem codes start with it.
        title: for people.
        requires: modules that must be on with it.
        touches: types of other modules (order types, subject types) whose commands its hooks
            take part in; while this module is faulted, commands on those types are refused.
        settings: attrs class of its settings, every field with a default.
        roles: bundles of permissions it suggests.
        before, after: modules its hooks run before or after, where both are on.
        tables: the SQLAlchemy MetaData of its own tables, None if it has none; their rows may be
            claimed, and a purge takes exactly them.
        migrations: import name of its package of Alembic revisions, "" for no tables.
        locale: import name of its folder of translations, such as "orderloom_shop.locale" for
            `orderloom_shop/locale/es.po`; "" for none.
    """

    key: str = attrs.field(validator=_checked_key)
    title: str = attrs.field(kw_only=True)
    requires: frozenset[str] = attrs.field(default=frozenset(), converter=_keys, kw_only=True)
    touches: frozenset[str] = attrs.field(default=frozenset(), converter=_keys, kw_only=True)
    settings: type[Any] | None = attrs.field(default=None, kw_only=True)
    roles: tuple[Role, ...] = attrs.field(default=(), converter=_roles, kw_only=True)
    before: frozenset[str] = attrs.field(default=frozenset(), converter=_keys, kw_only=True)
    after: frozenset[str] = attrs.field(default=frozenset(), converter=_keys, kw_only=True)
    tables: Any = attrs.field(default=None, kw_only=True)
    migrations: str = attrs.field(default="", kw_only=True)
    locale: str = attrs.field(default="", kw_only=True)
