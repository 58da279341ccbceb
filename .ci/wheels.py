"""Build each distribution and install it alone: the core by itself, each module with the core.

Alone means a fresh environment that holds the wheel and what it declares, so that a forgotten
dependency, a file left out of the wheel or an import of another module shows here. Wheels are built
from the sdist, which proves the sdist too. Needs pip, and the `.venv` of dev.py for building.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "core"
BIN = "Scripts" if os.name == "nt" else "bin"
IMPORT_ALL = """
import importlib, pkgutil, sys

package = importlib.import_module(sys.argv[1])
print(package.__file__)
for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    # migrations run only inside alembic; the test kit needs the integrator's own pytest
    if not {"migrations", "testing"} & set(found.name.split(".")):
        importlib.import_module(found.name)
"""
LOAD_MODULES = """
import importlib.metadata, sys

found = importlib.metadata.entry_points(group="orderloom.modules")
for entry in found:
    entry.load()
if sorted(found.names) != sys.argv[1:]:
    sys.exit(f"the entry points are {sorted(found.names)}, not {sys.argv[1:]}")
"""


def main() -> int:
    """Build and check everything, print what is wrong, answer the exit code."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        core = build(CORE, place)
        faults += left_out(CORE, core) + alone(CORE, [core], place)
        for project in sorted(found.parent for found in ROOT.glob("plugins/*/pyproject.toml")):
            wheel = build(project, place)
            faults += left_out(project, wheel) + alone(project, [core, wheel], place)
    print("\n".join(faults) or "every distribution is whole and works alone")
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


def alone(project: Path, wheels: list[Path], place: Path) -> list[str]:
    """What fails when only these wheels and their dependencies are installed."""
    environment = place / f"alone-{project.name}"
    venv.create(environment, symlinks=os.name != "nt")
    python = str(environment / BIN / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*pip, *wheels], check=True)
    modules = sorted(declared(project).get("entry-points", {}).get("orderloom.modules", ()))
    checks = {
        "import every file": [python, "-I", "-c", IMPORT_ALL, package(project)],
        "load the modules": [python, "-I", "-c", LOAD_MODULES, *modules],
        "orderloom --help": [str(environment / BIN / "orderloom"), "--help"],
    }
    return [fault for name, command in checks.items() for fault in failing(project, name, command)]


def failing(project: Path, name: str, command: list[str]) -> list[str]:
    """The end of the output if the command fails, away from the work tree."""
    done = subprocess.run(command, cwd=tempfile.gettempdir(), capture_output=True, text=True)
    last = "\n    ".join(done.stderr.strip().splitlines()[-3:])
    return [f"{project.name} alone, {name}:\n    {last}"] if done.returncode else []


def declared(project: Path) -> dict[str, dict[str, dict[str, str]]]:
    """The `project` table of a distribution."""
    table: dict[str, dict[str, dict[str, str]]]
    table = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def package(project: Path) -> str:
    """The import name of a distribution."""
    return next(project.glob("orderloom*/__init__.py")).parent.name


if __name__ == "__main__":
    sys.exit(main())
