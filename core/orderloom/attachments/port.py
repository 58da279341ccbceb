"""Where the bytes of attachments lie: the port, and the keys they lie under."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, runtime_checkable
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BELOW_TIME: Final = 80  # bits of an id below its millisecond


@runtime_checkable
class FileStore(Protocol):
    """A place for files: a folder, an object store, or whatever a host has.

    Keys are made by orderloom: lower-case letters, digits and `_.-/`, never a name from outside.
    Whatever goes wrong is raised as it comes. Several threads and processes use one store.
    """

    def put(self, key: str, content: bytes) -> None:
        """Keep a file under a key that was never used; it is safe once this returns."""
        ...

    def get(self, key: str) -> bytes:
        """The file under a key.

        Raises:
            FileNotFoundError: there is none.
        """
        ...

    def keys(self, folder: str) -> Iterable[str]:
        """The keys that begin with `folder` and a slash; none if there is no such folder."""
        ...

    def delete(self, key: str) -> None:
        """Take a file away; nothing happens if it is gone already."""
        ...


def key_of(tenant: str, id: UUID) -> str:
    """Where the file of an attachment lies: tenant, day, id."""
    return f"{folder_of(tenant, made_at(id))}/{id.hex}"


def folder_of(tenant: str, at: datetime) -> str:
    """Where the files of one day lie."""
    return f"{tenant}/{at:%Y-%m-%d}"


def made_at(id: UUID) -> datetime:
    """When an id was made: version 7 begins with the millisecond."""
    return _EPOCH + timedelta(milliseconds=id.int >> _BELOW_TIME)
