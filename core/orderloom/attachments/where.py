"""Which place the files of an installation go to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa

from orderloom.attachments.folder import FolderFiles
from orderloom.attachments.objects import ObjectFiles
from orderloom.attachments.port import FileStore
from orderloom.errors import Problem, Refused

_SUFFIX = ".files"
_FILE_URL = "file://"


class Nowhere:
    """No place at all: whoever attaches a file is told to name one."""

    def put(self, key: str, content: bytes) -> None:
        """Refuse it.

        Raises:
            Refused: [files.nowhere].
        """
        text = (
            "There is no place for files. To attach some, name a folder or the URL of an object "
            "store: Orderloom(files=…), --files, ORDERLOOM_FILES, or files in orderloom.toml."
        )
        raise Refused([Problem("files.nowhere", text, "files")])

    def get(self, key: str) -> bytes:
        """Find nothing.

        Raises:
            FileNotFoundError: always.
        """
        raise FileNotFoundError(key)

    def keys(self, folder: str) -> Iterable[str]:
        """None."""
        return ()

    def delete(self, key: str) -> None:
        """Nothing to take away."""


def file_store(given: FileStore | Path | str | None, database: sa.URL) -> FileStore:
    """The store that was asked for; next to a SQLite database if none was.

    Args:
        given: a store, a folder, or a URL that fsspec knows.
        database: of the orders.

    Raises:
        Refused: [files.not_reachable], [files.unfit] it is something else.
    """
    if given is None:
        path = _file_of(database)
        return FolderFiles(f"{path}{_SUFFIX}") if path else Nowhere()
    if isinstance(given, str) and given:
        path = given.removeprefix(_FILE_URL)
        return ObjectFiles(given) if "://" in path else FolderFiles(path)
    if isinstance(given, Path):
        return FolderFiles(given)
    if isinstance(given, FileStore):
        return given
    text = "Files cannot go to “{given}”. To go on, name a folder or a URL, or give a FileStore."
    params = {"given": type(given).__name__ if given else "nothing"}
    raise Refused([Problem("files.unfit", text, "files", params=params)])


def _file_of(database: sa.URL) -> str:
    """The file of a SQLite database, "" if it has none."""
    name = database.database or ""
    on_disk = not name.startswith((":memory:", "file:"))
    return name if database.get_backend_name() == "sqlite" and on_disk else ""
