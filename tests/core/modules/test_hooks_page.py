"""Every hook is documented, tested, and used by a module people can look at."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from orderloom.modules import HOOKS, specs

DOCS = Path(__file__).parents[3] / "docs"
OVERVIEW = (DOCS / "hooks.md").read_text("utf-8")


@pytest.fixture(scope="module")
def pages():
    """What the directive `hook` reads from specifications and sources."""
    spec = spec_from_file_location("hook_pages", DOCS / "_ext" / "hook_pages.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_page_whose_example_implements_it(pages, name):
    """That the example works is asked by tests/docs/test_pages.py."""
    text = (DOCS / "hooks" / f"{name}.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    assert text.startswith(f"# {name}\n\n```{{hook}} {name}\n```\n")
    assert name in [hook for block in blocks for hook in pages.implemented(block)]


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test_and_a_shipped_user(pages, name):
    assert pages.tests_of(name)
    assert pages.users(name)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def test_it(make):\n    def check_line(line): ...", True),
        ("def test_it(make):\n    make('x', check_line=lambda line: None)", True),
        ("GUESTS = {'check_line': lambda line: None}", True),
        ("COMMANDS = {'check_line': 'place'}", False),
        ("@pytest.mark.parametrize('hook', ['check_line'])\ndef test_it(hook): ...", False),
        ("# def check_line(", False),
        ("def test_it():\n    assert names(check_line='never') == 'def check_line('", False),
    ],
)
def test_only_a_function_of_its_own_counts_as_a_test_of_a_hook(pages, text, found):
    assert ("check_line" in pages.tried(text)) is found


def test_there_is_no_page_for_a_hook_that_is_gone():
    assert {path.stem for path in (DOCS / "hooks").glob("*.md")} == set(HOOKS)


def test_the_overview_links_to_each_page_once():
    assert sorted(re.findall(r"\]\(hooks/(\w+)\.md\)", OVERVIEW)) == sorted(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_the_page_says_what_the_specification_says(pages, name):
    described = "\n".join(pages.described(name))

    shown = next(line for line in described.splitlines() if line.startswith(f"{name}("))
    assert re.findall(r"[(,] ?(\w+):", shown) == list(HOOKS[name].arguments)
    assert HOOKS[name].expected in described
    assert specs.__dict__[name].__doc__.strip().splitlines()[0] in described


def test_the_table_of_forms_has_every_form():
    table = [line for line in OVERVIEW.splitlines() if line[:1] == "|"]

    missing = {hook.form for hook in HOOKS.values() if f"`{hook.form}_" not in "".join(table)}

    assert missing == set()


def test_the_hooks_table_reads_answers_from_the_specifications():
    assert (HOOKS["check_line"].answer, HOOKS["check_line"].many) == (specs.Problem, True)
    assert (HOOKS["tax_line"].answer, HOOKS["tax_line"].many) == (specs.LineTax, False)
    assert HOOKS["on_order_placed"].answer is None
    assert HOOKS["check_line"].arguments == ("line", "before", "order", "reading")
