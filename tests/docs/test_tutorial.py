from __future__ import annotations


def test_the_tutorial_works_as_it_is_written(page):
    page("docs/tutorial.md").run()
