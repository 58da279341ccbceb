"""Values and steps as Python source that makes them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

import orderloom

_INDENT = "    "


class Variable(str):
    """The name of a variable among values."""

    __repr__ = str.__str__


class Printer:
    """Writes values as source, and remembers what that source has to import.

    Args:
        here: name of the python module the source is pasted into; nothing of it is imported.
        names: id of a subject -> the variable it is held in.
    """

    def __init__(self, here: str, names: Mapping[UUID, str]) -> None:
        self._here, self._names = here, names
        self._imports: set[tuple[str, str]] = set()

    def name(self, thing: Any) -> str:
        """The name of a class, to be imported unless it is at home where the source goes."""
        name, home = thing.__name__, thing.__module__
        if home.startswith("orderloom.") and getattr(orderloom, name, None) is thing:
            home = "orderloom"
        if home not in (self._here, "builtins"):
            self._imports.add((home, name))
        return str(name)

    def value(self, value: Any) -> str:
        """The source of a value."""
        if isinstance(value, UUID) and value in self._names:
            return f"{self._names[value]}.id"
        if isinstance(value, UUID | Decimal):
            return f"{self.name(type(value))}({str(value)!r})"
        if isinstance(value, date):
            return self._instant(value)
        if isinstance(value, tuple | list):
            return self._sequence(value)
        if isinstance(value, Mapping):
            pairs = (f"{self.value(key)}: {self.value(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        if isinstance(value, type):
            return self.name(value)
        if attrs.has(type(value)):
            return self.call(self.name(type(value)), *_arguments(value))
        return repr(value)

    def call(self, function: str, given: Iterable[Any], named: Mapping[str, Any]) -> str:
        """The source of a call."""
        parts = [self.value(each) for each in given]
        parts += [f"{name}={self.value(each)}" for name, each in named.items()]
        return f"{function}({', '.join(parts)})"

    def imports(self) -> list[str]:
        """The imports that everything written so far needs."""
        homes: dict[str, list[str]] = {}
        for home, name in sorted(self._imports):
            homes.setdefault(home, []).append(name)
        return [f"from {home} import {', '.join(names)}" for home, names in homes.items()]

    def _instant(self, value: date) -> str:
        name = self.name(datetime if isinstance(value, datetime) else date)
        return f"{name}.fromisoformat({value.isoformat()!r})"

    def _sequence(self, value: tuple[Any, ...] | list[Any]) -> str:
        inner = ", ".join(self.value(each) for each in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"


def _arguments(record: Any) -> tuple[list[Any], dict[str, Any]]:
    """What a record has to be made with: positional first, nothing that is so by default."""
    given: list[Any] = []
    named: dict[str, Any] = {}
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        if not field.init or _is_default(field, record, value):
            continue
        if field.kw_only or field.default is not attrs.NOTHING:
            named[field.alias or field.name] = value
        else:
            given.append(value)
    return given, named


def _is_default(field: Any, record: Any, value: Any) -> bool:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class; typed as a function
        default = default.factory(record) if default.takes_self else default.factory()
    return default is not attrs.NOTHING and (default is value or default == value)


def as_test(name: str, opening: str, lines: Iterable[str], imports: Iterable[str]) -> str:
    """A test of some lines under a `with`."""
    body = [f"{_INDENT * 2}{line}" for line in lines] or [f"{_INDENT * 2}pass"]
    head = [*imports, "", "", f"def {name} -> None:", f"{_INDENT}with {opening} as story:"]
    return "\n".join((*head, *body)) + "\n"
