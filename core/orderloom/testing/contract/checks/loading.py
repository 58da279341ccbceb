"""Whether a module can be loaded, and what its manifest says."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from types import FunctionType
from typing import Any

from orderloom.modules import HOOKS, Broken, Loaded
from orderloom.modules.specs import PROJECT
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import ANYTHING, LOADED, Finding, check
from orderloom.testing.contract.wording import from_text, labelled
from orderloom.values import nearest

_NOT_LOADED = ("import", "compatibility", "safe mode")
_FORMS = tuple({f"{hook.form}_" for hook in HOOKS.values()})
_ALMOST = 0.85  # alike enough to be a slip of the pen: a letter or an ending


@check(ANYTHING)
def it_loads(case: Case) -> Iterator[Finding]:
    """It can be imported, carries a manifest and says which versions of the core it is made for."""
    if isinstance(case.found, Broken):
        if case.found.hook in _NOT_LOADED:
            yield from_text(case.found.reason)
        return
    name = case.found.distribution
    if name and not any(_names_range(one) for one in distribution(name).requires or ()):
        yield Finding(
            f"Distribution {name} says nothing of the versions of {PROJECT} it is made for.",
            f"To be refused by a core it does not fit, name {PROJECT}>=0.1,<0.2 in dependencies.",
        )


def _names_range(requirement: str) -> bool:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    read = Requirement(requirement)
    return canonicalize_name(read.name) == PROJECT and bool(read.specifier)


@check(ANYTHING)
def manifest_is_complete(case: Case) -> Iterator[Finding]:
    """Its title is readable, and what it requires, touches and runs beside is known."""
    if isinstance(case.found, Broken):
        if case.found.hook == "requires":
            yield from_text(case.found.reason)
        return
    manifest = case.found.manifest
    yield from labelled("The title of the module", manifest.title)
    yield from _touches_known(case, case.found)
    for asks, names in (("before", manifest.before), ("after", manifest.after)):
        for name in sorted(names - case.installed):
            if near := nearest(name, case.installed, most=1):
                yield Finding(
                    f"It asks to run {asks} {name}, which is not installed.",
                    f"To run {asks} {near}, correct the name in {asks}= of the manifest.",
                )


def _touches_known(case: Case, loaded: Loaded) -> Iterator[Finding]:
    for type in sorted(loaded.manifest.touches):
        owner = type.partition(".")[0]
        if owner not in case.installed:
            near = difflib.get_close_matches(owner, case.installed, n=1, cutoff=_ALMOST)
            hint = f", or correct it: there is {near[0]}" if near else ""
            yield Finding(
                f"It touches {type}, but no module {owner} is installed, so nothing it does "
                "about it was looked at.",
                f"To have it looked at, install the module{hint}.",
            )


@check(ANYTHING)
def hooks_are_known(case: Case) -> Iterable[Finding]:
    """Every function marked as a hook, or named almost like one, is a hook there is."""
    if isinstance(case.found, Broken):
        hook = case.found.hook
        if hook in (*_NOT_LOADED, "requires", "migrations"):
            return []
        found = from_text(case.found.reason)
        return [Finding(f"{hook}: {found.what}", found.remedy)]
    return _almost_hooks(case.found.plugin)


def _almost_hooks(plugin: Any) -> Iterator[Finding]:
    for name, value in vars(plugin).items() if hasattr(plugin, "__dict__") else ():
        if not isinstance(value, FunctionType) or hasattr(value, f"{PROJECT}_impl"):
            continue
        near = difflib.get_close_matches(name, HOOKS, n=1, cutoff=_ALMOST)
        if name.startswith(_FORMS) and near and name not in HOOKS:
            yield Finding(
                f"{name} is almost named like a hook and is never called.",
                f"To implement {near[0]}, use its exact name and @hookimpl; else rename it.",
            )


@check(LOADED)
def contributions_fit_together(case: Case) -> Iterator[Finding]:
    """What it registers fits together with itself and with the modules it needs."""
    for fault in case.assembly.faults:
        found = from_text(fault.reason)
        blamed = "" if fault.module == case.key else f"module {fault.module}, "
        yield Finding(f"{blamed}{fault.hook}: {found.what}", found.remedy)
