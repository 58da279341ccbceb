"""Where webhooks may go: every disguise of an address nobody outside may reach is refused."""

import socket
from contextlib import suppress

import pytest

from orderloom import Refused
from orderloom.notify import Retry
from orderloom.notify.webhooks import Poster, Rules, addresses_of, target_of
from orderloom.notify.webhooks.targets import is_public

RULES, LOOSE = Rules(), Rules(insecure=True)

ADDRESSES = [
    "127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1",
    "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "169.254.170.2", "100.64.0.1", "100.100.100.200", "100.127.255.254", "168.63.129.16",
    "192.0.0.1", "192.0.0.192", "192.0.2.7", "192.88.99.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "::7f00:1", "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::1",
    "2001:10::1", "2001:20::1", "2001:2::1", "2001:db8::1", "3fff::1", "fe80::1",
    "fe80::5efe:127.0.0.1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1",
    "100::1", "5f00::1", "4000::1",
]  # fmt: skip

SPELLINGS = [
    "127.1", "127.0.1", "0x7f.1", "0x7f.0.0.1", "0x7f000001", "0X7F000001", "2130706433",
    "017700000001", "0177.0.0.1", "0177.0x0.0.01", "127.0.0.01", "00127.0.0.1", "127.0.0.1.",
    "0", "0x", "1.1", "169.254.43518", "0xa9fea9fe", "2852039166", "[::1]",
    "[::ffff:127.0.0.1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "[fe80::1%25eth0]",
    "localhost", "localhost.", "LOCALHOST", "127.0.0.1:443", "１２７.０.０.１", "127。0。0。1",
    "①②⑦.0.0.1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loc%61lhost", "127.0.0.1%2f.example", "127%2e0%2e0%2e1",
]  # fmt: skip

MALFORMED = [
    "", "erp.example", "http://erp.example/", "ftp://erp.example/", "file:///etc/hosts",
    "gopher://127.0.0.1:25/", "https://", "https:///path", "https:erp.example",
    "https://user@erp.example/", "https://user:password@erp.example/",
    "https://erp.example@127.0.0.1/",
    "https://erp.example\\@127.0.0.1/", "https://127.0.0.1\t/", "https://erp.example/\r\nX: y",
    "https://erp.example/#top", "https://erp.example:22/", "https://erp.example:25/",
    "https://erp.example:65536/", "https://erp.example:x/", "https://-erp.example/",
    "https://erp..example/", "https://erp.example/ü", "https://erp.example/ a", "https://[::1",
    "https://straße.example/", "https://" + "a" * 64 + ".example/",
    "https://erp.example/" + "a" * 2000,
    "https://0x7f.1/", "https://erp.0x7f/", "https://erp.1/", None, 7, b"https://erp.example/",
]  # fmt: skip


@pytest.fixture
def listener():
    """A listener on the loopback; answers how many connections it was offered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)

        def offered():
            count = 0
            with suppress(BlockingIOError):
                while True:
                    server.accept()[0].close()
                    count += 1
            return count

        offered.port = server.getsockname()[1]
        yield offered


def pointing_to(*addresses):
    """A resolver that answers these addresses, whatever it is asked."""

    def resolve(host, port, **_):
        return [(None, None, 0, "", (address, port)) for address in addresses]

    return resolve


def refused(work, *args):
    with pytest.raises(Refused) as caught:
        work(*args)
    return caught.value.problems[0]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_host_resolves_to_has_to_be_on_the_internet(address, listener):
    poster = Poster(Rules(timeout=1), pointing_to(address))

    outcome = poster.post(f"https://erp.example:{listener.port}/", {}, b"{}")

    assert isinstance(outcome, Retry)
    assert "erp.example is not on the internet" in outcome.reason
    assert address not in outcome.reason
    assert listener() == 0


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_the_loopback_is_sent_to(host, listener):
    host = host if ":" in host.rpartition("]")[2] else f"{host}:{listener.port}"

    outcome = Poster(Rules(timeout=1)).post(f"https://{host}/", {}, b"{}")

    assert isinstance(outcome, Retry)
    assert "cannot be sent to" in outcome.reason or "not on the internet" in outcome.reason
    assert listener() == 0


@pytest.mark.parametrize("address", [one for one in ADDRESSES if ":" in one])
def test_no_address_in_brackets_is_sent_to(address, listener):
    outcome = Poster(Rules(timeout=1)).post(f"https://[{address}]:{listener.port}/", {}, b"{}")

    assert isinstance(outcome, Retry)
    assert listener() == 0


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_no_url_to_send_to_is_refused_with_an_example(url):
    problem = refused(target_of, url, RULES)

    assert (problem.code, problem.field) == ("webhook.url", "url")
    assert "https://erp.example/orders" in problem.message


def test_there_are_more_than_sixty_disguises():
    assert len(set(ADDRESSES + SPELLINGS)) >= 60


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "100.63.0.1", "100.128.0.1", "172.32.0.1", "2606:4700::1"],
)
def test_public_addresses_may_be_sent_to(address):
    assert is_public(address)


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    problem = refused(addresses_of, target_of("https://erp.example/", RULES), RULES,
                      pointing_to("93.184.216.34", "10.0.0.1"))  # fmt: skip

    assert problem.code == "webhook.private_target"


def test_a_host_without_an_address_is_told():
    target = target_of("https://erp.example/", RULES)

    assert refused(addresses_of, target, RULES, pointing_to()).code == "webhook.unknown_host"


def test_a_resolver_that_fails_is_told():
    def resolve(*args, **more):
        raise socket.gaierror("no such host")

    target = target_of("https://erp.example/", RULES)

    assert refused(addresses_of, target, RULES, resolve).code == "webhook.unknown_host"


def test_a_name_that_was_public_when_added_is_looked_at_again_at_each_delivery(listener):
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def resolve(host, port, **more):
        return pointing_to(*answers.pop(0))(host, port)

    url = f"https://erp.example:{listener.port}/"
    addresses_of(target_of(url, RULES), RULES, resolve)
    outcome = Poster(Rules(timeout=1), resolve).post(url, {}, b"{}")

    assert "not on the internet" in outcome.reason
    assert listener() == 0


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://ERP.example", "https://erp.example/"),
        ("https://erp.example:443/orders?a=b", "https://erp.example/orders?a=b"),
        ("https://erp.example.:8443/", "https://erp.example:8443/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2606:4700::1]/", "https://[2606:4700::1]/"),
    ],
)
def test_a_url_is_stored_in_one_form(given, stored):
    assert target_of(given, RULES).url == stored


def test_an_installation_may_let_them_go_anywhere():
    target = target_of("http://127.0.0.1:8000/", LOOSE)

    assert addresses_of(target, LOOSE) == ("127.0.0.1",)
