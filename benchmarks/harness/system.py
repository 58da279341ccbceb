"""What is measured on our side: an order type of its own, and modules that hook in everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from orderloom import (
    START,
    Action,
    Actor,
    Grant,
    Lifecycle,
    Module,
    NewLine,
    NewOrder,
    Orderloom,
    OrderType,
    Party,
    Role,
    Series,
    Status,
    hookimpl,
)
from orderloom.modules.hooks import HOOKS, Hook

TYPE = "bench.order"
ACTOR = Actor("bench", (Grant("bench.buyer"),))
ADMIN = Actor("bench-admin", (Grant("admin"),))
SELLER = Party("v1", "Vendor One", roles={"vendor"})
LINES = 5

#: `place` binds and draws a number; `draft` and the actions between open and agreed draw none.
LIFECYCLE = Lifecycle(
    TYPE,
    statuses=(
        Status("draft", "Draft", stage="draft"),
        Status("open", "Open", stage="open"),
        Status("agreed", "Agreed", stage="open"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="open", series=TYPE),
        Action("draft", source=START, target="draft"),
        Action("send", source="draft", target="open", series=TYPE),
        Action("agree", source="open", target="agreed"),
        Action("reopen", source="agreed", target="open"),
        Action("finish", source="agreed", target="done"),
    ),
)


def modules(noops: int) -> list[Any]:
    """The module that owns the type, and so many that implement every hook and do nothing."""
    return [_owner(), *(_noop(f"noop{number}") for number in range(noops))]


def new_order(number: int) -> NewOrder:
    """An order of five priced lines from a vendor of the directory."""
    return NewOrder(
        TYPE,
        seller=SELLER.id,
        lines=[
            NewLine(
                f"Item {(number + position) % 997:05d} of the order, medium text",
                str(position),
                price=f"{12 + position}.50",
            )
            for position in range(1, LINES + 1)
        ],
    )


def new_orders(count: int) -> list[NewOrder]:
    return [new_order(number) for number in range(count)]


def add_tenant(loom: Orderloom, key: str, on: Iterable[str]) -> None:
    """A tenant with the given modules and the vendor of `new_order`."""
    loom.create_tenant(key, title="Example Festivals", modules=on)
    with loom.desk(key, ADMIN) as desk:
        desk.directory.save_party(SELLER)
    with loom.desk(key, ADMIN) as desk:  # so that the lifecycles it runs on are kept
        desk.place(new_order(0))


def _owner() -> Any:
    def register_order_types() -> OrderType:
        return OrderType(
            key=TYPE,
            title="Benchmark order",
            lifecycle=LIFECYCLE,
            buyer="Buyer",
            seller="Vendor",
            series=Series(key=TYPE, pattern="B-{year}-{seq:06}", yearly=True),
        )

    role = Role(key="bench.buyer", title="Buyer", permissions=frozenset({f"{TYPE}.*"}))
    return SimpleNamespace(
        __name__="bench",
        module=Module("bench", title="Benchmark", roles=(role,)),
        register_order_types=hookimpl(register_order_types),
    )


def _noop(key: str) -> Any:
    manifest = Module(key, title=key.title(), requires={"bench"}, touches={TYPE})
    hooks = {name: hookimpl(_does_nothing(hook)) for name, hook in HOOKS.items()}
    return SimpleNamespace(__name__=key, module=manifest, **hooks)


def _does_nothing(hook: Hook) -> Callable[..., None]:
    """An implementation that asks for everything and answers None, which every hook takes."""
    made: dict[str, Any] = {}
    exec(f"def {hook.name}({', '.join(hook.arguments)}): return None", made)
    function: Callable[..., None] = made[hook.name]
    return function
