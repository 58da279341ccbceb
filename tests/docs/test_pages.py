"""Every block of code on every page is run, or is compared with what it shows.

A page is typed and run by itself in an empty folder, unless a test beside what it is about knows
more of it. What nothing runs fails here, so that nobody adds an example that grows old unseen.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHELVES = ("*.md", "docs/**/*.md", "core/*.md", "plugins/*/*.md", "examples/*/*.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for shelf in SHELVES
    for path in ROOT.glob(shelf)
    if "_build" not in path.parts
)

BESIDE = {
    "CONTRIBUTING.md": ("tests/docs/test_clone.py", {"sh"}),
    "README.md": ("tests/docs/test_readme.py", {"sh", "mermaid", "python"}),
    "docs/benchmarks.md": ("tests/docs/test_clone.py", {"sh"}),
    "docs/cli.md": ("tests/core/cli/test_page.py", {"console"}),
    "docs/concepts/lifecycles.md": ("tests/core/lifecycle/test_docs.py", {"python"}),
    "docs/how-to/back-up-and-restore.md": ("tests/docs/test_back_up_page.py", {"console"}),
    "docs/how-to/run-on-postgresql.md": (
        "tests/core/store/test_postgresql_page.py",
        {"sql", "console", "python"},
    ),
    "docs/testing.md": ("tests/contract/test_contract_page.py", {"python", "text"}),
    "examples/commitments/README.md": ("tests/docs/test_clone.py", {"console"}),
    "examples/host_erp/README.md": ("tests/docs/test_clone.py", {"console"}),
    "examples/inspection/README.md": ("tests/docs/test_clone.py", {"console"}),
    "examples/pricelist/README.md": ("tests/docs/test_clone.py", {"console", "python"}),
}
"""Page -> the test that runs it, and all the languages that test runs."""


@pytest.mark.parametrize("path", [path for path in PAGES if path not in BESIDE])
def test_the_page_works_as_it_is_written(page, path):
    page(path).run()


@pytest.mark.parametrize("path", BESIDE)
def test_a_page_with_a_test_of_its_own_has_nothing_that_test_leaves_out(page, path):
    test, languages = BESIDE[path]

    assert page(path).languages() == languages
    assert Path(path).name in (ROOT / test).read_text("utf-8")


def test_the_page_of_the_command_line_has_no_other_commands(page):
    """Its own test looks for them by this name."""
    blocks = page("docs/cli.md").blocks("console")

    assert all(block.startswith("$ orderloom ") for block in blocks)
    assert {line.split()[1] for line in re.findall(r"^\$ .*", "".join(blocks), re.M)} == {
        "orderloom"
    }
