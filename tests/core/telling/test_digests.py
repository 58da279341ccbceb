"""Mails gathered into one per hour or day."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from orderloom import SETUP
from orderloom.desk.digesting import gathered
from orderloom.notify import list_deliveries
from orderloom.store.engine import reading
from orderloom.worker import Worker


@pytest.fixture
def deliveries(toy):
    """(channel, state) of everything in the outbox, oldest first."""

    def read():
        with reading(toy.loom.engine, toy.tenant) as connection:
            found = list_deliveries(connection, toy.tenant, None, 100)
        return [(one.channel, one.state) for one in reversed(found)]

    return read


@pytest.fixture
def hourly(wish):
    wish("bo", "tell.orders", "hourly")


def test_mails_of_an_hour_become_one(toy, placed, work, mails, hourly):
    placed("One")  # at noon
    assert work(minutes=20) == []
    placed("Two")
    assert work(minutes=39) == []

    assert work(minutes=1) == [("digest", "2"), ("mail", "sent")]

    (mail,) = mails(whole=True)
    text = mail.get_content()
    assert (mail["To"], mail["Subject"]) == (
        "Bo <bo@buyer.example>",
        "2 mensajes de Example Festivals",
    )
    assert text.index("One está en espera") < text.index("Two está en espera")
    assert text.count("Ann ha pedido por 12,50") == 2


def test_the_inbox_has_them_at_once(placed, box, hourly):
    placed()

    assert box("bo").unread == 1


def test_a_day_ends_at_seven_in_the_tenants_zone(toy, placed, work, wish):
    with toy.desk() as desk:
        desk.admin.update(timezone="Europe/Madrid")
    wish("bo", "*", "daily")
    placed()  # 12:00 UTC, 14:00 there

    assert work(hours=16, minutes=59) == []
    assert work(minutes=1) == [("digest", "1"), ("mail", "sent")]


def test_a_digest_of_one_says_so(placed, work, mails, hourly):
    placed()
    work(hours=1)

    assert [subject for _, subject in mails()] == ["Un mensaje de Example Festivals"]


def test_the_tenant_may_have_the_mail_of_a_topic_gathered(toy, placed, work, wish):
    wish("ann", "tell.orders", "hourly", user="")
    toy.perform(placed(), "approve")

    assert work(hours=1) == [("digest", "2"), ("digest", "1"), ("mail", "sent"), ("mail", "sent")]


def test_mandatory_mail_does_not_wait(toy, placed, work, wish):
    wish("ann", "*", "daily", user="")
    order = toy.perform(placed(), "approve")
    toy.perform(order, "finish")

    assert work() == [("mail", "sent"), ("mail", "sent")]


def test_what_the_reader_may_no_longer_see_is_not_in_it(toy, placed, work, wish, mails):
    wish("vi", "tell.orders", "hourly")
    wish("bo", "*", "off")
    hidden = toy.perform(placed("Hidden"), "approve")
    toy.perform(placed("Shown"), "approve")
    toy.perform(hidden, "recall")

    assert work(hours=1) == [("digest", "2"), ("mail", "sent")]
    (mail,) = mails(whole=True)
    assert "Shown" in mail.get_content()
    assert "Hidden" not in mail.get_content()


def test_if_nothing_is_left_nothing_is_sent(toy, placed, work, wish, mails):
    wish("vi", "tell.orders", "hourly")
    wish("bo", "*", "off")
    toy.perform(toy.perform(placed(), "approve"), "recall")

    assert work(hours=1) == [("digest", "1")]
    assert mails() == []


def test_whoever_dies_while_gathering_leaves_everything_waiting(toy, placed, work, hourly, mails):
    placed("One")
    placed("Two")
    toy.clock.move(hours=1)

    def die():
        with toy.loom.desk(toy.tenant, SETUP) as desk:
            assert gathered(desk, "bo@buyer.example") == 2
            raise InterruptedError

    with pytest.raises(InterruptedError):
        die()

    assert work() == [("digest", "2"), ("mail", "sent")]
    assert len(mails()) == 1


def test_a_digest_sent_again_is_the_same_mail(toy, placed, work, hourly, mails):
    placed("One")
    placed("Two")
    work(hours=1)
    (first,) = mails(whole=True)

    with toy.desk() as desk:
        (sent,) = [one for one in desk.deliveries() if one.channel == "mail"]
        desk.admin.resend([sent.id])
    work(hours=1)

    (again,) = mails(whole=True)  # the file is named by the id: written over
    assert again["Message-ID"] == first["Message-ID"]
    assert again.as_bytes() == first.as_bytes()


def test_an_entry_owed_again_comes_in_a_digest_of_its_own(toy, placed, work, hourly, mails):
    placed("One")
    placed("Two")
    work(hours=1)

    with toy.desk() as desk:
        entry = next(one for one in desk.deliveries() if one.channel == "digest")
        desk.admin.resend([entry.id])

    assert work() == [("digest", "1"), ("mail", "sent")]
    assert len(mails()) == 2


def test_what_comes_late_is_not_lost(toy, placed, work, hourly, mails):
    """Two workers, or an event committed after its hour was full."""
    placed("One")
    work(hours=1)
    toy.clock.now = toy.clock.now.replace(minute=0)
    placed("Late")

    assert work(hours=1) == [("digest", "1"), ("mail", "sent")]
    assert [subject for _, subject in mails()] == ["Un mensaje de Example Festivals"] * 2


def test_two_workers_make_one_mail(toy, placed, hourly, mails):
    for number in range(5):
        placed(f"No {number}")
    toy.clock.move(hours=1)

    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.submit(Worker(toy.loom).once, tenant=toy.tenant) for _ in range(4)]
        done = [one for each in rounds for one in each.result()]

    assert [one.outcome for one in done if one.what == "digest"] == ["5"]
    assert len(mails()) == 1


def test_what_waits_is_listed_and_comes_to_rest(placed, work, deliveries, hourly):
    placed()
    assert deliveries() == [("digest", "owed")]

    work(hours=1)
    assert deliveries() == [("digest", "done"), ("mail", "done")]


def test_erased_subjects_are_not_in_a_digest_sent_later(toy, placed, work, hourly, mails):
    order = placed("Erased")
    placed("Kept")
    work(hours=1)
    with toy.desk() as desk:
        desk.erase_personal(order, reason="asked to")
        (sent,) = [one for one in desk.deliveries() if one.channel == "mail"]
        desk.admin.resend([sent.id])

    work(hours=1)

    (mail,) = mails(whole=True)
    assert "Kept" in mail.get_content()
    assert "Erased" not in mail.get_content()


def test_many_entries_become_several_mails_and_none_is_left(toy, placed, work, hourly, monkeypatch):
    monkeypatch.setattr("orderloom.notify.digests._HEAVIEST", 300)
    for number in range(5):
        placed(f"No {number}")

    done = work(hours=1)

    counts = [int(outcome) for what, outcome in done if what == "digest"]
    assert sum(counts) == 5
    assert len(counts) > 1
    assert done.count(("mail", "sent")) == len(counts)
