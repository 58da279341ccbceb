"""One POST: to the checked address, under the right name, in limited time."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest
import trustme

from orderloom.notify import Retry, Sent
from orderloom.notify.webhooks import Gone, Poster, Rules
from orderloom.testing.webhooks import WebhookSink

BODY = b'{"a":1}'


def resolving(asked, address="127.0.0.1"):
    def resolve(host, port, **_):
        asked.append((host, port))
        return [(None, None, 0, "", (address, port))]

    return resolve


def poster(asked=None, **rules):
    return Poster(Rules(insecure=True, **rules), resolving([] if asked is None else asked))


@contextmanager
def answering(talk, context=None):
    """A server each connection of which is handed to `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    plain, _ = server.accept()
                    with context.wrap_socket(plain, server_side=True) if context else plain as line:
                        talk(line)
                except OSError:
                    if server.fileno() < 0:
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def read_request(line):
    received = b""
    while not received.endswith(BODY):
        received += line.recv(65536)
    return received


def test_it_connects_to_the_address_it_checked_under_the_name_of_the_host():
    asked = []
    with WebhookSink() as sink:
        port = int(sink.url.rsplit(":")[-1].strip("/"))
        outcome = poster(asked).post(f"http://erp.example:{port}/in?x=1", {"webhook-id": "1"}, BODY)

    (request,) = sink.requests
    assert outcome == Sent()
    assert asked == [("erp.example", port)]
    assert (request.method, request.path, request.body) == ("POST", "/in?x=1", BODY)
    assert request.headers["host"] == f"erp.example:{port}"
    assert request.headers["webhook-id"] == "1"


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9/")

    with WebhookSink() as sink:
        assert Poster(Rules(insecure=True)).post(sink.url, {}, BODY) == Sent()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_an_arrival(status):
    with WebhookSink() as sink:
        sink.answer(status)
        assert Poster(Rules(insecure=True)).post(sink.url, {}, BODY) == Sent()


@pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 413, 429, 500, 503])
def test_everything_else_is_tried_again(status):
    with WebhookSink() as sink:
        sink.answer(status)
        outcome = Poster(Rules(insecure=True)).post(sink.url, {}, BODY)

    assert isinstance(outcome, Retry)
    assert str(status) in outcome.reason


def test_410_means_that_it_wants_no_more():
    with WebhookSink() as sink:
        sink.answer(410)
        assert isinstance(Poster(Rules(insecure=True)).post(sink.url, {}, BODY), Gone)


def silent(line):
    line.recv(1)
    time.sleep(0.6)


def dripping(line):
    read_request(line)
    for sign in b"HTTP/1.1 200 OK\r\nX-Slow: yes, one sign after the other":
        line.send(bytes([sign]))
        time.sleep(0.05)


def continuing(line):
    read_request(line)
    while True:
        line.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.02)


@pytest.mark.parametrize("talk", [silent, dripping, continuing])
def test_who_takes_his_time_is_left_after_the_timeout(talk):
    with answering(talk) as port:
        begun = time.monotonic()
        outcome = poster(timeout=0.3).post(f"http://erp.example:{port}/", {}, BODY)
        took = time.monotonic() - begun

    assert outcome == type(outcome)("It did not answer within 0.3 seconds.")
    assert took < 1


def test_the_body_of_an_answer_is_not_read():
    sent = []

    def endless(line):
        read_request(line)
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        try:
            while True:
                sent.append(line.send(b"x" * 65536))
        except OSError:
            pass

    with answering(endless) as port:
        assert poster(timeout=2).post(f"http://erp.example:{port}/", {}, BODY) == Sent()

    assert sum(sent) < 20_000_000


@pytest.mark.parametrize(
    "answer", [b"", b"\r\n", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 abc\r\n\r\n",
               b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
               b"HTTP/1.1 200 " + b"a" * 100_000],
)  # fmt: skip
def test_an_answer_that_is_no_http_is_no_arrival(answer):
    def talk(line):
        read_request(line)
        line.send(answer)

    with answering(talk) as port:
        outcome = poster(timeout=2).post(f"http://erp.example:{port}/", {}, BODY)

    assert isinstance(outcome, Retry)
    assert outcome.reason.startswith("It could not be reached: ")


def test_what_the_answer_says_is_not_repeated():
    """Who may add webhooks must not read what an inner service answers."""

    def talk(line):
        read_request(line)
        line.send(b"HTTP/1.1 403 key=abc123\r\nX-Key: abc123\r\nContent-Length: 6\r\n\r\nabc123")

    with answering(talk) as port:
        outcome = poster().post(f"http://erp.example:{port}/", {}, BODY)

    assert outcome == Retry("It answered 403.")


def test_nobody_listening_is_told():
    with WebhookSink() as sink:
        url = sink.url

    outcome = Poster(Rules(insecure=True)).post(url, {}, BODY)

    assert outcome == type(outcome)("It could not be reached: Connection refused.")


# ── encrypted ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """An authority the machine trusts."""
    made = trustme.CA()
    path = tmp_path / "authority.pem"
    made.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return made


def serving(authority, name, seen=None):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    if seen is not None:
        context.sni_callback = lambda line, host, _: seen.append(host)
    return context


def taking(line):
    read_request(line)
    line.send(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_the_certificate_is_asked_for_and_checked_by_the_name_of_the_host(authority):
    seen = []
    with answering(taking, serving(authority, "erp.example", seen)) as port:
        outcome = poster().post(f"https://erp.example:{port}/", {}, BODY)

    assert outcome == Sent()
    assert seen == ["erp.example"]


def test_a_certificate_of_another_host_is_refused(authority):
    with answering(taking, serving(authority, "other.example")) as port:
        outcome = poster().post(f"https://erp.example:{port}/", {}, BODY)

    assert isinstance(outcome, Retry)
    assert "Hostname mismatch" in outcome.reason


def test_a_certificate_nobody_knows_is_refused():
    with answering(taking, serving(trustme.CA(), "erp.example")) as port:
        outcome = poster().post(f"https://erp.example:{port}/", {}, BODY)

    assert isinstance(outcome, Retry)
    assert "certificate" in outcome.reason
