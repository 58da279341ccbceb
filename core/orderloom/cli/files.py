"""Files: JSON and TOML people hand in (decimals stay text for the gates), and what is written."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path
from typing import Any

from orderloom.errors import Problem, Refused

_MOST_DIGITS = 4300


def read_file(path: Path) -> Any:
    """What a `.toml` or else JSON file holds.

    Raises:
        Refused: [cli.file_missing], [cli.file_unreadable], [cli.file_malformed] names the place.
    """
    text = read_text(path)
    try:
        if path.suffix.lower() == ".toml":
            return tomllib.loads(text, parse_float=str)
        return json.loads(text, parse_int=_whole, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        template = "The file is not what it should be: {reason}. To go on, correct it there."
        raise _refusal("malformed", template, path, reason=str(error)) from None


def read_text(path: Path) -> str:
    """The text of a file, in UTF-8.

    Raises:
        Refused: [cli.file_missing], [cli.file_unreadable].
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        template = "There is no such file. To go on, check its name."
        raise _refusal("missing", template, path) from None
    except (OSError, ValueError) as error:  # a folder, no right to read, not UTF-8, NUL in the name
        template = "The file cannot be read: {reason}. To go on, name a UTF-8 file you may read."
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal("unreadable", template, path, reason=reason) from None


def read_bytes(path: Path, megabytes: int) -> bytes:
    """The content of an ordinary file, of which no more than so many million bytes are read.

    Raises:
        Refused: [cli.file_missing], [cli.file_unreadable], [cli.file_too_big].
    """
    most = megabytes * 1_000_000
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe might never end, nor even begin
            template = "It is no ordinary file. To go on, name one."
            raise _refusal("unreadable", template, path)
        with path.open("rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        template = "There is no such file. To go on, check its name."
        raise _refusal("missing", template, path) from None
    except (OSError, ValueError) as error:  # no right to read, NUL in the name
        template = "The file cannot be read: {reason}. To go on, name one you may read."
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal("unreadable", template, path, reason=reason) from None
    if len(content) > most:
        template = "The file is too big. To attach it, make it smaller than {most} megabytes."
        raise _refusal("too_big", template, path, most=str(megabytes))
    return content


def _whole(text: str) -> int | str:
    """A whole number; one that Python would not read at all stays text for the gates."""
    return int(text) if len(text) <= _MOST_DIGITS else text


def write_file(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        Refused: [cli.file_unwritable].
    """
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        template = (
            "The file cannot be written: {reason}. To go on, name one in a folder you may use."
        )
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal("unwritable", template, path, reason=reason) from None


def _refusal(code: str, template: str, path: Path, **params: str) -> Refused:
    return Refused([Problem(f"cli.file_{code}", template, str(path), params=params)])
