"""What a module adds to the `orderloom` command line: command groups and demos."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class CommandGroup:
    """A click group, named but not imported until it is called.

    Attributes:
        name: the word after `orderloom`.
        help: one line for `orderloom --help`.
        target: "package.module:attribute" of the click group.
    """

    name: str
    help: str
    target: str


@attrs.frozen(kw_only=True)
class Demo:
    """A story `orderloom demo` can play on a fresh tenant.

    Attributes:
        key: the module's key.
        title: one line.
        target: "package.module:function", called with a `Stage` (see `orderloom.cli`).
    """

    key: str
    title: str
    target: str
