from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from orderloom.lifecycle import START, Action, Lifecycle, Status
from orderloom.modules import HOOKS, Catalogue, Dispatcher, Module, hookimpl
from orderloom.modules.contributions import OrderType
from orderloom.modules.managers import Managers


def _fake(key, *functions, **more):
    """A module whose hooks are the given functions; `more` are hooks by name, or its manifest."""
    hooks = {function.__name__: function for function in functions}
    hooks |= {name: more.pop(name) for name in HOOKS if name in more}
    marked = {name: hookimpl(function) for name, function in hooks.items()}
    return SimpleNamespace(module=Module(key, title=key, **more), **marked)


@pytest.fixture
def fake():
    return _fake


def _lifecycle(name):
    """Draft, then Done."""
    return Lifecycle(
        name,
        statuses=(
            Status("draft", "Draft", stage="draft"),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target="draft"),
            Action("finish", source="draft", target="done"),
        ),
    )


@pytest.fixture
def order_type():
    return lambda key: OrderType(key=key, title=key, lifecycle=_lifecycle(key))


@pytest.fixture
def owning(order_type):
    """A module that owns one order type, `<key>.order`, and the given hooks."""

    def build(key, *functions, **manifest):
        def register_order_types():
            return order_type(f"{key}.order")

        return _fake(key, register_order_types, *functions, **manifest)

    return build


@pytest.fixture
def dispatcher():
    """The dispatcher of fakes in the given order; `types` says what each owns or touches."""

    def build(*fakes, types=None):
        catalogue = Catalogue.of(fakes)
        assert not catalogue.broken
        loaded = [catalogue.loaded[each.module.key] for each in fakes]
        manager = Managers({each.key: each.plugin for each in loaded}).of(catalogue.loaded)
        return Dispatcher(manager, loaded, types or {})

    return build


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a distribution with one python file and an entry point of our group."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def build(key, source, *, version="1.0", requires=(), distribution="", file=""):
        name, file = distribution or f"fake-{key}", file or f"fake_module_{key}"
        (tmp_path / f"{file}.py").write_text(source)
        info = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {each}" for each in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n")
        (info / "entry_points.txt").write_text(f"[orderloom.modules]\n{key} = {file}\n")
        return file

    yield build
    for name in set(sys.modules) - before:
        if name.startswith("fake_module_"):
            del sys.modules[name]
