"""Mail that was sent, collected instead of delivered."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import attrs


@attrs.frozen
class Mail:
    """One message as its recipient would read it.

    Attributes:
        to: e-mail address.
        attachments: pairs of file name and content.
    """

    to: str
    subject: str
    text: str
    attachments: tuple[tuple[str, bytes], ...] = attrs.field(default=(), repr=False)


@attrs.frozen
class Mailbox:
    """Every mail a worker has sent into a folder (`CoreSettings.mail_folder`), oldest first.

    Attributes:
        folder: where the `.eml` files are.
    """

    folder: Path = attrs.field(converter=Path)

    def __iter__(self) -> Iterator[Mail]:
        for path in sorted(self.folder.glob("*.eml")):  # named by ids, which sort by time
            with path.open("rb") as file:
                yield _mail(BytesParser(EmailMessage, policy=policy.default).parse(file))

    def __len__(self) -> int:
        return sum(1 for _ in self.folder.glob("*.eml"))

    def to(self, address: str) -> list[Mail]:
        """What one address received."""
        return [mail for mail in self if mail.to == address]

    def clear(self) -> None:
        """Throw all of it away."""
        for path in self.folder.glob("*.eml"):
            path.unlink()


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(("plain",))
    files = tuple(
        (part.get_filename() or "", part.get_payload(decode=True) or b"")
        for part in message.iter_attachments()
    )
    addresses = message["To"].addresses
    return Mail(
        to=addresses[0].addr_spec,
        subject=str(message["Subject"]),
        text=body.get_content().rstrip("\n") if body else "",
        attachments=files,  # type: ignore[arg-type]  # decoded, so bytes
    )
