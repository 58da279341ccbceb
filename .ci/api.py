"""Write down the public names, so that a change to them is seen in review: docs/api.txt.

`python3 dev.py python .ci/api.py` accepts what there is now. The digest of the text belongs into
CHANGELOG.md, beside what changed: a test compares both, without asking git.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import re
import sys
import types
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "docs" / "api.txt"
CHANGELOG = ROOT / "CHANGELOG.md"
MODULES = (
    "orderloom",
    "orderloom.errors",
    "orderloom.store",
    "orderloom.documents",
    "orderloom.directory",
    "orderloom.cli",
    "orderloom.testing",
    "orderloom.worker",
    "orderloom.sqlite",
    "orderloom.alembic",
)
HOOKS = "orderloom.modules.specs"
_PLAIN = (str, int, float, bool, type(None))
_PATH = re.compile(r"\borderloom(\.\w+)*\.")
_VALUES = (types.MemberDescriptorType, type, *_PLAIN)


def main() -> int:
    """Write the snapshot and say what the changelog has to name."""
    text = snapshot()
    SNAPSHOT.write_text(text, "utf-8")
    print(f"{SNAPSHOT.relative_to(ROOT)} was written. {remedy(text)}")
    return 0


def remedy(text: str) -> str:
    """What is left to do in the changelog."""
    if mark(text) in unreleased():
        return "The changelog names it already."
    return (
        "To go on, say in CHANGELOG.md, in the part that is not released yet, what changed and "
        f"what users of it do, and end that line with: ({mark(text)})"
    )


def mark(text: str) -> str:
    """How a changelog line names a snapshot."""
    return f"API {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def unreleased() -> str:
    """The topmost part of the changelog."""
    return CHANGELOG.read_text("utf-8").split("\n## ")[1]


def snapshot() -> str:
    """Every public name: hooks, functions and classes with what they take and have."""
    specs = import_module(HOOKS)
    hooks = [found for found in vars(specs).values() if hasattr(found, "orderloom_spec")]
    lines = ["# The public names. Written by .ci/api.py; docs/adr/0020 says why.", "", "[hooks]"]
    lines += [_function(hook.__name__, hook) for hook in hooks]
    seen: dict[int, str] = {}
    for module in MODULES:
        lines += ["", f"[{module}]"]
        for name, value in _public(module):
            if isinstance(value, type | types.FunctionType) and id(value) in seen:
                lines.append(f"{name} = {seen[id(value)]}")
                continue
            seen[id(value)] = f"{module}.{name}"
            lines += _described(name, value)
    return "\n".join(lines) + "\n"


def _public(name: str) -> Iterator[tuple[str, Any]]:
    """What a module exports; without `__all__` what it defines itself."""
    module = import_module(name)
    exported = getattr(module, "__all__", None)
    for known in sorted(exported or vars(module)):
        value = getattr(module, known)
        own = getattr(value, "__module__", None) == name and not known.startswith("_")
        if exported or own:
            yield known, value


def _described(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, type):
        yield from _class(name, value)
    elif inspect.isfunction(value):
        yield _function(name, value)
    elif isinstance(value, str | int):
        yield f"{name} = {value!r}"
    elif isinstance(value, types.UnionType):
        yield f"{name} = {_PATH.sub('', str(value))}"
    else:
        yield f"{name}: {type(value).__name__}"


# ── classes ────────────────────────────────────────────────────────────────────────────────


def _class(name: str, cls: type) -> Iterator[str]:
    bases = ", ".join(_base(base) for base in cls.__bases__ if base is not object)
    yield f"class {name}({bases})" if bases else f"class {name}"
    if attrs.has(cls):
        yield from (f"    {line}" for line in _fields(cls))
    elif (made := _own(cls).get("__init__")) is not None:
        yield f"    {_function('__init__', made)}"
    for known, value in sorted(_own(cls).items()):
        if not known.startswith("_") and not isinstance(value, _VALUES):
            yield from (f"    {line}" for line in _member(known, value))
    if not attrs.has(cls):
        yield from (f"    {line}" for line in _annotated(cls))


def _base(cls: type) -> str:
    above, _, _ = cls.__module__.partition(".")
    return cls.__name__ if above in ("orderloom", "builtins") else f"{above}.{cls.__name__}"


def _own(cls: type) -> dict[str, Any]:
    """What a class has of orderloom's, inherited things too."""
    ours = [base for base in reversed(cls.__mro__) if base.__module__.startswith("orderloom")]
    return {name: value for base in ours for name, value in vars(base).items()}


def _fields(cls: type) -> Iterator[str]:
    # As written: what attrs keeps of a type changes once something has resolved it.
    above = [vars(base).get("__annotations__", {}) for base in reversed(cls.__mro__)]
    hints = {name: hint for known in above for name, hint in known.items()}
    for field in attrs.fields(cls):
        if not field.name.startswith("_"):
            default = "" if field.default is attrs.NOTHING else f" = {_value(field.default)}"
            how = "" if field.init else " (computed)"
            name = ("*" if field.kw_only else "") + (field.alias or field.name)
            yield f"{name}: {_hint(hints[field.name])}{default}{how}"


def _member(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, property | functools.cached_property):
        getter = value.fget if isinstance(value, property) else value.func
        yield f"{name} -> {_hint(inspect.signature(getter).return_annotation)}"  # type: ignore[arg-type]  # it has one
    elif isinstance(value, classmethod | staticmethod):
        yield f"{type(value).__name__} {_function(name, value.__func__)}"
    elif inspect.isfunction(value):
        yield _function(name, value)


def _annotated(cls: type) -> Iterator[str]:
    """Attributes a class only declares, such as those of a protocol."""
    for name, hint in sorted(vars(cls).get("__annotations__", {}).items()):
        if not name.startswith("_"):
            yield f"{name}: {_hint(hint)}"


# ── functions ──────────────────────────────────────────────────────────────────────────────


def _function(name: str, function: Any) -> str:
    signature = inspect.signature(function)
    parts: list[str] = []
    keywords = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            keywords = True
        elif parameter.kind is parameter.KEYWORD_ONLY and not keywords:
            keywords = True
            parts.append("*")
        parts.append(_parameter(parameter))
    return f"def {name}({', '.join(parts)}) -> {_hint(signature.return_annotation)}"


def _parameter(parameter: inspect.Parameter) -> str:
    many = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    stars = next((stars for kind, stars in many.items() if parameter.kind is kind), "")
    hint = "" if parameter.annotation is parameter.empty else f": {_hint(parameter.annotation)}"
    default = "" if parameter.default is parameter.empty else f" = {_value(parameter.default)}"
    return f"{stars}{parameter.name}{hint}{default}"


def _hint(hint: Any) -> str:
    if hint is inspect.Signature.empty:
        return "?"
    return hint if isinstance(hint, str) else inspect.formatannotation(hint)


def _value(value: Any) -> str:
    """A default; whatever may look different tomorrow is only said to be there."""
    several = isinstance(value, tuple) and all(isinstance(one, _PLAIN) for one in value)
    return repr(value) if several or isinstance(value, _PLAIN) else "…"


if __name__ == "__main__":
    sys.exit(main())
