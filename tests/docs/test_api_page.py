"""docs/api.md describes every public name, whoever adds one."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTIONS = re.findall(r"^```\{names\} (\S+)$", (ROOT / "docs/api.md").read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def tools():
    """What writes the snapshot, and what Sphinx describes the names with."""
    made = []
    for path in (".ci/api.py", "docs/_ext/public_names.py"):
        spec = spec_from_file_location(Path(path).stem, ROOT / path)
        made.append(module_from_spec(spec))
        sys.modules[spec.name] = made[-1]
        spec.loader.exec_module(made[-1])
    yield made
    for module in made:
        del sys.modules[module.__name__]


@pytest.fixture(scope="module")
def written(tools):
    """The names of the snapshot, by module."""
    parts = re.split(r"^\[(.+)\]$", tools[0].SNAPSHOT.read_text("utf-8"), flags=re.MULTILINE)
    name = re.compile(r"^(?:def |class )?(\w+)", re.MULTILINE)
    return {
        module: name.findall(lines) for module, lines in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_the_page_has_a_section_for_every_public_module(written):
    assert sorted(SECTIONS) == sorted(written.keys() - {"hooks"})


@pytest.mark.parametrize("module", SECTIONS)
def test_the_section_names_everything_the_snapshot_has(tools, written, module):
    text = "\n".join(tools[1].described(module))

    described = re.findall(rf"^\.\. [\w:]+:: {re.escape(module)}\.(\w+)$", text, re.MULTILINE)
    elsewhere = re.findall(r"`(\w+)`", text.partition("described under `orderloom`:")[2])
    assert sorted([*described, *elsewhere]) == sorted(written[module])
