"""Reading what is kept: the very bytes that were attached, or why there are none."""

from __future__ import annotations

import hashlib

from orderloom.attachments.port import FileStore, key_of
from orderloom.errors import Problem, Refused
from orderloom.orders.attachments import Attachment, CheckedFile


def fetch(files: FileStore, tenant: str, attachment: Attachment) -> bytes:
    """The bytes of an attachment, as they were when it was attached.

    Args:
        files: where they lie.
        tenant: key.
        attachment: as its row says.

    Raises:
        Refused: [attachment.missing], [attachment.changed], [attachment.not_read].
    """
    try:
        content = files.get(key_of(tenant, attachment.id))
    except FileNotFoundError:
        text = "The file of {name} is not where files are kept."
        raise trouble("missing", text, attachment) from None
    except Exception as error:  # of whatever stands behind the port
        raise trouble("not_read", "{name} cannot be read: {reason}.", attachment, error) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        text = "The file of {name} is not the one that was attached: somebody changed it."
        raise trouble("changed", text, attachment)
    return content


def trouble(
    code: str, template: str, file: CheckedFile | Attachment, error: Exception | None = None
) -> Refused:
    """What is wrong with a file, and what to do about it."""
    remedy = {
        "not_kept": "To go on, try again, or have the place for files looked at.",
        "not_read": "To go on, try again, or have the place for files looked at.",
    }.get(code, "To have it again, restore it from a backup.")
    params = {"name": file.name, "reason": error}
    return Refused([Problem(f"attachment.{code}", f"{template} {remedy}", "files", params=params)])
