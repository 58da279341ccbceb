"""Files a command line names, as uploads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orderloom.cli.files import read_bytes
from orderloom.cli.session import Session
from orderloom.orders.attachments import Upload
from orderloom.tenants import CoreSettings
from orderloom.values import Gather


def uploads(session: Session, named: Iterable[tuple[str, str]]) -> list[Upload]:
    """Read files to be attached; none is read further than one may be long here.

    Args:
        session: of the command.
        named: kind and path of each.

    Raises:
        Refused: [cli.file_missing], [cli.file_unreadable], [cli.file_too_big]; all at once.
    """
    wanted = [(kind, Path(path)) for kind, path in named]
    if not wanted:
        return []
    with session.reader() as reader:
        most = reader.reading.settings(CoreSettings).attachment_most_megabytes
    with Gather() as gather:
        contents = [gather.take(read_bytes, path, most) for _, path in wanted]
    return [
        Upload(kind, path.name, content)
        for (kind, path), content in zip(wanted, contents, strict=True)
        if content is not None
    ]
