"""The example module, built and installed beside the workspace, and shown at every door."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orderloom.testing import check_module

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "inspection"
SOURCE = EXAMPLE / "orderloom_inspection" / "module.py"


def _installer():
    """How this environment installs a folder: by uv, or by the pip of the Python below it."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--offline", "--python", sys.executable]
    below = getattr(sys, "_base_executable", sys.executable)
    return [below, "-m", "pip", "--python", sys.executable, "install", "--no-index"]


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder with nothing but the installed distribution."""
    source, target = (tmp_path_factory.mktemp(name) for name in ("source", "site"))
    copy = shutil.copytree(EXAMPLE, source / "inspection")  # builders leave files behind
    command = [*_installer(), "--no-deps", "--no-build-isolation", "--target", target, copy]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


class Shell:
    """Types commands where the module is installed."""

    def __init__(self, folder: Path, site: Path) -> None:
        ours = {key: text for key, text in os.environ.items() if not key.startswith("ORDERLOOM_")}
        ours.pop("PYTHONDONTWRITEBYTECODE", None)
        self.folder, self.environment = folder, {**ours, "PYTHONPATH": str(site), "NO_COLOR": "1"}

    def __call__(self, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "orderloom.cli", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *words: str):
        return json.loads(self(*words, "--json"))


@pytest.fixture(scope="module")
def shell(installed, tmp_path_factory):
    """A tenant with the module on, and in it a sent order."""
    shell = Shell(tmp_path_factory.mktemp("erp"), installed)
    shell("init", "--title", "Example Festivals", "--module", "procurement")
    shell("module", "on", "inspection", "--yes")
    shell("project", "add", "summer", "Summer festival")
    shell("party", "add", "V1", "Sample Tents", "--role", "vendor")
    words = ("--project", "summer", "--seller", "V1", "--line", "Party tent=4 C62", "--title")
    for title in ("Waits", "Moves"):
        made = shell.json(
            "order", "place", *words, title, "--bill-to", "Office", "--deliver-to", "Gate 3"
        )
        shell("order", "do", made["id"], "send", "--no-mail")
    return shell


@pytest.fixture(scope="module")
def sent(shell):
    """The number of an order that stays as it is."""
    return _numbers(shell)["Waits"]


@pytest.fixture(scope="module")
def inspected(shell):
    """The number of an order that was inspected."""
    number = _numbers(shell)["Moves"]
    assert "is now Inspected" in shell("order", "do", number, "inspect")
    return number


def _numbers(shell):
    return {one["title"]: one["number"] for one in shell.json("order", "list")["items"]}


def test_it_takes_fifteen_lines_of_one_file():
    files = [path.name for path in SOURCE.parent.glob("*.py")]
    lines = [line for line in SOURCE.read_text().splitlines() if line.strip()]

    assert sorted(files) == ["__init__.py", "module.py"]
    assert len(lines) <= 15


def test_the_wheel_holds_the_module_and_its_entry_point(installed):
    (points,) = installed.glob("orderloom_inspection-*.dist-info/entry_points.txt")

    assert "inspection = orderloom_inspection.module" in points.read_text()


def test_it_is_no_part_of_the_workspace():
    told = subprocess.run(
        [sys.executable, "-c", "import orderloom_inspection"], capture_output=True, check=False
    )

    assert told.returncode == 1


def test_the_command_line_lists_it(shell):
    assert re.search(r"Incoming inspection +on ", shell("module", "list"))


def test_its_place_in_the_order_of_modules_has_a_reason(shell):
    assert "inspection requires procurement" in shell("module", "order")


def test_explain_opens_its_action_and_tells_what_its_guard_misses(shell, sent):
    said = shell("order", "explain", sent)

    assert "inspect  open" in said
    assert "To fulfil the order, inspect it first." in said


def test_the_guard_refuses(shell, sent):
    assert "are not inspected yet" in shell("order", "do", sent, "fulfill", code=2)


def test_the_action_has_help_of_its_own(shell, sent):
    assert "Inspect: from Sent to Inspected." in shell("order", "do", sent, "inspect", "--help")


def test_a_trace_shows_the_guard_being_asked(shell, sent):
    told = shell.json("module", "trace", sent, "inspect")

    assert [call["hook"] for call in told["calls"] if call["module"] == "inspection"] == [
        "check_action"
    ]


def test_an_inspected_order_is_shown_listed_and_remembered(shell, inspected):
    assert f"{inspected}  Inspected" in shell("order", "show", inspected)
    assert inspected in shell("order", "list", "--status", "inspected")
    assert "inspect: Sent → Inspected" in shell("order", "history", inspected)


def test_json_has_its_status_and_its_way_on(shell, inspected):
    told = shell.json("order", "show", inspected)

    assert told["order"]["status"] == "inspected"
    assert told["actions"] == ["fulfill"]


def test_csv_has_its_status_and_title(shell, inspected):
    rows = list(csv.DictReader(io.StringIO(shell("order", "list", "--csv"))))

    assert [(row["title"], row["status"], row["status title"]) for row in rows] == [
        ("Moves", "inspected", "Inspected"),
        ("Waits", "sent", "Sent"),
    ]


def test_the_diagram_draws_its_status_and_edges(shell):
    drawn = shell("lifecycle", "show", "procurement.order", "--mermaid")

    assert "S_sent --> S_inspected: Inspect" in drawn
    assert "S_inspected --> S_fulfilled: Fulfill" in drawn


def test_the_listing_says_whose_edges_they_are(shell):
    listed = shell("lifecycle", "show", "procurement.order")

    assert "inspection" in next(line for line in listed.splitlines() if "inspect " in line)


def test_the_merged_lifecycle_is_proved(shell):
    assert "procurement.order holds together: 5 statuses, 8 actions." in shell("lifecycle", "prove")


def test_it_passes_the_kit(example):
    found = [result for result in check_module(example("inspection")) if result.findings]

    assert found == []
