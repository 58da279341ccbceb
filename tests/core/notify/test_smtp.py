from __future__ import annotations

from email import message_from_bytes

import pytest

from orderloom.notify import Dead, Retry, Sent, build
from orderloom.notify.smtp import SmtpTransport

# A server for passwords without TLS is what these tests want, and aiosmtpd warns of.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Requiring AUTH while not requiring TLS can lead:UserWarning"
)


@pytest.fixture
def send(delivery):
    """Sends some deliveries in one session and answers the outcomes."""

    def run(settings, *deliveries):
        with SmtpTransport(settings).session() as send:
            return [send(each, build(each, settings)) for each in deliveries or (delivery(),)]

    return run


def test_a_mail_arrives_with_its_envelope(mail_server, settings, send, delivery):
    assert send(settings(mail_server)) == [Sent()]

    (mail,) = mail_server.arrived
    assert (mail.sender, mail.recipients) == ("orders@acme.example", ["orders@chairs.example"])
    assert message_from_bytes(mail.content)["Message-ID"] == f"<{delivery().id}@acme.example>"


def test_a_batch_shares_one_connection_and_takes_leave(mail_server, settings, send, delivery):
    send(settings(mail_server), delivery(1), delivery(2), delivery(3))

    assert (len(mail_server.arrived), mail_server.connections, mail_server.quits) == (3, 1, 1)


def test_an_empty_batch_opens_no_connection(mail_server, settings):
    with SmtpTransport(settings(mail_server)).session():
        pass

    assert mail_server.connections == 0


def test_a_line_of_one_dot_does_not_end_the_message(mail_server, settings, send, delivery):
    send(settings(mail_server), delivery(payload={"subject": "s", "text": "a\n.\nb"}))

    assert message_from_bytes(mail_server.arrived[0].content).get_payload() == "a\r\n.\r\nb\r\n"


def test_greylisting_is_tried_again(mail_server, settings, send):
    mail_server.recipients = ["451 Greylisted, come back later", "250 OK"]

    (first,) = send(settings(mail_server))
    (second,) = send(settings(mail_server))

    assert first == Retry("The mail server answered 451: Greylisted, come back later")
    assert second == Sent()


def test_a_refused_recipient_is_dead_and_the_others_get_theirs(
    mail_server, settings, send, delivery
):
    mail_server.recipients = ["550 No such user", "250 OK"]

    outcomes = send(settings(mail_server), delivery(1), delivery(2))

    assert outcomes == [Dead("The mail server answered 550: No such user"), Sent()]
    assert mail_server.connections == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("452 Mailbox full", Retry("The mail server answered 452: Mailbox full")),
        ("554 Looks like spam", Dead("The mail server answered 554: Looks like spam")),
    ],
)
def test_an_answer_to_the_message_counts_like_one_to_the_recipient(
    mail_server, settings, send, answer, expected
):
    mail_server.data = [answer]

    assert send(settings(mail_server)) == [expected]


def test_a_server_that_ends_the_connection_gets_a_new_one_for_the_next(
    mail_server, settings, send, delivery
):
    mail_server.recipients = ["421 Too many messages", "250 OK"]

    outcomes = send(settings(mail_server), delivery(1), delivery(2))

    assert outcomes == [Retry("The mail server answered 421: Too many messages"), Sent()]
    assert mail_server.connections == 2


def test_a_connection_lost_while_sending_is_tried_again(mail_server, settings, send, delivery):
    mail_server.hang_up = True

    (outcome,) = send(settings(mail_server))

    assert isinstance(outcome, Retry)
    assert "ended the connection" in outcome.reason


def test_a_server_that_never_says_a_word_is_tried_again_later(silent_server, settings, send):
    (outcome,) = send(settings(silent_server, timeout=1))

    assert isinstance(outcome, Retry)
    assert "did not answer within 1 s" in outcome.reason


def test_a_server_that_hangs_half_way_ends_the_batch(mail_server, settings, send, delivery):
    mail_server.hang = True

    outcomes = send(settings(mail_server, timeout=1), delivery(1), delivery(2))

    assert {type(outcome) for outcome in outcomes} == {Retry}
    assert "did not answer within 1 s" in outcomes[0].reason
    assert mail_server.connections == 1


def test_a_server_that_is_not_there_names_the_settings(closed_port, settings, send):
    (outcome,) = send(settings(closed_port))

    assert outcome == Retry(
        f"The mail server 127.0.0.1:{closed_port.port} cannot be reached (Connection refused). "
        "To send mail, check that it runs, and the settings `host`, `port` and `tls`."
    )


# ── signing in ─────────────────────────────────────────────────────────────────────────────


def test_signing_in_lets_mail_through(signing_in, settings, send):
    assert send(settings(signing_in, username="acme", password="hunter2")) == [Sent()]


def test_a_wrong_password_names_the_settings_and_no_secret(signing_in, settings, send):
    (outcome,) = send(settings(signing_in, username="acme", password="wrong-secret"))

    assert outcome == Retry(
        f"The mail server 127.0.0.1:{signing_in.port} refused to sign in “acme” (535). To send "
        "mail, correct the settings `username` and `password`."
    )


def test_a_batch_signs_in_in_vain_only_once(signing_in, settings, send, delivery):
    wrong = settings(signing_in, username="acme", password="wrong-secret")

    outcomes = send(wrong, *map(delivery, range(1, 11)))

    assert {type(outcome) for outcome in outcomes} == {Retry}
    assert signing_in.connections == 1


def test_a_server_that_wants_a_name_says_so(signing_in, settings, send):
    (outcome,) = send(settings(signing_in))

    assert isinstance(outcome, Retry)
    assert "check the settings `sender` and `username`" in outcome.reason


def test_a_server_without_names_says_which_setting_to_change(mail_server, settings, send):
    (outcome,) = send(settings(mail_server, username="acme", password="hunter2"))

    assert isinstance(outcome, Retry)
    assert "does not offer what the setting `username` asks for" in outcome.reason


# ── encryption ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("trusted")
def test_starttls_encrypts_before_anything_is_said(starttls_server, settings, send):
    assert send(settings(starttls_server, tls="starttls")) == [Sent()]
    assert starttls_server.arrived[0].encrypted


@pytest.mark.usefixtures("trusted")
def test_tls_encrypts_from_the_start(tls_server, settings, send):
    assert send(settings(tls_server, tls="tls")) == [Sent()]
    assert len(tls_server.arrived) == 1


def test_a_certificate_nobody_vouches_for_is_not_accepted(starttls_server, settings, send):
    (outcome,) = send(settings(starttls_server, tls="starttls"))

    assert isinstance(outcome, Retry)
    assert "could not be trusted (unable to get local issuer certificate)" in outcome.reason
    assert starttls_server.arrived == []


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_host_is_not_accepted(starttls_server, settings, send):
    (outcome,) = send(settings(starttls_server, tls="starttls", host="localhost"))

    assert isinstance(outcome, Retry)
    assert "could not be trusted" in outcome.reason


def test_a_server_without_starttls_gets_nothing(mail_server, settings, send):
    (outcome,) = send(settings(mail_server, tls="starttls"))

    assert isinstance(outcome, Retry)
    assert "does not offer what the setting `tls` asks for" in outcome.reason
    assert mail_server.arrived == []
