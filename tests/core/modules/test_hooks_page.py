from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from orderloom.modules import HOOKS, specs

PAGE = Path(__file__).parents[3] / "docs" / "hooks.md"
HEADINGS = re.findall(r"^### (\w+)(\(.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def _signature(name):
    """As written in specs.py, on one line."""
    return str(inspect.signature(getattr(specs, name))).replace("'", "")


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_section_with_its_exact_signature(name):
    assert (name, _signature(name)) in HEADINGS


def test_the_page_has_no_section_for_a_hook_that_is_gone_and_none_twice():
    assert sorted(name for name, _ in HEADINGS) == sorted(HOOKS)


def test_the_table_of_forms_has_every_form():
    table = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]

    missing = {hook.form for hook in HOOKS.values() if f"`{hook.form}_" not in "".join(table)}

    assert missing == set()


def test_the_hooks_table_reads_answers_from_the_specifications():
    assert (HOOKS["check_line"].answer, HOOKS["check_line"].many) == (specs.Problem, True)
    assert (HOOKS["tax_line"].answer, HOOKS["tax_line"].many) == (specs.LineTax, False)
    assert HOOKS["on_order_placed"].answer is None
    assert HOOKS["check_line"].arguments == ("line", "before", "order", "reading")
