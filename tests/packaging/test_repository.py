"""What lies at the top of the repository is there on purpose."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {".ci", "benchmarks", "core", "docs", "examples", "plugins", "tests"}
PAGES = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "THIRD_PARTY.md"}
FILES = {".gitignore", "dev.py", "pyproject.toml"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository, only what was in it")
def test_nothing_else_lies_at_the_top():
    tracked = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)

    found = {path.partition("/")[0] for path in tracked.split("\0") if path}

    assert found == FOLDERS | PAGES | FILES
