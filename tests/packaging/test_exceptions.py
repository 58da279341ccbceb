"""Whoever makes an exception to a rule of the checkers says why."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_EXCEPTION = re.compile(r"#\s*(?:type: ignore|noqa)\b")
_WITH_REASON = re.compile(r"# (?:type: ignore\[[\w, -]+\]  # |noqa: [A-Z0-9, ]+ - )\w")


def test_every_exception_names_its_rule_and_the_reason():
    sources = [*ROOT.glob("core/orderloom/**/*.py"), *ROOT.glob("plugins/*/orderloom_*/**/*.py")]

    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if _EXCEPTION.search(line) and not _WITH_REASON.search(line)
    ]

    assert len(sources) > 100
    assert silent == []
