from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.errors import Refused
from orderloom.notify import MailSettings, build
from orderloom.notify.messages import Letter
from orderloom.values import file_name

PDF = b"%PDF-1.7 \x00\xff not text"


def read(message):
    return message_from_bytes(message.as_bytes(), policy=default)


def test_a_message_says_from_whom_to_whom_and_what(delivery, settings):
    message = read(build(delivery(), settings(sender_name="Acme, Purchasing")))

    assert message["From"] == '"Acme, Purchasing" <orders@acme.example>'
    assert message["To"] == "Chairs & Co <orders@chairs.example>"
    assert message["Subject"] == "Order 7"
    assert message["Date"] == "Mon, 01 Mar 2027 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content() == "Please send chairs.\r\n"


def test_its_id_is_that_of_the_delivery_in_the_senders_domain(delivery, settings):
    owed = delivery()

    assert build(owed, settings())["Message-ID"] == f"<{owed.id}@acme.example>"


def test_made_again_it_is_the_same_to_the_byte(delivery, settings):
    first = build(delivery(), settings(), [("rfq.pdf", "application/pdf", PDF)])
    second = build(delivery(), settings(), [("rfq.pdf", "application/pdf", PDF)])

    assert first.as_bytes() == second.as_bytes()


def test_answers_go_where_the_settings_say(delivery, settings):
    message = build(delivery(), settings(reply_to="desk@acme.example"))

    assert message["Reply-To"] == "desk@acme.example"


def test_without_such_a_setting_there_is_no_reply_to(delivery, settings):
    assert "Reply-To" not in build(delivery(), settings())


def test_any_script_arrives_through_seven_bits(delivery, settings):
    text = "Grüße, 椅子 ×2 — дякую.\n" + "x" * 2000
    owed = delivery(payload={"name": "Ĝis 漢", "subject": "Bestellung für 椅子", "text": text})
    raw = build(owed, settings()).as_bytes()

    message = message_from_bytes(raw, policy=default)

    assert raw.isascii()
    assert message["Subject"] == "Bestellung für 椅子"
    assert message["To"].addresses[0].display_name == "Ĝis 漢"
    assert message.get_content().replace("\r\n", "\n") == text + "\n"
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_document_goes_with_it(delivery, settings):
    message = read(build(delivery(), settings(), [("RFQ 7.pdf", "application/pdf", PDF)]))

    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_filename() == "RFQ 7.pdf"
    assert part.get_content() == PDF


def test_an_attachment_can_never_name_a_path(delivery, settings):
    message = read(build(delivery(), settings(), [("../../etc/RFQ 7.pdf", "application/pdf", PDF)]))

    (part,) = message.iter_attachments()
    assert part.get_filename() == "-..-etc-RFQ 7.pdf"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("RFQ 7/2.pdf", "RFQ 7-2.pdf"),
        ("C:\\orders\\7.pdf", "C--orders-7.pdf"),
        ("Angebot für Stühle.pdf", "Angebot für Stühle.pdf"),
        ("a\r\nb\u202e.pdf", "a--b-.pdf"),
        ("..", "document"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("y" * 300, "y" * 120),
    ],
)
def test_a_file_name_is_one_on_any_system(given, expected):
    assert file_name(given) == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": "Order\r\nBcc: other@rival.example"}, "text.control_character"),
        ({"subject": "Order\u202e7"}, "text.control_character"),
        ({"subject": ""}, "text.empty"),
        ({"name": "Chairs\nBcc: other@rival.example"}, "text.control_character"),
        ({"text": "a\x00b"}, "text.control_character"),
        ({"text": "x" * 1_000_001}, "text.too_long"),
        ({"subject": None}, "text.not_text"),
    ],
)
def test_a_letter_that_would_break_a_message_is_refused(changes, code):
    with pytest.raises(Refused) as refusal:
        Letter.read(**{"name": "Chairs", "subject": "Order 7", "text": "Hello", **changes})

    assert refusal.value.codes == (code,)


def test_what_was_stored_is_gated_again(delivery, settings):
    stored = delivery(payload={"subject": "Order\nBcc: other@rival.example", "text": "Hello"})

    with pytest.raises(Refused):
        build(stored, settings())


# Python folds long names itself; a comma that loses its quotes would make two addresses of one.
@given(name=st.text('ab ,;:<>"\\()@éß漢=?_', min_size=1, max_size=150).map(str.strip))
def test_whatever_the_name_there_is_one_recipient(name):
    from datetime import UTC, datetime
    from uuid import UUID

    from orderloom.notify import MAIL, Delivery
    from orderloom.orders.subject import SubjectRef

    now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    owed = Delivery(
        id=UUID(int=1), channel=MAIL, source="shop.confirmation", next_at=now, created_at=now,
        subject=SubjectRef("order", UUID(int=2)), seq=1, recipient="orders@chairs.example",
        payload={"name": name, "subject": "Order 7", "text": "Hello"},
    )  # fmt: skip

    message = read(build(owed, MailSettings(sender="orders@acme.example", sender_name=name)))

    for header in ("To", "From"):
        assert len(message[header].addresses) == 1
    assert [found for _, found in getaddresses([message["To"]])] == ["orders@chairs.example"]


HTML = {"name": "Bo", "subject": "Order 7", "text": "Hello", "html": "<p>Hello ß</p>"}


def test_html_travels_beside_the_text(delivery, settings):
    message = read(build(delivery(payload=HTML), settings()))

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("html",)).get_content() == "<p>Hello ß</p>\r\n"


def test_html_text_and_a_document_are_the_same_bytes_every_time(delivery, settings):
    pdf = ("rfq.pdf", "application/pdf", PDF)
    owed = delivery(payload=HTML)

    first, second = (build(owed, settings(), [pdf]).as_bytes() for _ in range(2))

    message = message_from_bytes(first, policy=default)
    (attached,) = message.iter_attachments()
    assert first == second
    assert first.isascii()
    assert message.get_content_type() == "multipart/mixed"
    assert message.get_body(("plain",)).get_content() == "Hello\r\n"
    assert attached.get_content() == PDF
