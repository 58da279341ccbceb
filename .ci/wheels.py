"""Build each distribution, examples too, and install it alone: the core by itself, for a start.

Alone means a fresh environment that holds the wheel and what it declares, so that a forgotten
dependency, a file left out of the wheel or an import of another module shows here. Wheels are built
from the sdist, which proves the sdist too. Needs the `.venv` of dev.py for building and for uv, if
it is there; otherwise pip.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MEMBERS = sorted(
    found.parent
    for shelf in ("core", "plugins/*", "examples/*")
    for found in ROOT.glob(f"{shelf}/pyproject.toml")
)
BIN = "Scripts" if os.name == "nt" else "bin"
IMPORT_ALL = """
import importlib, pkgutil, sys

package = importlib.import_module(sys.argv[1])
print(package.__file__)
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    # migrations run only inside alembic, programs when they are called; the test kit needs the
    # integrator's own pytest
    if not {"migrations", "__main__", "testing"} & set(found.name.split(".")):
        importlib.import_module(found.name)
"""
LOAD_MODULES = """
import sys
from orderloom import Orderloom

found = Orderloom("sqlite://").catalogue
broken = "; ".join(f"{key}: {one.reason}" for key, one in found.broken.items())
if broken or sorted(found.loaded) != sys.argv[1:]:
    sys.exit(broken or f"the modules are {sorted(found.loaded)}, not {sys.argv[1:]}")
"""


def main() -> int:
    """Build and check everything, print what is wrong, answer the exit code."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as workers:
        place = Path(folder)
        built = workers.map(lambda one: build(one, place), MEMBERS)
        wheels = dict(zip(MEMBERS, built, strict=True))
        found = workers.map(
            lambda one: left_out(one, wheels[one]) + alone(one, wheels, place), MEMBERS
        )
        faults = [fault for faults in found for fault in faults]
    print("\n".join(faults) or f"{len(wheels)} distributions are whole and work alone")
    return 1 if faults else 0


def build(project: Path, place: Path) -> Path:
    """Build the sdist and from it the wheel; answer the wheel."""
    target = place / "dist" / project.name
    command = [sys.executable, str(ROOT / "dev.py"), "python", "-m", "build", "--no-isolation"]
    subprocess.run([*command, "--outdir", target, project], check=True, stdout=subprocess.DEVNULL)
    return next(target.glob("*.whl"))


def left_out(project: Path, wheel: Path) -> list[str]:
    """What the wheel lacks: sources, data, migrations, py.typed, the licence."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", package(project)]
    wanted = subprocess.check_output(command, cwd=project, text=True).split("\n")
    packed = zipfile.ZipFile(wheel).namelist()
    missing = {name for name in wanted if name and (project / name).exists()} - set(packed)
    missing |= {f"{package(project)}/py.typed"} - set(packed)
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in packed):
        missing.add("LICENSE")
    return [f"{wheel.name}: {name} is not in the wheel" for name in sorted(missing)]


def alone(project: Path, wheels: dict[Path, Path], place: Path) -> list[str]:
    """What fails when only a distribution and what it declares is installed."""
    environment = place / f"alone-{project.name}"
    venv.create(environment, symlinks=os.name != "nt")
    python = str(environment / BIN / "python")
    together = needed(project)
    if failed := install(python, [str(wheels[one]) for one in together]):
        return [f"{project.name} cannot be installed: {failed}"]
    modules = sorted(name for one in together for name in modules_of(one))
    checks = {
        "import every file": [python, "-I", "-c", IMPORT_ALL, package(project)],
        "load the modules": [python, "-I", "-c", LOAD_MODULES, *modules],
        "orderloom --help": [str(environment / BIN / "orderloom"), "--help"],
    }
    return [fault for name, command in checks.items() for fault in failing(project, name, command)]


def needed(project: Path) -> list[Path]:
    """It, and those of ours that it declares, however far down."""
    wanted = "\n".join(declared(project)["dependencies"])
    names = re.findall(r"^[\w.-]+", wanted, re.MULTILINE)
    nearest = [one for one in MEMBERS if declared(one)["name"] in names]
    return [*dict.fromkeys(far for one in nearest for far in needed(one)), project]


def install(python: str, wheels: list[str]) -> str:
    """Install into an environment, by uv; by pip where uv reaches no package index."""
    uv = shutil.which("uv", path=str(ROOT / ".venv" / BIN))
    if uv and not subprocess.call([uv, "pip", "install", "-q", "--python", python, *wheels]):
        return ""
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    done = subprocess.run([*pip, *wheels], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def failing(project: Path, name: str, command: list[str]) -> list[str]:
    """The end of the output if the command fails, away from the work tree."""
    done = subprocess.run(command, cwd=tempfile.gettempdir(), capture_output=True, text=True)
    last = "\n    ".join(done.stderr.strip().splitlines()[-3:])
    return [f"{project.name} alone, {name}:\n    {last}"] if done.returncode else []


def declared(project: Path) -> dict[str, Any]:
    """The `project` table of a distribution."""
    table: dict[str, Any]
    table = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def modules_of(project: Path) -> list[str]:
    """The keys of the modules that a distribution brings."""
    return list(declared(project).get("entry-points", {}).get("orderloom.modules", ()))


def package(project: Path) -> str:
    """The import name of a distribution."""
    return next(project.glob("*/__init__.py")).parent.name


if __name__ == "__main__":
    sys.exit(main())
