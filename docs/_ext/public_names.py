"""The directive `names`: everything a module of orderloom exports, described from the sources.

    ```{names} orderloom.worker
    ```

No name is written by hand, so that none is forgotten. What another module on the page describes
already is only named.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HOME: Final = "orderloom"
"""The module whose names are described there, wherever else they are exported."""


def exported(module: str) -> list[str]:
    """The public names of a module, sorted; without `__all__` what it defines itself."""
    found = import_module(module)
    if names := getattr(found, "__all__", None):
        return sorted(names)
    own = (name for name, value in vars(found).items() if _is_from(value, module))
    return sorted(name for name in own if not name.startswith("_"))


def _is_from(value: Any, module: str) -> bool:
    return getattr(value, "__module__", None) == module


def described(module: str) -> list[str]:
    """The Markdown the directive stands for."""
    if module == HOME:
        return [*_directives(module, exported(module))]
    here, home = import_module(module), import_module(HOME)
    known = [name for name in exported(module) if getattr(home, name, None) is getattr(here, name)]
    lines = [*_directives(module, [name for name in exported(module) if name not in known])]
    if known:
        listed = ", ".join(f"`{name}`" for name in known)
        lines += ["", f"And, described under `{HOME}`: {listed}."]
    return lines


def _directives(module: str, names: list[str]) -> Iterator[str]:
    found = import_module(module)
    if names:
        yield "```{eval-rst}"
        for name in names:
            yield from _directive(f"{module}.{name}", getattr(found, name))
        yield "```"


def _directive(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, type):
        kind = "autoexception" if issubclass(value, BaseException) else "autoclass"
        foreign = [base.__name__ for base in value.__mro__ if not _is_ours(base)]
        yield from (f".. {kind}:: {name}", "   :members:")
        yield f"   :inherited-members: {', '.join(foreign)}"
    elif inspect.isroutine(value):
        yield f".. autofunction:: {name}"
    else:
        yield from (f".. py:data:: {name}", f"   :type: {type(value).__name__}")
    yield ""


def _is_ours(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == HOME


class NamesDirective(SphinxDirective):
    """Everything a module exports."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes of the descriptions."""
        (module,) = self.arguments
        self.env.note_dependency(str(import_module(module).__file__))
        return self.parse_text_to_nodes(StringList(described(module), source=f"names {module}"))


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx asks of an extension."""
    app.add_directive("names", NamesDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
