"""From a delivery to the e-mail it is, the same bytes whenever it is made."""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

import attrs

from orderloom.notify.addresses import mailable
from orderloom.notify.delivery import Delivery
from orderloom.notify.settings import MailSettings
from orderloom.orders import codec
from orderloom.values import text_of

# Seven bits: a server without 8BITMIME takes it too.
_POLICY = SMTP_POLICY.clone(cte_type="7bit")
_LONGEST_FILE_NAME = 120
_UNSAFE = re.compile(r'[<>:"/\\|?*]')

File = tuple[str, str, bytes]
"""A file that goes with a message: name, media type, content."""


@attrs.frozen(kw_only=True)
class Letter:
    """What is written to one recipient; the payload of a mail delivery.

    Attributes:
        name: of the recipient, "" if unknown.
        subject: one line.
        text: plain text.
    """

    name: str = ""
    subject: str
    text: str

    @classmethod
    def read(cls, name: object, subject: object, text: object) -> Letter:
        """Gate what a notification wrote.

        Raises:
            Refused: [text.*] such as a line end in the subject.
        """
        return cls(
            name=text_of(name, "name", required=False),
            subject=text_of(subject, "subject", longest=500),
            text=text_of(text, "text", longest=1_000_000, multiline=True),
        )

    def to_payload(self) -> dict[str, Any]:
        """JSON-ready."""
        payload: dict[str, Any] = codec.to_plain(self)
        return payload


def letter_of(delivery: Delivery) -> Letter:
    """What was frozen when the delivery was owed."""
    return codec.from_plain(Letter, delivery.payload)


def build(
    delivery: Delivery, settings: MailSettings, attachment: File | None = None
) -> EmailMessage:
    """The message of a mail delivery.

    Its id, date and boundary come from the delivery: sent again after a crash it is the same
    message, which mail programs show once.

    Raises:
        Refused: [email.malformed], [email.not_ascii], [text.*] what is stored cannot be mailed.
    """
    letter = letter_of(delivery)
    letter = Letter.read(letter.name, letter.subject, letter.text)
    sender = mailable(settings.sender, "mail.sender")
    message = EmailMessage(_POLICY)
    message["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = delivery.created_at
    message["From"] = Address(settings.sender_name, addr_spec=sender)
    message["To"] = Address(letter.name, addr_spec=mailable(delivery.recipient, "recipient"))
    if settings.reply_to:
        message["Reply-To"] = Address(addr_spec=mailable(settings.reply_to, "mail.reply_to"))
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if attachment is not None:
        _attach(message, attachment)
        message.set_boundary(f"=_{delivery.id.hex}")
    return message


def file_name(name: str) -> str:
    """A name any system takes as a file name, never as a path: “RFQ 7/2.pdf” → “RFQ 7-2.pdf”."""
    text = _UNSAFE.sub("-", unicodedata.normalize("NFC", name))
    text = "".join(sign if sign.isprintable() else "-" for sign in text).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if not dot or len(suffix) > 8:
        return text[:_LONGEST_FILE_NAME].rstrip(" .") or "document"
    return f"{stem[: _LONGEST_FILE_NAME - len(suffix) - 1].rstrip(' .')}.{suffix}"


def _attach(message: EmailMessage, attachment: File) -> None:
    name, mime, content = attachment
    main, _, sub = mime.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=file_name(name))
