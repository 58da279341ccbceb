"""The public names are as docs/api.txt says, and the changelog knows of it."""

from __future__ import annotations

import difflib
import importlib.util
import sys
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).resolve().parents[2]
ACCEPT = (
    "To accept it, run: python3 dev.py python .ci/api.py\n"
    "and add a line to CHANGELOG.md, in the part that is not released yet."
)


@pytest.fixture(scope="module")
def api():
    """The script that writes the snapshot."""
    spec = importlib.util.spec_from_file_location("api", ROOT / ".ci" / "api.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["api"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["api"]


def test_the_public_names_are_those_written_down(api):
    written = api.SNAPSHOT.read_text("utf-8").splitlines()
    found = api.snapshot().splitlines()

    changes = list(difflib.unified_diff(written, found, "docs/api.txt", "now", "", "", 1, ""))

    assert not changes, "\n".join([*changes, ACCEPT])


def test_the_changelog_names_the_snapshot(api):
    text = api.SNAPSHOT.read_text("utf-8")

    assert api.mark(text) in api.unreleased(), api.remedy(text)


def test_no_line_depends_on_the_process(api):
    assert " at 0x" not in api.snapshot()


# ── what the snapshot sees ─────────────────────────────────────────────────────────────────


@attrs.frozen
class Sample:
    name: str
    size: int = attrs.field(default=3, kw_only=True)
    parts: list[str] = attrs.field(factory=list)
    _hidden: int = 0

    @property
    def large(self) -> bool:
        return self.size > 5

    @classmethod
    def of(cls, *names: str, **more: int) -> Sample:
        raise NotImplementedError

    def _hide(self) -> None:
        raise NotImplementedError


Sample.__module__ = "orderloom.sample"


def sample(first, second: int = 2, *, third: tuple[int, ...] = (1, 2), fourth: object = ...) -> str:
    raise NotImplementedError


def test_fields_properties_and_methods_of_a_class_are_written_down(api):
    assert list(api._described("Sample", Sample)) == [
        "class Sample",
        "    name: str",
        "    *size: int = 3",
        "    parts: list[str] = …",
        "    large -> bool",
        "    classmethod def of(cls, *names: str, **more: int) -> Sample",
    ]


def test_arguments_defaults_and_answers_of_a_function_are_written_down(api):
    assert list(api._described("sample", sample)) == [
        "def sample(first, second: int = 2, *, third: tuple[int, ...] = (1, 2), "
        "fourth: object = …) -> str"
    ]


def test_every_hook_and_the_manifest_are_written_down(api):
    lines = api.snapshot().splitlines()
    hooks = lines[lines.index("[hooks]") : lines.index("[orderloom]")]
    manifest = lines[lines.index("class Module") :][:4]

    assert (
        "def price_line(line: LineItem, order: Order, reading: Reading) -> LinePrice | None"
        in hooks
    )
    assert manifest[1:] == [
        "    key: str",
        "    *title: str",
        "    *requires: frozenset[str] = …",
    ]
