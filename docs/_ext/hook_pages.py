"""The directive `hook`: what the specifications and the sources say of one hook.

    ```{hook} check_order
    ```

gives its signature, its docstring, when it runs and what raising means, which shipped modules use
it, and which tests are about it. Nothing of that is written by hand, so that it cannot grow old.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from orderloom.modules import HOOKS, specs

ROOT: Final = Path(__file__).resolve().parents[2]
SHIPPED: Final = ("plugins", "examples")
"""Where modules live that users of the hooks can look at."""

TIMING: Final = {
    "register": ("once for each set of enabled modules", "none", "the module is faulted"),
    "extend": ("once for each set of enabled modules", "none", "the module is faulted"),
    "claim": ("before the decision; not in a preview", "the caller's", "refused"),
    "check": ("inside the decision, read only", "the caller's", "refused"),
    "price": ("inside the decision, read only", "the caller's", "refused"),
    "tax": ("inside the decision, read only", "the caller's", "refused"),
    "adjust": ("inside the decision, read only", "the caller's", "refused"),
    "on": ("after the write, before the commit", "the caller's", "everything is rolled back"),
    "after": ("after the commit, from the outbox, at least once", "none", "tried again later"),
}
"""By form: when it runs, in which transaction, what an exception means."""


def signature(name: str) -> str:
    """As written in `specs.py`, on one line."""
    return name + str(inspect.signature(getattr(specs, name))).replace("'", "")


def users(name: str) -> tuple[str, ...]:
    """The files of shipped modules that implement a hook, relative to the clone."""
    return tuple(sorted(path for path, hooks in implementations().items() if name in hooks))


@cache
def implementations() -> dict[str, frozenset[str]]:
    """The hooks each file of a shipped module implements."""
    files = (path for folder in SHIPPED for path in (ROOT / folder).rglob("*.py"))
    return _by_file(files, lambda text: frozenset(implemented(text)))


def _by_file(
    files: Iterable[Path], hooks_of: Callable[[str], frozenset[str]]
) -> dict[str, frozenset[str]]:
    read = {path.relative_to(ROOT).as_posix(): hooks_of(path.read_text("utf-8")) for path in files}
    return {path: hooks for path, hooks in read.items() if hooks}


def implemented(text: str) -> Iterator[str]:
    """The hooks a module implements: functions it marks at its top."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and any(map(_marks, node.decorator_list)):
            yield node.name


def _marks(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id == "hookimpl"


def tests_of(name: str) -> tuple[str, ...]:
    """The test files with an implementation of a hook, relative to the clone."""
    return tuple(sorted(path for path, hooks in _tried().items() if name in hooks))


@cache
def _tried() -> dict[str, frozenset[str]]:
    """The hooks each test file implements."""
    files = (ROOT / "tests").rglob("test_*.py")
    return _by_file(files, lambda text: frozenset(tried(text)) & HOOKS.keys())


def tried(text: str) -> Iterator[str]:
    """The names under which a test has functions of its own: defined, or given to a helper.

    A name that is only mentioned is not enough, nor is a hook of somebody else's that runs.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Call):
            yield from (word.arg for word in node.keywords if word.arg and _is_code(word.value))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and _is_code(value):
                    yield str(key.value)


def _is_code(value: ast.expr) -> bool:
    """Whether it may be a function: written there, named, or made by another."""
    return isinstance(value, ast.Lambda | ast.Name | ast.Attribute | ast.Call)


def described(name: str) -> list[str]:
    """The Markdown the directive stands for."""
    form = "extend_document" if name == "extend_document" else HOOKS[name].form
    when, transaction, failure = TIMING.get(form) or (
        "when a document is previewed or issued, read only",
        "the caller's",
        "nothing is issued",
    )
    rows = {
        "runs": when,
        "transaction": transaction,
        "may answer": HOOKS[name].expected,
        "an exception means": failure,
        "used by": ", ".join(f"`{path}`" for path in users(name)),
        "tested by": ", ".join(f"`{path}`" for path in tests_of(name)),
    }
    return [
        "```python",
        signature(name),
        "```",
        "",
        inspect.getdoc(getattr(specs, name)) or "",
        "",
        "| | |",
        "|---|---|",
        *(f"| {label} | {text} |" for label, text in rows.items()),
    ]


class HookDirective(SphinxDirective):
    """Everything the specifications and the sources say of one hook."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The nodes of the description."""
        (name,) = self.arguments
        if name not in HOOKS:
            raise self.error(f"There is no hook {name!r}. To mend the page, name one there is.")
        self.env.note_dependency(str(specs.__file__))
        return self.parse_text_to_nodes(StringList(described(name), source=f"hook {name}"))


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx asks of an extension."""
    app.add_directive("hook", HookDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
