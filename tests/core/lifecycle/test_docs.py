import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "lifecycles.md"


def test_the_examples_of_the_page_run_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    page = ModuleType("lifecycles_page")
    monkeypatch.setitem(sys.modules, page.__name__, page)

    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), page.__dict__)

    assert len(blocks) == 4
    assert page.__dict__["merged"].lifecycle.status("lent").title == "Out"
