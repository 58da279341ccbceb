"""Faults put in on purpose: a hook that raises, a database that fails at some statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from orderloom.modules import Module, hookimpl

KEY: Final = "injected_faults"
HOOKS: Final = (
    "check_order",
    "check_action",
    "check_subject",
    "on_order_placed",
    "on_order_edited",
    "on_lines_changed",
    "on_order_deleted",
    "on_status_changed",
    "on_subject_placed",
    "on_subject_edited",
)
DATABASE: Final = "statement"


class InjectedError(Exception):
    """Nobody's fault: a story asked for it."""


class Injector:
    """Raises where a story asks for it: "on_order_placed", "statement 3".

    Attributes:
        module: takes part in every type of the modules under test, last of all.
        fired: whether the fault asked for last has happened.
    """

    def __init__(self, types: Iterable[str], modules: Iterable[str]) -> None:
        self.fired = False
        self._asked, self._statements = "", 0
        manifest = Module(KEY, title="Injected faults", requires=set(modules), touches=set(types))
        hooks = {name: hookimpl(_named(name, self._raise_if_asked)) for name in HOOKS}
        self.module = SimpleNamespace(__name__=KEY, module=manifest, **hooks)

    @contextmanager
    def armed(self, where: str, engine: Engine) -> Iterator[None]:
        """Raise at that place, once, as long as the block runs; "" raises nowhere."""
        hook, _, count = where.partition(" ")
        self.fired, self._asked, self._statements = False, hook, int(count or 0)
        listening = hook == DATABASE
        if listening:
            sa.event.listen(engine, "before_cursor_execute", self._count)
        try:
            yield
        finally:
            self._asked = ""
            if listening:
                sa.event.remove(engine, "before_cursor_execute", self._count)

    def _raise_if_asked(self, name: str) -> None:
        if self._asked == name:
            self._asked, self.fired = "", True
            raise InjectedError(f"raised in {name}")

    def _count(self, *_: Any) -> None:
        self._statements -= 1
        if self._statements == 0:
            self._raise_if_asked(DATABASE)


def _named(name: str, function: Callable[[str], None]) -> Callable[[], None]:
    def hook() -> None:
        function(name)

    hook.__name__ = name
    return hook
