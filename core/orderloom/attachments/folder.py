"""Files in a folder of the file system."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


class FolderFiles:
    """A folder, made when the first file comes.

    Args:
        path: of the folder; for this one database alone.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"FolderFiles({str(self.path)!r})"

    def put(self, key: str, content: bytes) -> None:
        """Keep a file; it is on the disk, and so is its name, when this returns."""
        path = self.path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        for folder in (path.parent, path.parent.parent, self.path):
            _keep_names(folder)

    def get(self, key: str) -> bytes:
        """The file under a key.

        Raises:
            FileNotFoundError: there is none.
        """
        return (self.path / key).read_bytes()

    def keys(self, folder: str) -> Iterable[str]:
        """The keys that begin with `folder` and a slash."""
        try:
            names = os.listdir(self.path / folder)
        except FileNotFoundError:
            return ()
        return [f"{folder}/{name}" for name in sorted(names)]

    def delete(self, key: str) -> None:
        """Take a file away."""
        (self.path / key).unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder survive a power cut; only POSIX lets one ask for it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
