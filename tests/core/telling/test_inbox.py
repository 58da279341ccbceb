"""The in-app inbox."""

import pytest

from orderloom import Refused
from orderloom.worker import Worker


def test_a_message_is_there_in_the_transaction_of_its_event(toy, placed, box, acting):
    order = placed()

    def lose():
        with toy.desk() as desk:
            desk.perform(order, "approve")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        lose()

    assert box("bo").titles == ["Terrace está en espera"]


def test_an_entry_says_what_it_is_about(toy, placed, acting):
    order = placed()

    with toy.reader(acting("bo")) as reader:
        (entry,) = reader.inbox().items
    assert (entry.source, entry.subject, entry.seq) == ("tell.placed", order.ref, 1)
    assert (entry.at, entry.read_at) == (toy.clock.now, None)
    assert "Ann ha pedido por 12,50" in entry.text


def test_the_newest_comes_first_and_pages_go_on_where_one_ended(toy, placed, acting):
    for title in ("One", "Two", "Three"):
        placed(title)
        toy.clock.move(minutes=1)

    with toy.reader(acting("bo")) as reader:
        first = reader.inbox(limit=2)
        second = reader.inbox(after=first.next, limit=2)
    assert [one.title.split()[0] for one in first.items] == ["Three", "Two"]
    assert [one.title.split()[0] for one in second.items] == ["One"]
    assert second.next is None


def test_what_is_read_is_not_counted_any_more(toy, placed, acting, box):
    placed("One")
    toy.clock.move(minutes=1)
    placed("Two")
    with toy.desk(acting("bo")) as desk:
        newest, _ = desk.inbox().items
        assert desk.mark_read([newest.id]) == 1
        assert desk.mark_read([newest.id]) == 0

    assert (len(box("bo").titles), box("bo").unread) == (2, 1)
    assert box("bo", unread=True).titles == ["One está en espera"]


def test_all_can_be_read_at_once(toy, placed, acting, box):
    placed("One")
    placed("Two")

    with toy.desk(acting("bo")) as desk:
        assert desk.mark_read() == 2

    assert (len(box("bo").titles), box("bo").unread) == (2, 0)


def test_nobody_reads_anothers_inbox(toy, placed, acting, box):
    placed()
    with toy.reader(acting("bo")) as reader:
        (entry,) = reader.inbox().items

    with toy.desk(acting("vi")) as desk:
        assert desk.mark_read([entry.id]) == 0
        assert desk.mark_read() == 0

    assert box("bo").unread == 1
    assert box("ann").titles == []


def test_what_one_may_no_longer_see_is_neither_shown_nor_counted(toy, placed, box):
    order = toy.perform(placed(), "approve")
    assert (box("vi").titles, box("vi").unread) == (["Terrace is Pending"], 1)

    order = toy.perform(order, "recall")
    assert (box("vi").titles, box("vi").unread) == ([], 0)

    toy.perform(order, "approve")
    assert box("vi").unread == 2


def test_whoever_lost_his_rights_lost_his_messages(toy, placed, box):
    toy.perform(placed(), "approve")
    with toy.desk() as desk:
        desk.directory.revoke("vi", "tell.user@party:v1")
        desk.directory.grant("vi", "tell.user@party:v2")

    assert (box("vi").titles, box("vi").unread) == ([], 0)


def test_a_message_stays_as_it_was_written(toy, placed, box):
    order = toy.perform(placed(), "approve")
    toy.clock.move(minutes=1)
    toy.perform(order, "finish")

    assert [title.split(" ", 1)[1] for title in box("vi").titles] == ["is Done", "is Pending"]


def test_messages_are_kept_as_long_as_the_settings_say(toy, placed, box):
    placed("Old")
    with toy.desk() as desk:
        desk.admin.set("core", {"keep_inbox_days": 30})
    toy.clock.move(days=29)
    placed("New")
    Worker(toy.loom).once(tenant=toy.tenant)
    assert len(box("bo").titles) == 2

    toy.clock.move(days=2)
    Worker(toy.loom).once(tenant=toy.tenant)

    assert box("bo").titles == ["New está en espera"]


def test_erasing_a_subject_erases_what_was_told_of_it(toy, placed, box):
    order = placed("Erased")
    placed("Kept")

    with toy.desk() as desk:
        desk.erase_personal(order, reason="asked to")

    assert box("bo").titles == ["Kept está en espera"]


def test_counting_ends_at_its_bound(toy, placed, acting):
    for number in range(3):
        placed(f"No {number}")

    with toy.reader(acting("bo")) as reader:
        assert str(reader.unread(bound=2)) == "2+"
        assert str(reader.unread(bound=3)) == "3"


@pytest.mark.parametrize("bad", [{"limit": 0}, {"limit": 1001}, {"after": "nonsense"}])
def test_a_malformed_page_is_refused(toy, acting, bad):
    with toy.reader(acting("bo")) as reader, pytest.raises(Refused):
        reader.inbox(**bad)


def test_a_malformed_id_is_refused(toy, acting):
    with toy.desk(acting("bo")) as desk, pytest.raises(Refused) as refusal:
        desk.mark_read(["x"])

    assert refusal.value.codes == ("id.malformed",)


def test_another_tenant_has_its_own_inboxes(toy, placed, box, acting):
    placed()
    other = f"x{toy.tenant}"[:40]
    toy.loom.create_tenant(other, modules=["tell"])

    with toy.loom.reader(other, acting("bo")) as reader:
        assert reader.inbox().items == ()
