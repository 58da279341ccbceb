"""A module's hooks, watched: which ran, what they executed and raised; and made to fail at will."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import SimpleNamespace
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from orderloom.modules import Loaded
from orderloom.modules.specs import PROJECT

_MARK = f"{PROJECT}_impl"


class InjectedFault(Exception):
    """What the kit raises inside a hook."""


@attrs.frozen
class Statement:
    """One statement a hook executed, in its own code or in a command it nested."""

    hook: str
    text: str


@attrs.frozen
class Fuse:
    """Where the next fault is.

    Attributes:
        hook: its name.
        after: it goes off once the hook has done its work, rather than before.
    """

    hook: str
    after: bool


@attrs.define(eq=False)
class Probe:
    """Stands for a module where it is tried.

    Attributes:
        loaded: the module.
        fired: names of the hooks that ran since it was last emptied.
        statements: what hooks executed.
        raised: pairs of hook and error.
        fuse: where a fault is to be raised, None for nowhere.
        blown: how often it was.
    """

    loaded: Loaded
    fired: set[str] = attrs.field(factory=set, init=False)
    statements: list[Statement] = attrs.field(factory=list, init=False)
    raised: list[tuple[str, BaseException]] = attrs.field(factory=list, init=False)
    fuse: Fuse | None = attrs.field(default=None, init=False)
    blown: int = attrs.field(default=0, init=False)
    _running: list[str] = attrs.field(factory=list, init=False)

    @property
    def hooks(self) -> tuple[str, ...]:
        """The names of the hooks the module implements."""
        return tuple(name for name, _ in self._implementations())

    def plugin(self) -> Any:
        """What to hand to a catalogue in place of the module."""
        made = SimpleNamespace(
            __name__=getattr(self.loaded.plugin, "__name__", self.loaded.key),
            module=self.loaded.manifest,
        )
        for name, function in self._implementations():
            setattr(made, name, self._watched(name, function))
        return made

    def watch(self, engine: Engine) -> None:
        """Note what hooks execute on an engine."""
        sa.event.listen(engine, "before_cursor_execute", self._note)

    @contextmanager
    def failing(self, hook: str, *, after: bool) -> Iterator[None]:
        """Let a hook fail every time it runs."""
        self.fuse, self.blown = Fuse(hook, after), 0
        try:
            yield
        finally:
            self.fuse = None

    def _implementations(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        plugin = self.loaded.plugin
        for name in dir(plugin):
            static = inspect.getattr_static(plugin, name, None)
            static = getattr(static, "__func__", static)
            options = getattr(static, _MARK, None)
            if isinstance(options, dict):
                yield options.get("specname") or name, getattr(plugin, name)

    def _watched(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def watched(*args: Any, **more: Any) -> Any:
            self.fired.add(name)
            self._running.append(name)
            try:
                self._burn(name, after=False)
                answer = function(*args, **more)
                if isinstance(answer, Iterator):  # its code runs now, not after we have looked
                    answer = tuple(answer)
                self._burn(name, after=True)
                return answer
            except BaseException as error:
                self.raised.append((name, error))
                raise
            finally:
                self._running.pop()

        watched.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # pluggy reads it
        setattr(watched, _MARK, {**getattr(function, _MARK), "specname": None})
        watched.__name__ = name
        return watched

    def _burn(self, name: str, *, after: bool) -> None:
        if self.fuse == Fuse(name, after):
            self.blown += 1
            raise InjectedFault("raised by the kit")

    def _note(self, connection: Any, cursor: Any, text: str, *_: Any) -> None:
        if self._running:
            self.statements.append(Statement(self._running[-1], text))
