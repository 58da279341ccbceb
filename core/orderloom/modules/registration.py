"""Check a module's hook implementations before any of them runs.

pluggy passes over a misspelt name, a mark on something that is no function and an argument with a
default that no hook gives; here each of them is a fault, so that no hook is silently never called.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

from orderloom.modules.hooks import HOOKS, Hook
from orderloom.modules.specs import PROJECT
from orderloom.values import nearest

_MARK = f"{PROJECT}_impl"
_REFUSED_OPTIONS = ("wrapper", "hookwrapper", "tryfirst", "trylast", "optionalhook")
_PLAIN = inspect.Parameter.POSITIONAL_OR_KEYWORD


def registration_faults(plugin: object) -> Iterator[tuple[str, str]]:
    """What is wrong with a module's hook implementations.

    Args:
        plugin: the python module, namespace or instance that holds them.

    Yields:
        (name of the function, what is wrong and what to do).
    """
    for name in dir(plugin):
        value = inspect.getattr_static(plugin, name, None)
        if isinstance(value, staticmethod | classmethod):
            value = value.__func__
        options = getattr(value, _MARK, None)
        if isinstance(options, dict):
            for reason in _faults(name, value, getattr(plugin, name), options):
                yield name, reason
        elif name in HOOKS and not hasattr(value, f"{PROJECT}_spec"):
            yield (
                name,
                "It is named like a hook but is none. To make it one, decorate it with @hookimpl; "
                "to keep it from looking like one, rename it.",
            )


def _faults(name: str, raw: Any, function: Any, options: dict[str, Any]) -> Iterator[str]:
    if not isinstance(raw, FunctionType | MethodType):
        yield "The mark @hookimpl is not on a function. To implement a hook, mark a plain function."
        return
    for option in _REFUSED_OPTIONS:
        if options.get(option):
            yield (
                f"The option {option} is refused: the order of modules is declared. To run before "
                "or after another module, name it in before= or after= of the manifest."
            )
    if inspect.iscoroutinefunction(function):
        yield "It is asynchronous, and hooks are called plainly. To implement it, use def."
    wanted = options.get("specname") or name
    hook = HOOKS.get(wanted)
    if hook is None:
        near = nearest(wanted, HOOKS, most=1)
        hint = f" Did you mean {near}?" if near else ""
        yield f"There is no such hook.{hint} To implement one, use its exact name."
        return
    yield from _argument_faults(hook, function)


def _argument_faults(hook: Hook, function: Any) -> Iterator[str]:
    known = ", ".join(hook.arguments) or "none"
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not _PLAIN:
            yield (
                f"{parameter} is not a plain argument. To get arguments, name those you want "
                f"of: {known}."
            )
        elif parameter.name not in hook.arguments:
            near = nearest(parameter.name, hook.arguments, most=1)
            hint = f"Did you mean {near}? " if near else ""
            yield (
                f"{hook.name} has no argument {parameter.name}. {hint}To implement it, ask for "
                f"any of: {known}."
            )
