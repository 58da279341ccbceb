"""Run orderloom from a clone, with nothing but Python and pip: `python3 dev.py demo`.

Builds `.venv` beside this file on the first run, and again when a pyproject.toml has changed; then
runs a command in it. `demo`, `test` and `docs` are short for `orderloom demo`, `pytest` and
`sphinx-build`; anything else is run as it stands (`python3 dev.py ruff check`). Without a command
it only builds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "built-from"
SHORT = {
    "demo": ["orderloom", "demo", "--module", "procurement"],
    "test": ["pytest"],
    "docs": ["sphinx-build", "-W", "-q", str(ROOT / "docs"), str(ROOT / "docs/_build")],
}
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
    "UV_PROJECT_ENVIRONMENT": str(VENV),
    "UV_PYTHON_DOWNLOADS": "never",
    "VIRTUAL_ENV": str(VENV),
}


def main(arguments: list[str]) -> int:
    """Build the environment if it is missing or old, run the command, answer its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets a remedy, not a traceback
        return complain("To run orderloom, use Python 3.11 or newer.")
    if arguments[:1] in (["-h"], ["--help"]):
        try:
            print(__doc__, flush=True)
        except BrokenPipeError:  # whoever reads it has read enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    try:
        state = digest()
        if not STAMP.exists() or STAMP.read_text() != state:
            build()
            STAMP.write_text(state)
        return run(*arguments) if arguments else 0
    except KeyboardInterrupt:
        return 130


def digest() -> str:
    """What the environment is built from; its place counts, since installed scripts name it."""
    seen = hashlib.sha256(str(ROOT).encode())
    for project in (ROOT, *members()):
        seen.update((project / "pyproject.toml").read_bytes())
    return seen.hexdigest()


def members() -> list[Path]:
    """The folders of the distributions, the core first."""
    return [ROOT / "core", *sorted(found.parent for found in ROOT.glob("plugins/*/pyproject.toml"))]


def build() -> None:
    """Install everything editable into `.venv`, by uv; by pip where uv reaches no package index."""
    print("Building .venv (once, under a minute) …", file=sys.stderr, flush=True)
    if not (BIN / "python").exists() and not (BIN / "python.exe").exists():
        venv.create(VENV, clear=True, symlinks=os.name != "nt")
    has_uv = shutil.which("uv", path=str(BIN)) or pip("uv") == 0
    # Inexact: uv itself stays. Compiled now, so that the first command is not the one that waits.
    sync = ("uv", "sync", "--project", str(ROOT), "--quiet", "--inexact", "--compile-bytecode")
    if not has_uv or run(*sync):
        print("uv could not install; trying pip …", file=sys.stderr, flush=True)
        if pip(*requirements()) or pip("--no-deps", *read(ROOT)["dependency-groups"]["data"]):
            raise SystemExit(complain("To go on, mend what pip reports above, then try again."))


def requirements() -> Iterator[str]:
    """What pip is told: pip before 25.1 knows neither workspaces nor dependency groups."""
    for project in members():
        extras = read(project)["project"].get("optional-dependencies", {})
        yield from ("--editable", f"{project}[{','.join(extras)}]" if extras else str(project))
    yield from read(ROOT)["dependency-groups"]["dev"]


def read(project: Path) -> dict[str, Any]:
    """The parsed pyproject.toml of a folder."""
    import tomllib  # on use: an older Python lacks it and has to reach the remedy in main

    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))


def pip(*wanted: str) -> int:
    """Install into `.venv` with the pip of the Python that runs this, and its configuration."""
    command = [sys.executable, "-m", "pip", "--python", str(VENV), "install", "--quiet"]
    return subprocess.call([*command, *wanted])


def run(command: str, *arguments: str) -> int:
    """Run a command as if `.venv` were activated."""
    program, *rest = [*SHORT.get(command, [command]), *arguments]
    found = shutil.which(program, path=ENVIRONMENT["PATH"])
    if found is None:
        return complain(f"There is no command {program!r}. Try: demo, test, orderloom.")
    place = ROOT if command == "test" else None  # tests are the clone's, wherever one stands
    code = subprocess.call([found, *rest], env=ENVIRONMENT, cwd=place)
    if command == "demo" and code == 0:
        print(
            f"\nHere orderloom is {found}; or say: {sys.executable} {ROOT / 'dev.py'} orderloom …"
        )
    return code


def complain(message: str) -> int:
    """Say what to do and answer the exit code of a failure."""
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
