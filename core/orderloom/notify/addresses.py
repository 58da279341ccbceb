"""The gate for addresses mail is sent to."""

from __future__ import annotations

from orderloom.errors import Problem, Refused
from orderloom.values import email_of, shown


def mailable(value: object, field: str) -> str:
    """Read an address any mail server takes: ASCII, the domain in lower case.

    A domain in another script travels in its ASCII form (xn--…). What stands before the @ cannot:
    servers that take it otherwise are few, so it is refused rather than lost on the way.

    Raises:
        Refused: [email.malformed], [email.not_ascii].
    """
    if not isinstance(value, str) or value.isascii():
        local, _, domain = email_of(value, field).rpartition("@")
        return f"{local}@{domain.lower()}"
    local, _, domain = value.rpartition("@")
    encoded = ascii_domain(domain)
    if local.isascii() and encoded:
        return email_of(f"{local}@{encoded}", field)
    text = (
        "“{given}” has characters many mail servers refuse. To reach it, give an address of ASCII "
        "characters; a domain may be given in its form beginning with xn--."
    )
    raise Refused([Problem("email.not_ascii", text, field, params={"given": shown(value)})])


def ascii_domain(domain: str) -> str:
    """The ASCII form of a domain, "" if it has none that is certain."""
    try:
        encoded = domain.lower().encode("idna").decode("ascii")
        # This codec follows the older rules, under which "ß" becomes "ss": another domain.
        return encoded if encoded.encode("ascii").decode("idna") == domain.lower() else ""
    except UnicodeError:
        return ""
