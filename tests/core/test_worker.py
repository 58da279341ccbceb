"""Mail, documents, seals and upkeep."""

from __future__ import annotations

import email
import hashlib
from concurrent.futures import ThreadPoolExecutor
from email import policy

import pytest

from orderloom.orders.order import Order
from orderloom.worker import Worker


@pytest.fixture
def work(toy):
    """What one round of a worker does, for the toy's tenant; seals left out."""

    def run(worker=None, **move):
        toy.clock.move(**move)
        done = (worker or Worker(toy.loom)).once(tenant=toy.tenant)
        return [(one.what, one.outcome) for one in done if one.what not in ("seal",)]

    return run


@pytest.fixture
def sent(toy) -> Order:
    return toy.perform(toy.place(), "send")


def mails(toy):
    files = sorted(toy.folder.rglob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_what_is_owed_is_mailed_once(toy, work, sent):
    assert work() == [("mail", "sent")]
    assert work(days=1) == []

    (mail,) = mails(toy)
    assert mail["To"] == "Vendor One <desk@vendor.example>"
    assert mail["Subject"] == "Slip T-2026-0001"


def test_the_attachment_is_the_document_that_was_issued(toy, work, sent):
    work()

    (attachment,) = mails(toy)[0].iter_attachments()
    with toy.desk() as desk:
        (slip,) = desk.documents(sent)
        kept = desk.render(slip)
    assert attachment.get_filename() == kept.name == "T-2026-0001-r1.pdf"
    assert hashlib.sha256(attachment.get_content()).hexdigest() == kept.sha256


def test_an_order_without_a_vendor_is_mailed_to_nobody(toy, work):
    toy.perform(toy.place(seller=""), "send")

    assert work() == []


def test_a_refused_or_rolled_back_action_owes_nothing(toy, work):
    order = toy.place()

    def fails():
        with toy.desk() as desk:
            desk.perform(order, "send")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert work() == []


def test_what_cannot_be_sent_is_tried_again_later(toy, work, sent):
    toy.folder.write_text("in the way")

    assert work() == [("mail", "retry")]
    assert work() == []
    toy.folder.unlink()
    assert work(hours=1) == [("mail", "sent")]
    assert len(mails(toy)) == 1


def test_what_can_never_be_sent_is_dead_in_the_end(toy, work, sent):
    toy.folder.write_text("in the way")

    done = [one for _ in range(9) for one in work(hours=12)]
    outcomes = [outcome for what, outcome in done if what == "mail"]

    assert outcomes == ["retry"] * 7 + ["dead"]


def test_mail_that_is_not_set_up_waits(toy, work, sent):
    with toy.desk() as desk:
        desk.admin.set("core", {"mail_transport": "smtp"})

    assert work() == [("mail", "retry")]


def test_two_workers_send_every_mail_once(toy, sent):
    for _ in range(9):
        toy.perform(toy.place(), "send")

    with ThreadPoolExecutor(2) as pool:
        rounds = list(pool.map(lambda _: Worker(toy.loom).once(tenant=toy.tenant), range(2)))

    done = [one for each in rounds for one in each if one.what == "mail"]
    assert [one.outcome for one in done] == ["sent"] * 10
    assert len(mails(toy)) == 10


def test_events_are_sealed_once(toy, sent):
    def seals():
        done = Worker(toy.loom).once(tenant=toy.tenant)
        return [one.outcome for one in done if one.what == "seal"]

    before = toy.verified()
    assert before.unsealed == before.checked > 0
    assert seals() == [str(before.checked)]
    assert seals() == []
    assert toy.verified().unsealed == 0
    assert toy.verified().ok


def test_what_has_expired_is_forgotten(toy, work, sent):
    with toy.desk() as desk:
        desk.admin.set("core", {"keep_outbox_days": 10, "keep_idempotency_days": 5})
        desk.perform(sent, "counter", {"price": "1"}, key="k1")
        desk.perform(sent.id, "finish")
    work()

    assert work(days=4) == []
    assert work(days=2) == [("purge", "1")]  # the key
    assert work(days=5) == [("purge", "1")]  # the mail


def test_every_thing_done_is_told_as_it_happens(toy, sent):
    told = []

    done = Worker(toy.loom, tell=told.append).once(tenant=toy.tenant)

    assert told == done
    assert [(one.about, one.tenant) for one in done if one.what == "mail"] == [
        ("desk@vendor.example", toy.tenant)
    ]
