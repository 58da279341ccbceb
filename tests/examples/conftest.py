"""The example modules, importable from where they lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports the module of an example by its key; forgotten after the test."""
    before = set(sys.modules)

    def load(key: str, file: str = "module") -> ModuleType:
        monkeypatch.syspath_prepend(EXAMPLES / key)
        return import_module(f"orderloom_{key}.{file}")

    yield load
    for name in set(sys.modules) - before:
        if name.startswith(tuple(f"orderloom_{path.name}" for path in EXAMPLES.iterdir())):
            del sys.modules[name]
