"""Pages of the documentation, run block by block the way a reader would type them."""

from __future__ import annotations

import ast
import datetime
import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from babel.messages.pofile import read_po
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
_FILE = re.compile(r"# ([\w/-]+\.\w+)\n")
_DEV = re.compile(r"python3 (?:\.\./)*dev\.py (\S+)")
_INSTALL = re.compile(r"pip install (-e )?(\./\S+)")
_ANYTHING = "…"
_FILES: dict[str, Callable[[str], Any]] = {
    "python": ast.parse,
    "toml": tomllib.loads,
    "po": lambda text: read_po(StringIO(text), abort_invalid=True),
}


@attrs.frozen
class Block:
    """One block of code on a page: fenced, in a list too, or indented (without a language)."""

    line: int
    language: str
    text: str


def blocks_of(text: str) -> list[Block]:
    """The blocks of a page, without the directives that Sphinx carries out."""
    found = [
        Block(token.map[0] + 1, token.info.partition(" ")[0], token.content)
        for token in MarkdownIt().parse(text)
        if token.type in ("fence", "code_block")
    ]
    return [block for block in found if not block.language.startswith("{")]


class Page:
    """A page and the folder its reader works in.

    A `python`, `toml` or `po` block that begins with the name of a file in a comment is that file.
    Of the others,

    - `python` blocks share one name space; what `>>>` asks is answered as written;
    - `console` blocks are typed after `$ `, and what follows a command is what it has to print,
      with `…` for anything;
    - `sh` blocks are typed line by line.

    Args:
        path: of the page, in the clone.
        folder: an empty one.
        instead: what is typed in the place of commands that take too long, or need what only
            their reader has.
    """

    def __init__(self, path: str, folder: Path, instead: Mapping[str, str] | None = None) -> None:
        year = datetime.datetime.now(datetime.UTC).year  # numbers begin anew each year
        self.path = path
        text = (ROOT / path).read_text("utf-8")
        self.text = re.sub(r"(RFQ|PO|INV-\w+)-\d{4}-", rf"\1-{year}-", text)
        self.folder, self.site = folder, folder / ".site"
        self.names: dict[str, Any] = {"__name__": "page"}
        self.instead = dict(instead or {})
        self.carry_out: dict[str, Callable[[Block], None]] = {
            "python": self._execute,
            "console": self._type,
            "sh": self._type_lines,
        }

    def blocks(self, *languages: str) -> list[str]:
        """The texts of the blocks in some languages."""
        return [block.text for block in blocks_of(self.text) if block.language in languages]

    def languages(self) -> set[str]:
        """The languages of its blocks; "" for none."""
        return {block.language for block in blocks_of(self.text)}

    def run(self, *languages: str) -> None:
        """Everything on the page, from top to bottom; or what is in some languages."""
        for block in blocks_of(self.text):
            if languages and block.language not in languages:
                continue
            if block.language in _FILES and (named := _FILE.match(block.text)):
                _FILES[block.language](block.text)  # whether somebody reads it or not
                self._write(self.folder / named[1], block.text)
                continue
            assert block.language in self.carry_out, f"{self.path}: nothing runs {block}"
            self.carry_out[block.language](block)

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def _execute(self, block: Block) -> None:
        name = f"{self.path} {block.line}"
        if not block.text.startswith(">>> "):
            exec(compile(block.text, name, "exec"), self.names)
            return
        test = doctest.DocTestParser().get_doctest(block.text, self.names, name, self.path, 0)
        said: list[str] = []
        doctest.DocTestRunner().run(test, out=said.append, clear_globs=False)
        self.names |= test.globs
        assert not said, "".join(said)

    def _type_lines(self, block: Block) -> None:
        for line in block.text.splitlines():
            self.expect(line.partition(" #")[0].rstrip(), "")

    def _type(self, block: Block) -> None:
        before, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
        assert before == "", f"{self.path}: nothing runs {before}"
        for part in parts:
            command, _, expected = part.partition("\n")
            while command.endswith("\\"):
                more, _, expected = expected.partition("\n")
                command = f"{command[:-1]}{more.lstrip('> ')}"
            self.expect(command, expected)

    def install(self, folder: str) -> None:
        """What `pip install` does for a reader, in a place of the page's own."""
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
        if found := _INSTALL.fullmatch(command):
            self.install(found[2])
            return
        command = _DEV.sub(_without_building, self.instead.get(command, command))
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=_environment(self.site),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        if expected.strip():
            pattern = ".*".join(re.escape(part) for part in _lines(expected).split(_ANYTHING))
            assert re.fullmatch(pattern, _lines(done.stdout), re.DOTALL), done.stdout
        told = re.search("Refused|Not allowed", expected)
        assert done.returncode == 0 or told, done.stdout


def _without_building(dev: re.Match[str]) -> str:
    """What dev.py runs once the environment is up to date."""
    spec = spec_from_file_location("dev", ROOT / "dev.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return shlex.join(module.SHORT.get(dev[1], [dev[1]]))


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
    yield lambda path, **more: Page(path, tmp_path, **more)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]  # the next page may have another file of that name
