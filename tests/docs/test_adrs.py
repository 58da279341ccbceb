from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "adr"


def test_the_index_lists_every_decision_with_its_title():
    decisions = {
        path.name: re.sub(r"^# \d+\. ", "", path.read_text().splitlines()[0])
        for path in FOLDER.glob("[0-9]*.md")
    }

    listed = dict(re.findall(r"\]\((\d{4}[^)]*)\) \| (.+?) \|", (FOLDER / "README.md").read_text()))

    assert listed == decisions
