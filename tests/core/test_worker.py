"""Mail, documents, seals and upkeep."""

from __future__ import annotations

import email
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from email import policy

import pytest
import sqlalchemy as sa

from orderloom import Conflict, NotFound
from orderloom.orders.order import Order
from orderloom.store import schema, seals
from orderloom.store.engine import writing
from orderloom.worker import Done, Worker


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


# ── what goes wrong ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def everywhere(monkeypatch):
    """A worker for all tenants there are, which are those of these toys."""

    def build(*toys, **more):
        found = sorted((rows for toy in toys for rows in named(toy)), key=lambda one: one.key)
        monkeypatch.setattr(toys[0].loom, "tenants", lambda: tuple(found))
        return Worker(toys[0].loom, **more)

    def named(toy):
        return [one for one in type(toy.loom).tenants(toy.loom) if one.key == toy.tenant]

    return build


@pytest.fixture
def two(make_toy):
    """Two tenants with a mail each, the one that comes first among all tenants first."""
    toys = sorted([make_toy(), make_toy()], key=lambda toy: toy.tenant)
    for toy in toys:
        toy.perform(toy.place(), "send")
    return toys


def break_settings(toy):
    """A setting no gate would have let in."""
    row = {"tenant_id": toy.tenant, "module": "core", "name": "keep_outbox_days", "value": '"x"'}
    bump = sa.update(schema.tenants).where(schema.tenants.c.tenant_id == toy.tenant)
    with writing(toy.loom.engine, toy.tenant) as connection:
        connection.execute(sa.insert(schema.tenant_settings), row)
        connection.execute(bump.values(revision=99))


def test_a_wrong_setting_of_one_tenant_holds_up_no_other(two, everywhere):
    bad, good = two
    break_settings(bad)

    done = everywhere(*two).once()

    told = {(one.tenant, one.what): (one.outcome, one.reason) for one in done}
    assert told[good.tenant, "mail"] == ("sent", "")
    assert told[bad.tenant, "purge"][0] == "refused"
    assert "keep_outbox_days" in told[bad.tenant, "purge"][1]


def test_someone_faster_at_sealing_is_told_and_the_next_round_seals(two, everywhere, monkeypatch):
    first, second = two
    faster = [first.tenant]

    def seal(connection, tenant, now):
        if tenant in faster:
            faster.remove(tenant)
            raise Conflict("Somebody else sealed the same events.", retryable=True)
        return seals_seal(connection, tenant, now)

    seals_seal = seals.seal
    monkeypatch.setattr(seals, "seal", seal)
    worker = everywhere(*two)

    done = [one for one in worker.once() if one.what == "seal"]
    again = [one.tenant for one in worker.once() if one.what == "seal"]

    assert done[0] == Done(
        tenant=first.tenant,
        what="seal",
        outcome="failed",
        reason="Somebody else sealed the same events.",
    )
    assert done[1].tenant == second.tenant
    assert again == [first.tenant]


def test_a_bug_in_one_step_is_told_and_the_others_go_on(toy, sent, monkeypatch):
    def lease(*args):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("orderloom.worker.lease", lease)

    done = Worker(toy.loom).once(tenant=toy.tenant)

    told = [(one.what, one.outcome, one.reason) for one in done[:2]]
    assert told[0] == ("delivery", "failed", "ZeroDivisionError: by zero")
    assert told[1][0] == "seal"


def test_an_unknown_tenant_is_not_found(toy):
    with pytest.raises(NotFound):
        Worker(toy.loom).once(tenant="nobody")


def run_until(worker, stop, rounds, monkeypatch):
    """Let a worker run so many rounds, without its pauses."""
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == rounds:
            stop.set()

    monkeypatch.setattr(stop, "wait", wait)
    worker.run(stop, pause=5)
    return waits


def test_a_database_that_cannot_be_asked_is_told_once_and_asked_again(toy, monkeypatch):
    def look(*args):
        raise Conflict("The connection was lost.", retryable=True)

    told = []
    monkeypatch.setattr("orderloom.store.due.waiting", look)

    waits = run_until(Worker(toy.loom, tell=told.append), threading.Event(), 3, monkeypatch)

    assert waits == [5, 5, 5]
    assert told == [
        Done(tenant="", what="look", outcome="failed", reason="The connection was lost.")
    ]


def test_it_pauses_after_a_round_in_vain(toy, sent, everywhere, monkeypatch):
    def lease(*args):
        raise ZeroDivisionError

    def tell(done):
        told.append(done)
        if len(told) > 20:
            stop.set()  # it never paused

    told, stop = [], threading.Event()
    everywhere(toy).once()
    toy.perform(toy.place(), "send")
    monkeypatch.setattr("orderloom.worker.lease", lease)
    monkeypatch.setattr("orderloom.worker.seals.seal", lambda *args: 0)

    assert run_until(everywhere(toy, tell=tell), stop, 2, monkeypatch) == [5, 5]


# ── nothing to do ──────────────────────────────────────────────────────────────────────────


def test_an_idle_round_reads_twice_whatever_the_number_of_tenants(two, everywhere):
    worker = everywhere(*two)
    while worker.once():
        pass
    begun, said = [], []
    engine = two[0].loom.engine

    def note(connection, cursor, statement, *rest):
        said.append(statement.split()[0])

    def begin(connection):
        begun.append(connection)

    sa.event.listen(engine, "begin", begin)
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert worker.once() == []
    finally:
        sa.event.remove(engine, "begin", begin)
        sa.event.remove(engine, "before_cursor_execute", note)

    assert len(begun) == 1  # the other one lists the tenants, which this test does
    assert not {"INSERT", "UPDATE", "DELETE"} & set(said)


def test_what_has_expired_is_looked_for_once_an_hour(toy, work, sent):
    with toy.desk() as desk:
        desk.admin.set("core", {"keep_outbox_days": 1})
    worker = Worker(toy.loom)
    work(worker)
    toy.clock.move(hours=23, minutes=30)
    work(worker)

    assert work(worker, minutes=59) == []
    assert work(worker, minutes=1) == [("purge", "1")]
