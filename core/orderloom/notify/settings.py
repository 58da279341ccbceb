"""How a tenant's mail leaves."""

from __future__ import annotations

import attrs

from orderloom.errors import Problem
from orderloom.notify.addresses import mailable
from orderloom.values import Gather, shown, text_of

FOLDER = "folder"
SMTP = "smtp"

NO_TLS = "none"
STARTTLS = "starttls"
TLS = "tls"


@attrs.frozen(kw_only=True)
class MailSettings:
    """Who writes, and how it leaves. What cannot work is refused when the record is made.

    Attributes:
        sender: address in From, and the envelope's; Message-IDs end in its domain.
        sender_name: shown beside it.
        reply_to: address for answers, "" for the sender.
        transport: FOLDER or SMTP.
        folder: where `.eml` files are written; made if missing.
        host, port: of the mail server.
        tls: NO_TLS, STARTTLS (587) or TLS (465); the certificate is always verified.
        username: "" for a server without signing in.
        password: the secret itself, resolved by the caller; never shown.
        timeout: seconds to wait for any one answer of the server.

    Raises:
        Refused: [email.malformed], [text.*], [mail.unknown_choice], [mail.no_host],
            [mail.no_folder], [mail.out_of_range], [mail.password_not_ascii]; all at once.
    """

    sender: str
    sender_name: str = ""
    reply_to: str = ""
    transport: str = FOLDER
    folder: str = "mail"
    host: str = ""
    port: int = 587
    tls: str = STARTTLS
    username: str = ""
    password: str = attrs.field(default="", repr=False)
    timeout: int = 30

    def __attrs_post_init__(self) -> None:
        with Gather() as gather:
            gather.take(mailable, self.sender, "mail.sender")
            gather.take(text_of, self.sender_name, "mail.sender_name", required=False)
            if self.reply_to:
                gather.take(mailable, self.reply_to, "mail.reply_to")
            _choice(gather, "transport", self.transport, (FOLDER, SMTP))
            _choice(gather, "tls", self.tls, (NO_TLS, STARTTLS, TLS))
            _range(gather, "port", self.port, 65535)
            _range(gather, "timeout", self.timeout, 600)
            self._check_route(gather)

    def _check_route(self, gather: Gather) -> None:
        if self.transport == SMTP and not self.host:
            text = "To send mail by SMTP, name the mail server in `host`."
            gather.add(Problem("mail.no_host", text, "mail.host"))
        if self.transport == FOLDER and not self.folder:
            text = "To write mail into a folder, name it in `folder`."
            gather.add(Problem("mail.no_folder", text, "mail.folder"))
        if not (self.username + self.password).isascii():
            text = (
                "Mail servers take names and passwords of ASCII characters only. To sign in, "
                "choose a `username` and `password` of those."
            )
            gather.add(Problem("mail.password_not_ascii", text, "mail.password"))


def _choice(gather: Gather, name: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        text = "“{given}” is not a choice. To set `{name}`, use one of: {known}."
        params = {"given": shown(given), "name": name, "known": ", ".join(known)}
        gather.add(Problem("mail.unknown_choice", text, f"mail.{name}", params=params))


def _range(gather: Gather, name: str, given: int, most: int) -> None:
    if not 1 <= given <= most:
        text = "{given} is out of range. To set `{name}`, use a number from 1 to {most}."
        params = {"given": shown(given), "name": name, "most": most}
        gather.add(Problem("mail.out_of_range", text, f"mail.{name}", params=params))
