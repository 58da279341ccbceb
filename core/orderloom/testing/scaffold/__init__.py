"""A new module: the files of a distribution that installs and passes its own tests at once."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from packaging.version import Version

from orderloom.errors import Problem, Refused
from orderloom.modules import Module

_FILES: Final = {
    "pyproject.toml": "pyproject.toml.template",
    "README.md": "README.md.template",
    "{package}/__init__.py": "init.py.template",
    "{package}/module.py": "module.py.template",
    "{package}/py.typed": "",
    "tests/test_module.py": "test_module.py.template",
}


def distribution_of(key: str) -> str:
    """The name of a module's distribution: orderloom-incoming-inspection."""
    return f"orderloom-{key.replace('_', '-')}"


def new_module(key: str, folder: Path) -> tuple[Path, ...]:
    """Write a new module into a folder, which is made if it is missing.

    Args:
        key: of the module.
        folder: must be empty.

    Returns:
        The files, in the order they are best read.

    Raises:
        Refused: [module.bad_key], [scaffold.not_empty], [scaffold.folder] it cannot be written to.
    """
    title = key.replace("_", " ").capitalize()
    Module(key, title=title)  # refuses what is no key
    words = {
        "key": key,
        "title": title,
        "package": f"orderloom_{key}",
        "distribution": distribution_of(key),
        "range": _range(Version(version("orderloom"))),
    }
    try:
        _check_empty(folder)
        return tuple(
            _written(folder / _filled(name, words), _filled(_template(template), words))
            for name, template in _FILES.items()
        )
    except OSError as error:
        text = "{folder} cannot be written to: {reason}. To go on, name another one (--folder)."
        params = {"folder": folder, "reason": error.strerror or "error"}
        raise Refused([Problem("scaffold.folder", text, "folder", params=params)]) from None


def _range(core: Version) -> str:
    """The versions of the core whose public names are those of this one."""
    after = f"0.{core.minor + 1}" if core.major == 0 else str(core.major + 1)
    return f">={core.major}.{core.minor},<{after}"


def _check_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        text = "{folder} is not empty. To start a module, name another folder (--folder)."
        problem = Problem("scaffold.not_empty", text, "folder", params={"folder": folder})
        raise Refused([problem])


def _template(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8") if name else ""


def _filled(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path
