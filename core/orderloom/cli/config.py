"""Which database, tenant and user a command means: flags, then variables, then orderloom.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from orderloom.cli.files import read_file
from orderloom.errors import Problem, Refused

FILE = "orderloom.toml"
NAMES = ("db", "tenant", "user", "files")
_TABLES = ("settings", "tenants")  # read by `Orderloom` itself, as the file layer of settings


@attrs.frozen(kw_only=True)
class Config:
    """Where commands run.

    Attributes:
        db: URL of the database, "" if nobody said.
        tenant: key, "" if nobody said.
        user: id of the user who acts, "" if nobody said.
        files: folder or URL where attachments lie, "" if nobody said.
        file: the orderloom.toml that was read, None if there is none.
    """

    db: str = ""
    tenant: str = ""
    user: str = ""
    files: str = ""
    file: Path | None = None


def configure(given: Mapping[str, str | None], folder: Path) -> Config:
    """Fill in what was not given from `orderloom.toml` in a folder.

    Args:
        given: from flags and variables, by the names of `Config`.
        folder: the current one.

    Raises:
        Refused: [cli.file_*] the file cannot be read, [cli.unknown_key], [cli.not_text].
    """
    path = folder / FILE
    stored = _stored(path) if path.is_file() else {}
    chosen = {name: given.get(name) or stored.get(name, "") for name in NAMES}
    return Config(**chosen, file=path if path.is_file() else None)


def _stored(path: Path) -> dict[str, str]:
    raw = read_file(path)
    problems = [problem for name, value in raw.items() for problem in _key_problems(name, value)]
    if problems:
        raise Refused(problems)
    return {name: raw[name] for name in NAMES if name in raw}


def _key_problems(name: str, value: Any) -> list[Problem]:
    from orderloom.values import nearest, shown

    where = f"{FILE}: {shown(name)}"
    if name not in (*NAMES, *_TABLES):
        text = "There is no such key. To configure something, use: {known}."
        known = nearest(name, (*NAMES, *_TABLES), otherwise=", ".join((*NAMES, *_TABLES)))
        return [Problem("cli.unknown_key", text, where, params={"known": known})]
    if name in NAMES and not isinstance(value, str):
        text = 'It is not a text. To set it, write it in quotation marks: {name} = "…".'
        return [Problem("cli.not_text", text, where, params={"name": name})]
    return []


def file_text(config: Config) -> str:
    """What `init` writes into a new orderloom.toml."""
    from orderloom.cli.printing import to_json

    values = {"db": config.db, "tenant": config.tenant, "user": config.user}
    lines = [f"{name} = {to_json(value)}" for name, value in values.items()]
    return "\n".join(
        (
            "# Where the command `orderloom` works when it is run in this folder.",
            "# Flags (--db, --tenant, --as) and the variables ORDERLOOM_DB, ORDERLOOM_TENANT and",
            "# ORDERLOOM_USER come first.",
            *lines,
            "",
            "# [settings.core]",
            '# mail_sender = "orders@buyer.example"',
            "",
        )
    )
