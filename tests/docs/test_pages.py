"""Every page with something to type or run, typed and run by itself in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = ("tutorials", "how-to", "concepts", "hooks")
ELSEWHERE = {"lifecycles", "money", "pricing", "coverage", "requests", "run-on-postgresql"}
"""Pages with a test beside what they are about, which knows more of it."""

PAGES = sorted(
    path.relative_to(DOCS.parent).as_posix()
    for folder in FOLDERS
    for path in DOCS.glob(f"{folder}/*.md")
    if path.stem not in ELSEWHERE
)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_works_as_it_is_written(page, path):
    page(path).run()
