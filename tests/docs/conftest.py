"""Pages of the documentation, run block by block the way a reader would type them."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w+)?[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# ([\w/-]+\.\w+)\n")
_INSTALL = "pip install -e "
_ANYTHING = "…"


@attrs.frozen
class Block:
    """One fenced block of a page."""

    language: str
    text: str


class Page:
    """A page and the folder its reader works in.

    Python blocks share one name space; one that begins with the name of a file in a comment is
    that file. `console` blocks are typed after `$ `, and what follows a command is what it has to
    print, with `…` for anything.
    """

    def __init__(self, path: str, folder: Path) -> None:
        year = f"RFQ-{datetime.datetime.now(datetime.UTC).year}-"  # numbers begin anew each year
        self.text = re.sub(r"RFQ-\d{4}-", year, (ROOT / path).read_text())
        self.folder, self.site = folder, folder / ".site"
        self.names: dict[str, object] = {"__name__": "page"}

    def blocks(self, *languages: str) -> list[Block]:
        found = [Block(match[1] or "", match[2]) for match in _FENCE.finditer(self.text)]
        return [block for block in found if block.language in languages]

    def run(self) -> None:
        """Everything on the page, from top to bottom."""
        for block in self.blocks("python", "console", "toml", "sql"):
            if named := _FILE.match(block.text):
                (self.folder / named[1]).write_text(block.text, "utf-8")
            elif block.language == "python":
                exec(compile(block.text, "page", "exec"), self.names)
            elif block.language == "console":
                self._type(block.text)

    def _type(self, text: str) -> None:
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            while command.endswith("\\"):
                more, _, expected = expected.partition("\n")
                command = f"{command[:-1]}{more.lstrip('> ')}"
            self.expect(command, expected)

    def install(self, folder: str) -> None:
        """What `pip install -e` does for a reader, in a place of the page's own."""
        installer = (
            [uv, "pip", "install", "--offline", "--python", sys.executable]
            if (uv := shutil.which("uv", path=_environment(self.site)["PATH"]))
            else [sys._base_executable, "-m", "pip", "--python", sys.executable, "install"]
        )
        options = ("--no-deps", "--no-build-isolation", "--upgrade", "--target", str(self.site))
        copy = shutil.copytree(
            self.folder / folder, self.folder / ".build" / folder, dirs_exist_ok=True
        )
        subprocess.run([*installer, *options, str(copy)], check=True, capture_output=True)

    def expect(self, command: str, expected: str) -> None:
        if command.startswith(_INSTALL):
            self.install(command.removeprefix(_INSTALL))
            return
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=_environment(self.site),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        if expected.strip():
            pattern = ".*".join(re.escape(part) for part in _lines(expected).split(_ANYTHING))
            assert re.fullmatch(pattern, _lines(done.stdout), re.DOTALL), done.stdout
        assert done.returncode == 0 or "Refused" in expected, done.stdout


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _environment(site: Path) -> dict[str, str]:
    ours = {key: value for key, value in os.environ.items() if not key.startswith("ORDERLOOM_")}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)  # else every command compiles all sources again
    path = f"{Path(sys.executable).parent}{os.pathsep}{ours.get('PATH', '')}"
    sites = os.pathsep.join(filter(None, (str(site), ours.get("PYTHONPATH"))))
    return {**ours, "PATH": path, "PYTHONPATH": sites, "COLUMNS": "100"}


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A page of the documentation, to be run in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / ".site")
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield lambda path: Page(path, tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]  # the next page may have another file of that name
