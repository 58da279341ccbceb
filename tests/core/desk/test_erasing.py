import pytest
import sqlalchemy as sa

from orderloom import Forbidden, Refused, SetLine, SetOrder
from orderloom.store.engine import reading
from orderloom.store.schema import events
from orderloom.worker import Worker


def test_names_and_notes_leave_the_history_and_the_chain_holds(toy):
    order = toy.place(remarks="Ask for Kim")
    with toy.desk() as desk:
        desk.note(order, "Kim called")
        order = desk.edit(order, SetOrder(remarks="", seller="v2"))

        desk.erase_personal(order, reason="Kim asked for it")

    history = toy.history(order)
    assert [event.personal for event in history] == [None] * 4
    assert "Kim" not in str([event.body for event in history])
    assert (history[-1].name, history[-1].reason) == ("erased", "Kim asked for it")
    assert toy.get(order) == order
    assert toy.verified().ok


def test_an_erased_version_can_still_be_read(toy):
    order = toy.place(remarks="Ask for Kim")
    with toy.desk() as desk:
        desk.erase_personal(order, reason="asked")

    with toy.reader() as reader:
        then = reader.at(order, 1)
    assert (then.remarks, then.seller, then.lines) == ("", None, order.lines)


def test_reasons_options_and_changed_texts_go_too(toy):
    order = toy.perform(toy.place(title="For Kim"), "send", reason="Kim asked")
    order = toy.edit(order, SetOrder(title="For all"), SetLine(line=1, name="Chair of Kim"))
    told = toy.perform(order, "counter", options={"price": "2", "remark": "Ring Kim"})
    with toy.desk() as desk:
        desk.edit(told, SetLine(line=1, name="Chair"), reason="Kim is gone")
        before = desk.history(order)

        desk.erase_personal(order, reason="asked")

    assert [event.reason for event in before if event.reason] == ["Kim asked", "Kim is gone"]
    assert before[4].body["options"] == {"price": "2", "remark": "Ring Kim"}
    left = [(event.reason, event.body, event.personal) for event in toy.history(order)[:-1]]
    assert "Kim" not in str(left)
    assert toy.verified().ok


def test_what_was_changed_is_still_known(toy):
    order = toy.place(title="For Kim")
    toy.edit(order, SetOrder(title="For all"), SetLine(line=1, name="Chair", quantity=3))
    with toy.desk() as desk:
        desk.erase_personal(order, reason="asked")

    changes = toy.history(order)[1].body["changes"]
    assert changes == {
        "title": [],
        "lines_changed": [
            {"line": 1, "name": "", "quantity": ["200", "3"], "total": []},
        ],
    }


def test_the_text_under_the_hash_holds_nothing_that_somebody_wrote(toy):
    order = toy.perform(toy.place(remarks="Kim"), "send", reason="Kim")
    toy.perform(order, "counter", options={"price": "2", "remark": "Kim again"})

    with reading(toy.loom.engine, toy.tenant) as connection:
        texts = connection.execute(
            sa.select(events.c.text).where(events.c.tenant_id == toy.tenant)
        ).scalars()
        assert [text for text in texts if "Kim" in text] == []


def test_it_takes_a_reason(toy):
    order = toy.place()

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.erase_personal(order, reason="")

    assert refused.value.problems[0].field == "reason"


def test_only_who_has_the_right_may(toy):
    order = toy.place()

    with toy.desk(toy.actor("toy.viewer")) as desk, pytest.raises(Forbidden):
        desk.erase_personal(order, reason="x")


def test_mail_that_was_sent_goes_what_is_owed_stays(toy):
    told = toy.perform(toy.place(), "send")
    Worker(toy.loom).once(tenant=toy.tenant)
    waiting = toy.perform(toy.place(), "send")

    with toy.desk() as desk:
        desk.erase_personal(told, reason="asked")
        desk.erase_personal(waiting, reason="asked")

    with toy.reader() as reader:
        left = reader.deliveries()
    assert [(one.subject, one.state) for one in left] == [(waiting.ref, "owed")]
