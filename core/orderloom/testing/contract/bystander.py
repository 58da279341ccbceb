"""A small sound module that must go on working, whatever the module under test does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from orderloom.lifecycle import EVERYONE, START, Action, Lifecycle, Status
from orderloom.modules import Module, hookimpl
from orderloom.modules.contributions import OrderType, Role

KEY = "kit_bystander"
TYPE = f"{KEY}.order"
READER = f"{KEY}.reader"

LIFECYCLE = Lifecycle(
    TYPE,
    statuses=(
        Status("open", "Open", stage="open", editable_by={EVERYONE}),
        Status("closed", "Closed", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="open"),
        Action("close", source="open", target="closed"),
    ),
)


def bystander(readable: Iterable[str]) -> Any:
    """The module, with a role that may read and nothing else.

    Args:
        readable: permissions that role has.
    """

    @hookimpl
    def register_order_types() -> OrderType:
        return OrderType(key=TYPE, title="Bystander order", lifecycle=LIFECYCLE)

    @hookimpl
    def after_order_event(event: Any) -> None:
        return None

    role = Role(key=READER, title="Reader", permissions=set(readable))
    parts: Mapping[str, Any] = {
        "module": Module(KEY, title="Bystander", roles=[role]),
        "register_order_types": register_order_types,
        "after_order_event": after_order_event,
    }
    return SimpleNamespace(__name__=KEY, **parts)
