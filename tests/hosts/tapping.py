"""Taps: they see every boundary a story crosses, and let it fail at any one of them.

Statements are tapped at the driver, so that none passes unseen, whoever sends it and however.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import attrs
import psycopg
import sqlalchemy as sa

from orderloom import Module, hookimpl
from orderloom.modules.hooks import HOOKS

BEFORE, AFTER, REFUSED = "before", "after", "refused"
_NONSENSE = "SELECT no_such_function()"


class Fault(Exception):
    """Raised at a boundary."""


@attrs.frozen
class Cut:
    """One boundary to fail at.

    Attributes:
        at: index among all that are crossed.
        how: BEFORE it is carried out, AFTER it, or REFUSED by the database.
    """

    at: int
    how: str


@attrs.define(eq=False)
class Tap:
    """Counts boundaries while it is open, and fails at one if told to."""

    seen: list[str] = attrs.field(factory=list)
    cut: Cut | None = None
    watching: bool = False

    @contextmanager
    def open(self, cut: Cut | None = None) -> Iterator[Tap]:
        """Watch from here on."""
        self.seen, self.cut, self.watching = [], cut, True
        try:
            yield self
        finally:
            self.watching = False

    @property
    def fired(self) -> bool:
        """Whether the cut was reached."""
        return self.cut is not None and len(self.seen) > self.cut.at

    def through(
        self, name: str, run: Callable[[], Any], refused: Callable[[], Any] | None = None
    ) -> Any:
        """Carry something out, unless the cut is here."""
        if not self.watching:
            return run()
        cut = self.cut if self.cut and self.cut.at == len(self.seen) else None
        self.seen.append(name)
        if cut and cut.how == BEFORE:
            raise Fault(name)
        if cut and cut.how == REFUSED and refused:
            return refused()
        result = run()
        if cut:
            raise Fault(name)
        return result


# ── statements ─────────────────────────────────────────────────────────────────────────────


def tapped_engine(url: sa.URL, tap: Tap, **options: Any) -> sa.Engine:
    """An engine all of whose statements go through a tap."""
    if url.get_backend_name() == "sqlite":
        return sa.create_engine(url, connect_args={"factory": _sqlite(tap)}, **options)
    return sa.create_engine(url, connect_args={"cursor_factory": _postgres(tap)}, **options)


def _sqlite(tap: Tap) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *args: Any) -> Any:
            return self._through(super().execute, sql, *args)

        def executemany(self, sql: str, *args: Any) -> Any:
            return self._through(super().executemany, sql, *args)

        def _through(self, run: Callable[..., Any], sql: str, *args: Any) -> Any:
            refused = functools.partial(super().execute, _NONSENSE)
            try:
                return tap.through(sql, lambda: run(sql, *args), refused)
            except Fault:
                self.close()  # the traceback holds it, as it would not hold the driver's own
                raise

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *args: Any) -> Any:
            return self.cursor().execute(sql, *args)  # the driver's own knows of no other cursor

        def executemany(self, sql: str, *args: Any) -> Any:
            return self.cursor().executemany(sql, *args)

    return Connection


def _postgres(tap: Tap) -> type[psycopg.Cursor[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, sql: Any, *args: Any, **more: Any) -> Any:
            run, refused = super().execute, functools.partial(super().execute, _NONSENSE)
            return tap.through(str(sql), lambda: run(sql, *args, **more), refused)

        def executemany(self, sql: Any, *args: Any, **more: Any) -> Any:
            run, refused = super().executemany, functools.partial(super().execute, _NONSENSE)
            return tap.through(str(sql), lambda: run(sql, *args, **more), refused)

    return Cursor


# ── hooks ──────────────────────────────────────────────────────────────────────────────────


def tapped_module(plugin: ModuleType, tap: Tap) -> Any:
    """A module every hook of which goes through a tap."""
    tapped = {
        name: hookimpl(_tapped(getattr(plugin, name), f"{plugin.module.key}.{name}", tap))
        for name in HOOKS
        if hasattr(plugin, name)
    }
    return SimpleNamespace(__name__=plugin.__name__, module=plugin.module, **tapped)


def listener(tap: Tap) -> Any:
    """A module that implements every hook there is, and does nothing in it."""
    module = Module(
        "listener",
        title="Listener",
        requires={"procurement"},
        touches={"procurement.order", "procurement.need"},
    )
    hooks = {name: hookimpl(_silent(name, tap)) for name in HOOKS}
    return SimpleNamespace(__name__="listener", module=module, **hooks)


def _tapped(hook: Callable[..., Any], name: str, tap: Tap) -> Callable[..., Any]:
    def whole(*args: Any) -> Any:
        answer = hook(*args)
        return list(answer) if isinstance(answer, Iterator) else answer

    @functools.wraps(hook)
    def crossing(*args: Any) -> Any:
        return tap.through(name, lambda: whole(*args))

    return crossing


def _silent(name: str, tap: Tap) -> Callable[..., Any]:
    def hook() -> None:
        tap.through(f"listener.{name}", lambda: None)

    hook.__name__ = name
    return hook
