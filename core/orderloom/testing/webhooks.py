"""A real HTTP server on the loopback that keeps what it is sent: for hooks that talk to the world.

with WebhookSink() as sink:
… a hook posts to sink.url …
assert sink.requests[0].json() == {"order": "…"}
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import attrs

_LONGEST_BODY = 10_000_000


@attrs.frozen
class Request:
    """One request as it arrived.

    Attributes:
        headers: names in lower case.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class WebhookSink:
    """Collects requests of any method and answers them all alike.

    It listens on a free port of 127.0.0.1 from `start`, or from entering a `with` statement, and
    goes away with the process if nobody stops it.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: list[int] = []
        self._arrived = threading.Condition()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("The sink does not listen yet. To have a URL, start() it.")
        return f"http://127.0.0.1:{self._server.server_port}/"

    def answer(self, *statuses: int) -> None:
        """Answer the next requests with these statuses, all later ones with 200."""
        self._answers.extend(statuses)

    def wait(self, count: int, timeout: float = 5.0) -> list[Request]:
        """The requests once there are `count` of them.

        Raises:
            TimeoutError: fewer have arrived after `timeout` seconds.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= count, timeout):
                raise TimeoutError(f"{len(self.requests)} of {count} requests have arrived")
            return list(self.requests)

    def start(self) -> WebhookSink:
        """Listen."""
        if self._server is None:
            self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
            self._server.daemon_threads = True
            poll = {"poll_interval": 0.01}
            self._thread = threading.Thread(
                target=self._server.serve_forever, kwargs=poll, name="webhook-sink", daemon=True
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """Listen no more; what was collected stays."""
        server, self._server = self._server, None
        if server is not None and self._thread is not None:
            server.shutdown()
            self._thread.join()
            server.server_close()

    def __enter__(self) -> WebhookSink:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take(self, request: Request) -> int:
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
            return self._answers.pop(0) if self._answers else 200


def _handler(sink: WebhookSink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            self.close_connection = True
            if not self.raw_requestline or not self.parse_request():
                return
            length = min(int(self.headers.get("Content-Length") or 0), _LONGEST_BODY)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            status = sink._take(Request(self.command, self.path, headers, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
