from __future__ import annotations

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "pricing.md"


def test_every_example_of_the_pricing_page_answers_what_the_page_says():
    results = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")

    assert results.attempted >= 12
    assert results.failed == 0
