"""The lock file: the order of modules and what each adds, as text whose changes show in review.

Each module is a line with its version, below it what makes it stand there, what it declares about
its place, the hooks it implements and what it adds to lifecycles. Nothing in it depends on when,
where or in which order it was installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.lifecycle import TENANT, Merged
from orderloom.modules.assembly import FAULTED, Assembly
from orderloom.modules.catalogue import Catalogue
from orderloom.modules.hooks import HOOKS
from orderloom.modules.manifest import Module
from orderloom.modules.order import standings

HEAD: Final = "# Modules in running order, and what each adds. Format 1, written by orderloom."
_INDENT: Final = "  "
_STANDS: Final = "stands: "


@attrs.frozen
class Locked:
    """One module as a lock file has it.

    Attributes:
        version: of its distribution, "" if it came from none.
        facts: one line each.
    """

    module: str
    version: str
    facts: tuple[str, ...]


@attrs.frozen
class Drift:
    """One difference between a lock file and the modules there are.

    Attributes:
        change: "added", "removed", "version" or "moved" of the module itself; "+" or "-" for one
            of its facts.
        what: the fact, or from what to what.
    """

    module: str
    change: str
    what: str


def locked(catalogue: Catalogue, assembly: Assembly) -> tuple[Locked, ...]:
    """The modules of an assembly in running order, then its overlay and what is faulted."""
    manifests = {key: catalogue.loaded[key].manifest for key in assembly.order}
    running = tuple(
        Locked(
            standing.module,
            catalogue.loaded[standing.module].version,
            (
                f"{_STANDS}{standing.reason}",
                *_declared(manifests[standing.module]),
                *_hooks(assembly, standing.module),
                *_added(assembly, standing.module),
            ),
        )
        for standing in standings(manifests.values())
    )
    faulted = (
        Locked(key, state.version, (FAULTED,))
        for key, state in sorted(assembly.states.items())
        if state.state == FAULTED
    )
    own = _added(assembly, TENANT)
    return (*running, *([Locked(TENANT, "", tuple(own))] if own else []), *faulted)


def lock_text(modules: Iterable[Locked]) -> str:
    """The text of a lock file."""
    blocks = (
        "\n".join([f"{one.module} {one.version}".rstrip(), *(_INDENT + fact for fact in one.facts)])
        for one in modules
    )
    return "\n\n".join((HEAD, *blocks)) + "\n"


def read_lock(text: str) -> tuple[Locked, ...]:
    """What a lock file says.

    Raises:
        Refused: [module.bad_lock] it is no lock file of this format.
    """
    head, *lines = text.splitlines() or [""]
    if head != HEAD:
        raise _bad(1)
    found: list[Locked] = []
    for number, line in enumerate(lines, start=2):
        if not line:
            continue
        if not line.startswith(_INDENT):
            module, _, version = line.partition(" ")
            found.append(Locked(module, version, ()))
        elif found:
            facts = (*found[-1].facts, line.removeprefix(_INDENT))
            found[-1] = attrs.evolve(found[-1], facts=facts)
        else:
            raise _bad(number)
    return tuple(found)


def drift(old: Iterable[Locked], new: Iterable[Locked]) -> tuple[Drift, ...]:
    """What changed from one to the other; empty if nothing did.

    A module that moved shows why by what its facts say now: who asks for its place, and in the
    facts of that module the declaration, or the version, that is new.
    """
    before = {one.module: one for one in old}
    after = {one.module: one for one in new}
    moved = _moved([key for key in before if key in after], [key for key in after if key in before])
    return (
        *(Drift(key, "removed", before[key].version) for key in before if key not in after),
        *(found for key, now in after.items() for found in _changes(before.get(key), now, moved)),
    )


def _changes(was: Locked | None, now: Locked, moved: Mapping[str, str]) -> Iterator[Drift]:
    if was is None:
        yield Drift(now.module, "added", now.version)
    elif was.version != now.version:
        yield Drift(now.module, "version", f"{was.version or 'none'} → {now.version or 'none'}")
    if now.module in moved:
        yield Drift(now.module, "moved", moved[now.module])
    old = was.facts if was else ()
    yield from (Drift(now.module, "-", fact) for fact in old if fact not in now.facts)
    yield from (Drift(now.module, "+", fact) for fact in now.facts if fact not in old)


def _moved(old: list[str], new: list[str]) -> dict[str, str]:
    """Modules whose moving turns one order into the other, each with where from and where to."""
    found: dict[str, str] = {}
    for kind, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in ("insert", "replace"):
            for at in range(start, end):
                key = new[at]
                found[key] = f"now {_place(new, at)}, was {_place(old, old.index(key))}"
    return found


def _place(order: list[str], at: int) -> str:
    return f"after {order[at - 1]}" if at else "first"


def _declared(manifest: Module) -> Iterator[str]:
    for word in ("requires", "before", "after", "touches"):
        for other in sorted(getattr(manifest, word)):
            yield f"declares: {word} {other}"


def _hooks(assembly: Assembly, module: str) -> Iterator[str]:
    for name in sorted(HOOKS):
        if module in assembly.dispatcher.modules_for(name):
            yield f"hook: {name}"


def _added(assembly: Assembly, module: str) -> list[str]:
    return sorted(
        text
        for merged in assembly.lifecycles.values()
        for key, owner in merged.provenance.owners.items()
        if owner == module
        for text in _part(merged, *key)
    )


def _part(merged: Merged, kind: str, *key: str) -> Iterator[str]:
    """A part of a lifecycle in words; of an action its edges say all."""
    name = merged.lifecycle.name
    if kind == "edge":
        action, source = key
        targets = "|".join(merged.lifecycle.action(action).targets_from(source))
        yield f"edge: {name}: {source} --{action}--> {targets}"
    elif kind != "action":
        yield f"{kind}: {name}: {'/'.join(filter(None, key))}"


def _bad(line: int) -> Refused:
    text = "Line {line} is not of a lock file of this version. To go on, write it anew with --lock."
    return Refused([Problem("module.bad_lock", text, params={"line": line})])
