"""Pages whose commands are typed in a clone of the repository."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

REHEARSED = {
    # As written they would build the environment anew, run this test again, or mend the clone.
    "python3 dev.py": f"python {ROOT}/dev.py --help",
    "python3 dev.py test": f"cd {ROOT} && python3 dev.py test --version",
    "python3 dev.py test tests/packaging": (
        f"cd {ROOT} && python3 dev.py test tests/packaging --collect-only"
    ),
    "python3 dev.py ruff format": f"python3 dev.py ruff format --check {ROOT}/dev.py",
    "bash .ci/run": "bash -n .ci/run",
}
BENCHMARK = re.compile(r"(benchmarks/run\.py)((?: \w+)*)(.*)")


@pytest.fixture
def in_clone(page, tmp_path):
    """A page whose reader stands in the clone; another instead of commands that take too long."""
    for name in (".ci", "benchmarks", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    return lambda path, instead=REHEARSED: page(path, instead=instead)


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_for_a_clone_do_something(in_clone, path):
    in_clone(path).run("sh")


def test_the_commands_of_the_benchmarks_measure_something(in_clone):
    """The same ones with tiny numbers and without a server, and one job instead of all."""
    page = in_clone("docs/benchmarks.md")
    (text,) = page.blocks("sh")
    typed = [line.partition(" #")[0].rstrip() for line in text.splitlines()]

    def tiny(found):
        return f"{found[1]}{found[2] or ' decide'} --quick --on sqlite{found[3]}"

    page.instead = {command: BENCHMARK.sub(tiny, command) for command in typed}
    page.run("sh")

    assert (page.folder / "figures.jsonl").exists()


def test_the_page_of_the_benchmarks_has_a_row_for_each_of_them(page):
    typed = [sys.executable, str(ROOT / "benchmarks" / "run.py"), "nonsense"]
    refused = subprocess.run(typed, capture_output=True, text=True, check=False).stderr
    _, _, jobs = refused.partition("there is no nonsense; choose of: ")

    told, _, _ = page("docs/benchmarks.md").text.partition("## Figures")
    rows = re.findall(r"^\| (`.*?) \|", told, re.MULTILINE)

    assert re.findall(r"`(\w+)`", " ".join(rows)) == jobs.strip().split(", ")


@pytest.mark.parametrize("name", ["commitments", "inspection", "pricelist"])
def test_the_example_works_as_its_readme_says(in_clone, name):
    page = in_clone(f"examples/{name}/README.md")
    page.expect("orderloom init --title 'Example Festivals'", "")

    page.run()


def test_the_host_tells_its_story_as_its_readme_says(page, tmp_path, database):
    shutil.copytree(ROOT / "examples" / "host_erp", tmp_path, dirs_exist_ok=True)
    readme = page("examples/host_erp/README.md")
    (url,) = re.findall(r"postgresql\+psycopg:\S+", readme.text)
    ours = database.replace("postgresql:", "postgresql+psycopg:")
    command = "python3 ../../dev.py python -m host_erp"
    readme.instead = {f"{command} {url}": f"{command} '{ours}'"}

    readme.run()


def test_what_the_clone_says_of_itself_may_be_cut_short():
    typed = f"set -o pipefail; {sys.executable} {ROOT}/dev.py --help | true"

    done = subprocess.run(["bash", "-c", typed], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
