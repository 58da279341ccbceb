"""Files in an object store, through fsspec."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from orderloom.errors import Problem, Refused


class ObjectFiles:
    """A place that fsspec reaches: S3, Azure, Google, SFTP, …; needs the extra `files`.

    Args:
        url: such as "s3://bucket/orders"; for this one database alone.
        options: of the file system, as fsspec takes them; credentials are better left to the
            environment.

    Raises:
        Refused: [files.not_reachable] fsspec, or what it needs for this kind of URL, is not
            installed, or it cannot be opened.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self.url = url
        try:
            from fsspec.core import url_to_fs

            self._files, root = url_to_fs(url, **options)
        except Exception as error:  # of whatever library stands behind the URL
            text = (
                "Files cannot be kept in {url}: {reason}. To go on, install orderloom[files] and "
                "what fsspec needs for it, and check the URL."
            )
            params = {"url": url, "reason": error}
            raise Refused([Problem("files.not_reachable", text, "files", params=params)]) from None
        self._root = root.rstrip("/")

    def __repr__(self) -> str:
        return f"ObjectFiles({self.url!r})"

    def put(self, key: str, content: bytes) -> None:
        """Keep a file."""
        self._files.pipe_file(f"{self._root}/{key}", content)

    def get(self, key: str) -> bytes:
        """The file under a key.

        Raises:
            FileNotFoundError: there is none.
        """
        content: bytes = self._files.cat_file(f"{self._root}/{key}")
        return content

    def keys(self, folder: str) -> Iterable[str]:
        """The keys that begin with `folder` and a slash."""
        self._files.invalidate_cache()
        found = self._files.find(f"{self._root}/{folder}")
        return [f"{folder}/{path.rpartition('/')[2]}" for path in found]

    def delete(self, key: str) -> None:
        """Take a file away."""
        try:
            self._files.rm_file(f"{self._root}/{key}")
        except FileNotFoundError:
            return
