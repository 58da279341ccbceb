"""docs/testing.md says what the kit does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kit_sample.faults import FAULTS

from orderloom.testing import Samples, all_checks

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text("utf-8")
TEST_FILE, SAMPLES, STORIES, GROUND = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
FINDING, _ = re.findall(r"^```text\n(.*?)^```", PAGE, re.M | re.S)  # the other: test_fuzzing.py


def test_the_page_names_every_check_as_it_describes_itself():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.partition("### The checks")[2], re.MULTILINE)

    assert rows == [(check.name, check.summary) for check in all_checks()]


def test_the_example_of_a_test_file_passes(tmp_path):
    (tmp_path / "test_module.py").write_text(TEST_FILE, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not contract"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
    assert f"1 passed, {len(all_checks())} deselected" in done.stdout


def test_the_example_of_samples_is_one():
    names: dict[str, object] = {}

    exec(SAMPLES, names)

    samples = names["samples"]
    assert isinstance(samples, Samples)
    assert samples.options["visits.order.rate"] == ({"stars": 5}, {"stars": 1})


def test_a_finding_is_told_as_on_the_page(findings):
    build, check, _ = FAULTS["lets_anybody_read"]

    text = findings(build())[check]

    assert f"{text}\n" == FINDING


@pytest.mark.parametrize(
    ("text", "test"), [(STORIES, "test_stories"), (GROUND, "test_stories_of_small_orders")]
)
def test_the_stories_of_the_page_can_be_told(text, test):
    names: dict[str, Any] = {}
    exec(f"{STORIES}\n{text}", names)

    names[test]()
