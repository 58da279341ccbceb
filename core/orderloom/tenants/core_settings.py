"""The core's own settings: mail, the look of documents, how long things are kept."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs

from orderloom.errors import Problem, Refused
from orderloom.tenants.secrets import SecretRef
from orderloom.tenants.settings import INSTALLATION
from orderloom.values import email_of, shown, text_of

CORE = "core"
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_MOST_DAYS = 36_500


def _one_line(_: Any, __: Any, value: str) -> None:
    text_of(value, "", longest=1000, required=False)


def _each_one_line(_: Any, __: Any, values: tuple[str, ...]) -> None:
    for value in values:
        text_of(value, "")


def _email(_: Any, __: Any, value: str) -> None:
    if value:
        email_of(value, "")


def _accent(_: Any, __: Any, value: str) -> None:
    if not _ACCENT.fullmatch(value):
        template = "“{given}” is not a colour. To choose one, write it such as #1f4e79."
        raise Refused([Problem("settings.not_a_colour", template, params={"given": shown(value)})])


@attrs.frozen
class _Between:
    """A validator for whole numbers with both bounds allowed."""

    least: int
    most: int

    def __call__(self, _: Any, __: Any, value: int) -> None:
        if self.least <= value <= self.most:
            return
        template = "{given} is out of bounds. To set it, write a number from {least} to {most}."
        params = {"given": shown(value), "least": self.least, "most": self.most}
        raise Refused([Problem("settings.out_of_bounds", template, params=params)])


_DAYS = _Between(1, _MOST_DAYS)


@attrs.frozen(kw_only=True)
class CoreSettings:
    """Settings of the core; each may be set in every layer, except those of webhooks.

    What webhooks may do is for the installation to say: for all tenants or one, but by none.

    Attributes:
        mail_sender: address mails come from.
        mail_sender_name: shown beside it; the tenant's title if empty.
        mail_transport: "folder" writes .eml files, "smtp" sends.
        mail_folder: where the .eml files go; a relative path is one of the working directory.
        smtp_host: name of the server.
        smtp_port: 587 for STARTTLS, 465 for TLS.
        smtp_tls: "none", "starttls" or "tls" (from the first byte).
        smtp_username: empty for no authentication.
        smtp_password: where the password is, never the password.
        smtp_timeout_seconds: for connecting and for each answer.
        webhook_insecure: webhooks may go to private addresses and by plain http, for development.
        webhook_timeout_seconds: for one attempt, from connecting to the answer.
        document_sender: lines of the letterhead, the name first.
        document_footer: at the foot of every page.
        document_terms: after the last block.
        document_paper: "A4" or "Letter".
        document_logo: path of a PNG or JPEG, empty for none.
        document_fonts: families in order of preference; empty for the built-in chain.
        document_accent: "#rrggbb" of rules and bands.
        attachment_most_megabytes: of a file that is attached, a million bytes each.
        attachment_most_megapixels: of an image that is attached, a million each.
        attachment_most_by_hand: how many files of no particular kind one person may attach to a
            subject.
        keep_outbox_days: how long deliveries that are done are kept.
        keep_idempotency_days: how long a key answers with the recorded result.
        keep_inbox_days: how long messages in users' inboxes are kept, read or not.
    """

    mail_sender: str = attrs.field(default="", validator=_email)
    mail_sender_name: str = attrs.field(default="", validator=_one_line)
    mail_transport: Literal["folder", "smtp"] = "folder"
    mail_folder: str = attrs.field(default="mail", validator=_one_line)
    smtp_host: str = attrs.field(default="", validator=_one_line)
    smtp_port: int = attrs.field(default=587, validator=_Between(1, 65_535))
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    smtp_username: str = attrs.field(default="", validator=_one_line)
    smtp_password: SecretRef | None = None
    smtp_timeout_seconds: int = attrs.field(default=30, validator=_Between(1, 600))
    webhook_insecure: bool = attrs.field(default=False, metadata={INSTALLATION: True})
    webhook_timeout_seconds: int = attrs.field(
        default=10, validator=_Between(1, 60), metadata={INSTALLATION: True}
    )
    document_sender: tuple[str, ...] = attrs.field(default=(), validator=_each_one_line)
    document_footer: str = ""
    document_terms: str = ""
    document_paper: Literal["A4", "Letter"] = "A4"
    document_logo: str = attrs.field(default="", validator=_one_line)
    document_fonts: tuple[str, ...] = attrs.field(default=(), validator=_each_one_line)
    document_accent: str = attrs.field(default="#1f4e79", validator=_accent)
    attachment_most_megabytes: int = attrs.field(default=20, validator=_Between(1, 200))
    attachment_most_megapixels: int = attrs.field(default=50, validator=_Between(1, 80))
    attachment_most_by_hand: int = attrs.field(default=20, validator=_Between(0, 1000))
    keep_outbox_days: int = attrs.field(default=90, validator=_DAYS)
    keep_idempotency_days: int = attrs.field(default=30, validator=_DAYS)
    keep_inbox_days: int = attrs.field(default=180, validator=_DAYS)
