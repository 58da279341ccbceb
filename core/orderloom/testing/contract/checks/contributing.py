"""What a module contributes: the same every time, and readable when it has grown older."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import attrs

from orderloom.modules import HOOKS, Assembly
from orderloom.orders import codec
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import LOADED, SOUND, Finding, check

_ONCE = "To contribute the same every time, build it of constants, without counters, clocks or "


@check(SOUND)
def contributions_are_repeatable(case: Case) -> Iterator[Finding]:
    """Asked twice, it contributes the same, and leaves what it is given as it was."""
    first, second = _told(case, case.assembly), _told(case, case.assembled())
    for what, told in first.items():
        if second.get(what) != told:
            yield Finding(f"Asked twice, {what} was not the same.", f"{_ONCE}files.")
    for what in second.keys() - first.keys():
        yield Finding(f"Asked twice, {what} came only the second time.", f"{_ONCE}files.")


def _told(case: Case, assembly: Assembly) -> dict[str, str]:
    """Everything contributed, in a form that can be compared."""
    found = {
        f"the lifecycle of {type}": codec.dumps(merged.lifecycle.to_dict())
        for type, merged in assembly.lifecycles.items()
    }
    for hook in HOOKS:
        if hook.startswith("register_"):
            records = [one for key, one in assembly.dispatcher.collect(hook) if key == case.key]
            for record in records:
                name = getattr(record, "key", "") or record.name
                found[f"{name} of {hook}"] = repr(_plain(record))
    return found


def _plain(value: Any) -> Any:
    """A record as values; functions by their names."""
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}:{value.__qualname__}"
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(map(repr, map(_plain, value)))
    if attrs.has(type(value)):
        names = (field.name for field in attrs.fields(type(value)))
        return {name: _plain(getattr(value, name)) for name in names}
    return value


@check(LOADED)
def data_can_be_upgraded(case: Case) -> Iterator[Finding]:
    """The records it keeps on subjects and lines carry its key, and older ones can be read."""
    for cls in _data_classes(case.loaded.plugin):
        key, version, upgrades = cls.__orderloom_data__
        if key.partition(".")[0] != case.key:
            yield Finding(
                f"{cls.__name__} is kept under {key}, which could be another module's.",
                f"To keep it apart, begin the key with {case.key}.",
            )
        for missing in sorted(set(range(1, version)) - set(upgrades)):
            yield Finding(
                f"{cls.__name__} is at version {version} and has no upgrade for records of "
                f"version {missing}.",
                f"To read what is stored, add upgrades={{{missing}: …}} to its @module_data.",
            )


def _data_classes(plugin: Any) -> list[Any]:
    """The classes declared with `@module_data` in the package of a module."""
    name = str(getattr(plugin, "__name__", ""))
    package = name.rpartition(".")[0] or name
    inside = (
        module
        for path, module in list(sys.modules.items())
        if module is not None and (path == package or path.startswith(f"{package}."))
    )
    places = [*inside, plugin]
    found = {
        id(value): value
        for place in places
        for value in list(getattr(place, "__dict__", {}).values())
        if isinstance(value, type) and "__orderloom_data__" in vars(value)
    }
    return sorted(found.values(), key=lambda cls: str(cls.__qualname__))
