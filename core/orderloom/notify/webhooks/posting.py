"""One POST to an address that was checked: no redirect, no proxy, no answer read beyond its code.

The socket is opened here, to the very address that was looked at; a name looked up a second time
could lead somewhere else.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import attrs

from orderloom.errors import Refused
from orderloom.notify.delivery import Dead, Outcome, Retry, Sent
from orderloom.notify.webhooks.targets import Resolve, Rules, Target, addresses_of, target_of

if TYPE_CHECKING:
    from http.client import HTTPConnection
    from ssl import SSLContext

GONE = 410
_HEADERS = {
    "content-type": "application/json",
    "user-agent": "orderloom",
    "connection": "close",
}


@attrs.frozen
class Gone(Dead):
    """The receiver said that it wants no more messages."""


@attrs.frozen
class Unreachable(Retry):
    """Nobody answered in time; what comes next would fare no better."""


@attrs.define(slots=False)
class Poster:
    """Posts to one URL after the other.

    Attributes:
        rules: of the installation.
        resolve: looks a host up.
    """

    rules: Rules
    resolve: Resolve = socket.getaddrinfo

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send once; 2xx is `Sent`, 410 is `Gone`, everything else may be tried again.

        Args:
            url: of the endpoint, as it was added; read and looked up anew.
            headers: by `headers_of`.
            body: JSON.
        """
        from http.client import HTTPException

        deadline = time.monotonic() + self.rules.timeout
        try:
            target = target_of(url, self.rules)
            addresses = addresses_of(target, self.rules, self.resolve)
            status = self._status(target, addresses, (headers, body), deadline)
        except Refused as refusal:
            return Unreachable(str(refusal))
        except TimeoutError:
            return Unreachable(f"It did not answer within {self.rules.timeout:g} seconds.")
        except HTTPException:
            return Unreachable("It could not be reached: its answer is no HTTP.")
        except OSError as error:
            return Unreachable(f"It could not be reached: {_reason(error)}.")
        return _outcome(status)

    def _status(
        self,
        target: Target,
        addresses: tuple[str, ...],
        request: tuple[Mapping[str, str], bytes],
        deadline: float,
    ) -> int:
        from http.client import HTTPConnection, HTTPSConnection

        headers, body = request
        plain = _connected(addresses, target.port, deadline)
        with closing(plain):
            connection: HTTPConnection
            if target.scheme == "https":
                context = self._context
                plain.settimeout(_left(deadline))
                encrypted = context.wrap_socket(plain, server_hostname=target.host)
                connection = HTTPSConnection(target.host, target.port, context=context)
                line = _Line(encrypted, deadline)
            else:
                connection = HTTPConnection(target.host, target.port)
                line = _Line(plain, deadline)
            with closing(line):
                connection.sock = cast(Any, line)
                connection.request("POST", target.path, body, {**_HEADERS, **headers})
                return connection.getresponse().status

    @cached_property
    def _context(self) -> SSLContext:
        import ssl

        return ssl.create_default_context()


class _Line:
    """A socket all waits of which end at one instant, however slowly the other side talks."""

    def __init__(self, socket: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = socket, deadline

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._socket.settimeout(_left(self._deadline))
            rest = rest[self._socket.send(rest) :]

    def receive(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        self._socket.close()


class _Incoming(io.RawIOBase):
    """What arrives on a line."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._line.receive(buffer)


def _connected(addresses: tuple[str, ...], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes one; the last one gets what time is left."""
    *others, last = addresses
    for address in others:
        with suppress(OSError):
            return socket.create_connection((address, port), _left(deadline) / 2)
    return socket.create_connection((last, port), _left(deadline))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Sent()
    if status == GONE:
        return Gone("It answered 410: it wants no more messages.")
    if 300 <= status < 400:
        return Retry(f"It answered {status}, a redirect, which is not followed.")
    return Retry(f"It answered {status}.")


def _reason(error: OSError) -> str:
    return getattr(error, "verify_message", "") or getattr(error, "strerror", "") or "it hung up"
