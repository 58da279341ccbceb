"""Mail into a folder of `.eml` files: the embedded default, and what a demo shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from threading import get_ident

import attrs

from orderloom.notify.delivery import Delivery, Outcome, Retry, Sent
from orderloom.notify.transport import Send


@attrs.frozen
class FolderTransport:
    """Writes one file per delivery, named by its id: sent again, it replaces itself.

    Attributes:
        path: the folder; made if missing.
    """

    path: Path = attrs.field(converter=Path)

    @contextmanager
    def session(self) -> Iterator[Send]:
        """What writes a batch."""
        yield self._write

    def _write(self, delivery: Delivery, message: EmailMessage) -> Outcome:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._replace(f"{delivery.id}.eml", message.as_bytes())
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Retry(
                f"The folder {self.path} took no mail: {reason}. To go on, make it writable and "
                "check its free space, or set `folder` to another one."
            )
        return Sent()

    def _replace(self, name: str, content: bytes) -> None:
        """All or nothing, on disk when it returns."""
        part = self.path / f".{name}.{os.getpid()}-{get_ident()}"
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
