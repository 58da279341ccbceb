"""The same record with some fields changed, made as quickly as Python can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

T = TypeVar("T")


def changer(cls: type[T], *names: str) -> Callable[..., T]:
    """What `attrs.evolve` does for the same few fields, in half its time.

    Args:
        cls: an attrs class.
        names: of the fields to change; their values are the arguments after the record, in
            this order.

    Raises:
        TypeError: it has no such field.
    """
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)  # type: ignore[arg-type]  # an attrs class
    for name in set(names) - {field.name for field in fields}:
        raise TypeError(f"{cls.__name__} has no field {name}")
    given = ", ".join(
        f"{field.alias}={field.name if field.name in names else f'old.{field.name}'}"
        for field in fields
        if field.init
    )
    made: dict[str, Any] = {}
    # As attrs makes its methods: a call that names every field needs no loop over them.
    exec(f"def changed(old, {', '.join(names)}): return cls({given})", {"cls": cls}, made)
    changed: Callable[..., T] = made["changed"]
    return changed
