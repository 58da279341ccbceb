"""Where a webhook may go: the gate for its URL, and the check of every address behind its name."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import attrs

from orderloom.errors import Problem, Refused
from orderloom.notify.addresses import ascii_domain
from orderloom.values import shown

Resolve = Callable[..., Sequence[Any]]

_LONGEST_URL: Final = 2000
_PORTS: Final = {"https": 443, "http": 80}
_FIRST_FREE_PORT: Final = 1024
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Whatever ends like a number is an IPv4 address to the system's resolver, in one of its spellings.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_VISIBLE: Final = re.compile(r"[!-~\u00a1-\U0010ffff]+")

# `is_global` of Python 3.11 takes multicast, NAT64 and 6to4 addresses for global ones, so what may
# be reached is said here. Of IPv6 it is 2000::/3 and nothing else.
_NEVER_4: Final = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by a provider's customers; some clouds' metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own services, at an address that looks public
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
_ONLY_6: Final = ip_network("2000::/3")
_NEVER_6: Final = [
    ip_network(one)
    for one in (
        "2001::/23",  # Teredo and other protocols, which carry IPv4 addresses
        "2001:db8::/32",
        "2002::/16",  # 6to4, the same
        "3fff::/20",
    )
]


@attrs.frozen
class Rules:
    """What an installation lets webhooks do.

    Attributes:
        insecure: plain http and private addresses too, for development.
        timeout: seconds one attempt may take from connecting to the answer.
    """

    insecure: bool = False
    timeout: float = 10.0


@attrs.frozen
class Target:
    """A URL, read.

    Attributes:
        scheme: https, or http where the rules let it.
        host: a name in ASCII, lower case, or an address without brackets.
        path: with the query, as it is sent.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """How it is stored."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def target_of(url: object, rules: Rules, field: str = "url") -> Target:
    """Read the URL of an endpoint; looks nothing up.

    Raises:
        Refused: [webhook.url] it is none a webhook may be sent to, with the reason.
    """
    text = url if isinstance(url, str) else ""
    if not _VISIBLE.fullmatch(text) or "\\" in text or len(text) > _LONGEST_URL:
        raise _refused(url, field, "it is no URL")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _refused(url, field, "it is no URL") from None
    if reason := _wrong(parts, rules):
        raise _refused(url, field, reason)
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise _refused(url, field, f"port {port} belongs to another service")
    path = parts.path or "/"
    if not path.isascii() or not parts.query.isascii():
        raise _refused(url, field, "its path has characters that have to be written as %XX")
    host = _host_of(parts)
    if not host:
        raise _refused(url, field, "its host is no name, nor an address in its usual form")
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def addresses_of(
    target: Target, rules: Rules, resolve: Resolve = socket.getaddrinfo
) -> tuple[str, ...]:
    """The addresses of a target, each of them checked: to one of these one connects.

    Nothing is said of the address that is refused: who may add webhooks need not learn the names
    of the network this runs in.

    Raises:
        Refused: [webhook.unknown_host] it has no address, [webhook.private_target] one of them is
            of a kind that webhooks are not sent to.
    """
    try:
        found = resolve(target.host, target.port, type=socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        text = "{host} has no address now. To send there, give a host that can be found."
        raise _problem("unknown_host", text, target)
    if not rules.insecure and not all(map(is_public, addresses)):
        text = "{host} is not on the internet. To send there, give a host with public addresses."
        raise _problem("private_target", text, target)
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, in itself and in what it carries."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        return found in _ONLY_6 and not any(found in net for net in _NEVER_6)
    return not any(found in net for net in _NEVER_4)


def _wrong(parts: SplitResult, rules: Rules) -> str:
    if parts.scheme not in (("https", "http") if rules.insecure else ("https",)):
        return "it does not begin with https://"
    if "@" in parts.netloc:
        return "it holds a user name"
    if "%" in parts.netloc:
        return "its host is no name, nor an address in its usual form"
    return "it holds a #" if parts.fragment else ""


def _host_of(parts: SplitResult) -> str:
    """The host as it is looked up; "" if it is written in a way only some programs understand."""
    host = (parts.hostname or "").removesuffix(".")
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    name = host if host.isascii() else ascii_domain(host)
    labels = name.split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        return ""
    return name


def _refused(url: object, field: str, reason: str) -> Refused:
    text = (
        "“{given}” cannot be sent to: {reason}. To add a webhook, give a URL such as "
        "https://erp.example/orders."
    )
    params = {"given": shown(url), "reason": reason}
    return Refused([Problem("webhook.url", text, field, params=params)])


def _problem(code: str, text: str, target: Target) -> Refused:
    return Refused([Problem(f"webhook.{code}", text, "url", params={"host": target.host})])
