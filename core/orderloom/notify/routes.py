"""The way out a tenant's settings name."""

from __future__ import annotations

from orderloom.notify.folder import FolderTransport
from orderloom.notify.settings import FOLDER, MailSettings
from orderloom.notify.smtp import SmtpTransport
from orderloom.notify.transport import Transport


def transport_of(settings: MailSettings) -> Transport:
    """The transport of the settings."""
    if settings.transport == FOLDER:
        return FolderTransport(settings.folder)
    return SmtpTransport(settings)
