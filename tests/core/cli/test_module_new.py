"""`orderloom module new` for real: built, installed, its tests run, the kit run over it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

KEY = "incoming_inspection"
# The command line without what only tests need: the kit must run where neither is installed.
WITHOUT_PYTEST = (
    "import sys; sys.modules['pytest'] = sys.modules['hypothesis'] = None; "
    "from orderloom.cli.main import main; main()"
)


def run(*command, folder, path=None, code=0):
    environment = {key: value for key, value in os.environ.items() if key[:10] != "ORDERLOOM_"}
    if path is not None:
        known = os.environ.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(path), known]))
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def scaffold(tmp_path_factory):
    """A folder where the module was started."""
    folder = tmp_path_factory.mktemp("scaffold")
    run("-m", "orderloom.cli", "module", "new", KEY, folder=folder)
    return folder / "orderloom-incoming-inspection"


@pytest.fixture(scope="module")
def site(scaffold, tmp_path_factory):
    """Where the built wheel of it is installed."""
    target, wheels = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("wheels")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels))
    run(*build, str(scaffold), folder=scaffold)
    zipfile.ZipFile(next(wheels.glob("*.whl"))).extractall(target)
    return target


def test_a_started_module_is_a_whole_distribution(scaffold):
    files = {str(path.relative_to(scaffold)) for path in scaffold.rglob("*") if path.is_file()}

    assert files == {
        "pyproject.toml",
        "README.md",
        "orderloom_incoming_inspection/__init__.py",
        "orderloom_incoming_inspection/module.py",
        "orderloom_incoming_inspection/py.typed",
        "tests/test_module.py",
    }


def test_a_started_module_passes_its_own_tests(scaffold, site):
    said = run("-m", "pytest", "-v", "-p", "no:cacheprovider", folder=scaffold, path=site)

    assert "::test_contract[tenants_are_isolated] PASSED" in said
    assert "::test_an_order_is_opened_and_completed PASSED" in said
    assert "skipped" not in said.splitlines()[-1]


def test_a_started_module_passes_the_kit_where_pytest_is_not_installed(scaffold, site):
    words = ("module", "check", KEY, "--json")
    said = run("-c", WITHOUT_PYTEST, *words, folder=scaffold, path=site)

    results = [json.loads(line) for line in said.splitlines()]
    assert len(results) == 28
    assert {(one["module"], one["result"]) for one in results} == {(KEY, "passed")}


def test_a_started_module_is_typed_and_tidy(scaffold):
    source = "orderloom_incoming_inspection/module.py"

    run("-m", "mypy", "--strict", "--cache-dir", os.devnull, source, folder=scaffold)
    for words in (["check"], ["format", "--check"]):
        ruff = ["ruff", *words, "--no-cache", "--line-length", "100", "."]
        run("-m", *ruff, folder=scaffold)


def test_starting_tells_what_to_do_next(bare):
    said = bare("module", "new", "visits").stdout

    assert "pip install -e 'orderloom-visits[test]'" in said
    assert "orderloom module check visits" in said


def test_a_module_is_started_in_the_folder_named(bare, folder):
    bare("module", "new", "visits", "--folder", "elsewhere")

    assert (Path("elsewhere") / "orderloom_visits" / "module.py").exists()


def test_a_folder_with_something_in_it_stays_as_it_is(bare, folder):
    (folder / "full").mkdir()
    (folder / "full" / "mine.txt").write_text("mine")

    told = bare("module", "new", "visits", "--folder", "full", code=2).stderr

    assert "full is not empty. To start a module, name another folder" in told
    assert [path.name for path in (folder / "full").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_refused(bare, folder):
    (folder / "file").write_text("")

    told = bare("module", "new", "visits", "--folder", "file/inside", code=2).stderr

    assert told.startswith("Refused: folder: file/inside cannot be written to")


@pytest.mark.parametrize("name", ["Visits", "in-spection", "1st", "x", "tenant", "core"])
def test_what_cannot_name_a_module_is_refused(bare, folder, name):
    bare("module", "new", name, code=2)

    assert list(folder.iterdir()) == []


def test_a_name_that_is_taken_is_refused(bare, folder):
    told = bare("module", "new", "shop", code=2).stderr

    assert "There is a module shop already." in told
