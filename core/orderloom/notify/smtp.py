"""Mail through a mail server; what its answers mean for a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import TYPE_CHECKING

import attrs

from orderloom.notify.addresses import mailable
from orderloom.notify.delivery import Dead, Delivery, Outcome, Retry, Sent
from orderloom.notify.settings import STARTTLS, TLS, MailSettings
from orderloom.notify.transport import Send

if TYPE_CHECKING:
    from smtplib import SMTP

_TOO_LARGE = 552
_LONGEST_ANSWER = 300


@attrs.frozen
class SmtpTransport:
    """Sends through the mail server of the settings, one connection per session.

    4xx answers, refused, lost and hanging connections are `Retry`; a 5xx for the recipient or the
    message is `Dead`; what only a change of the settings can mend is `Retry` naming the setting.
    """

    settings: MailSettings

    @contextmanager
    def session(self) -> Iterator[Send]:
        """What sends a batch over one connection, opened for the first message."""
        session = _Session(self.settings)
        try:
            yield session.send
        finally:
            session.quit()


@attrs.define
class _Session:
    """One connection, opened when needed, and again when the server ended it between messages."""

    settings: MailSettings
    server: SMTP | None = None
    down: Retry | None = None  # why the rest of the batch need not be tried

    def send(self, delivery: Delivery, message: EmailMessage) -> Outcome:
        from smtplib import SMTPException

        if self.down is not None:
            return self.down
        try:
            server = self._connected()
        except (SMTPException, OSError) as error:
            self._close()
            self.down = _unreachable(self.settings, error)
            return self.down
        sender = mailable(self.settings.sender, "mail.sender")
        recipient = mailable(delivery.recipient, "recipient")
        try:
            server.sendmail(sender, [recipient], message.as_bytes())
        except (SMTPException, OSError) as error:
            return self._failure(error)
        return Sent()

    def quit(self) -> None:
        """Take leave; the mail is sent, so that nothing here can fail it."""
        from smtplib import SMTPException

        if self.server is not None and self.server.sock is not None:
            with suppress(SMTPException, OSError):
                self.server.quit()
        self._close()

    def _close(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None

    def _connected(self) -> SMTP:
        if self.server is None or self.server.sock is None:
            self.server = _opened(self.settings)
            self._prepare(self.server)
        return self.server

    def _prepare(self, server: SMTP) -> None:
        """Encrypt and sign in."""
        import ssl

        if self.settings.tls == STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self.settings.username:
            server.login(self.settings.username, self.settings.password)

    def _failure(self, error: Exception) -> Outcome:
        from smtplib import SMTPResponseException

        answered = _answered(error)
        if answered is not None:
            return answered
        if isinstance(error, SMTPResponseException):
            return Retry(_answer(error.smtp_code, error.smtp_error))
        self._close()  # in which state the connection is nobody knows
        failure = _unreachable(self.settings, error)
        if _timed_out(error):
            self.down = failure  # a server that hangs would hold up the batch beyond its lease
        return failure


def _opened(settings: MailSettings) -> SMTP:
    import smtplib
    import ssl

    place = (settings.host, settings.port)
    if settings.tls == TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(*place, timeout=settings.timeout, context=context)
    return smtplib.SMTP(*place, timeout=settings.timeout)


def _answered(error: Exception) -> Outcome | None:
    """The outcome of an answer about the sender, the recipient or the message."""
    import smtplib

    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, text),) = error.recipients.values()
        return _judged(code, text)
    if isinstance(error, smtplib.SMTPDataError):
        return _judged(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPSenderRefused):
        if error.smtp_code == _TOO_LARGE or error.smtp_code < 500:
            return _judged(error.smtp_code, error.smtp_error)
        answer = _answer(error.smtp_code, error.smtp_error)
        return Retry(f"{answer} To send mail, check the settings `sender` and `username`.")
    return None


def _judged(code: int, text: bytes | str) -> Outcome:
    answer = _answer(code, text)
    return Dead(answer) if code >= 500 else Retry(answer)


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"The mail server answered {code}: {' '.join(words.split())[:_LONGEST_ANSWER]}"


def _unreachable(settings: MailSettings, error: Exception) -> Retry:
    why, remedy = _diagnosis(settings, error)
    place = f"{settings.host}:{settings.port}"
    return Retry(f"The mail server {place} {why}. To send mail, {remedy}.")


def _timed_out(error: BaseException) -> bool:
    """Also behind the "disconnected" that smtplib makes of a timeout while it waits."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _diagnosis(settings: MailSettings, error: Exception) -> tuple[str, str]:
    """Why there is no connection, and what to look at. Never what was sent to sign in."""
    import smtplib
    import ssl

    if isinstance(error, smtplib.SMTPAuthenticationError):
        why = f"refused to sign in “{settings.username}” ({error.smtp_code})"
        return why, "correct the settings `username` and `password`"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        asked = "tls" if "STARTTLS" in str(error) else "username"
        return f"does not offer what the setting `{asked}` asks for", f"change `{asked}`"
    if isinstance(error, ssl.SSLError):
        reason = getattr(error, "verify_message", "") or error.reason or "no TLS"
        remedy = "check the settings `host`, `port` and `tls`, and the server's certificate"
        return f"could not be trusted ({reason})", remedy
    if _timed_out(error):
        why = f"did not answer within {settings.timeout} s"
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        why = "ended the connection"
    elif isinstance(error, smtplib.SMTPResponseException):
        why = f"is not ready ({error.smtp_code})"
    else:
        why = f"cannot be reached ({getattr(error, 'strerror', None) or type(error).__name__})"
    return why, "check that it runs, and the settings `host`, `port` and `tls`"
