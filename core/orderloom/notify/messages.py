"""From a delivery to the e-mail it is, the same bytes whenever it is made."""

from __future__ import annotations

from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

import attrs

from orderloom.notify.addresses import mailable
from orderloom.notify.delivery import Delivery
from orderloom.notify.settings import MailSettings
from orderloom.orders import codec
from orderloom.values import file_name, text_of

# Seven bits: a server without 8BITMIME takes it too.
_POLICY = SMTP_POLICY.clone(cte_type="7bit")

File = tuple[str, str, bytes]
"""A file that goes with a message: name, media type, content."""


@attrs.frozen
class Enclosed:
    """What goes with a message.

    Attributes:
        needed: without them it is not sent: a document.
        spare: it is sent without them rather than not at all: files of the event.
    """

    needed: tuple[File, ...] = ()
    spare: tuple[File, ...] = ()


@attrs.frozen(kw_only=True)
class Letter:
    """What is written to one recipient; the payload of a mail delivery.

    Attributes:
        name: of the recipient, "" if unknown.
        subject: one line.
        text: plain text.
        html: the same as HTML, "" for none.
    """

    name: str = ""
    subject: str
    text: str
    html: str = ""

    @classmethod
    def read(cls, name: object, subject: object, text: object, html: object = "") -> Letter:
        """Gate what a notification wrote.

        Raises:
            Refused: [text.*] such as a line end in the subject.
        """
        return cls(
            name=text_of(name, "name", required=False),
            subject=text_of(subject, "subject", longest=500),
            text=text_of(text, "text", longest=1_000_000, multiline=True),
            html=text_of(html, "html", longest=4_000_000, multiline=True, required=False),
        )

    def to_payload(self) -> dict[str, Any]:
        """JSON-ready."""
        payload: dict[str, Any] = codec.to_plain(self)
        return payload


_PARTS = tuple(field.name for field in attrs.fields(Letter))


def letter_of(delivery: Delivery) -> Letter:
    """What was frozen when the delivery was owed, without what is known beside the letter."""
    parts = {name: delivery.payload[name] for name in _PARTS if name in delivery.payload}
    return codec.from_plain(Letter, parts)


def build(delivery: Delivery, settings: MailSettings, files: Iterable[File] = ()) -> EmailMessage:
    """The message of a mail delivery.

    Its id, date and boundaries come from the delivery: sent again after a crash it is the same
    message, which mail programs show once.

    Raises:
        Refused: [email.malformed], [email.not_ascii], [text.*] what is stored cannot be mailed.
    """
    letter = letter_of(delivery)
    letter = Letter.read(letter.name, letter.subject, letter.text, letter.html)
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
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
        message.set_boundary(f"=_{delivery.id.hex}.2")
    for name, mime, content in files:
        main, _, sub = mime.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=file_name(name))
        message.set_boundary(f"=_{delivery.id.hex}")
    return message
