"""Events form a chain, and personal data can be erased from it."""

from itertools import count

import attrs

from orderloom.orders import codec
from orderloom.orders.events import ERASED, Event, chained_text
from orderloom.store import events, subjects
from orderloom.store.verify import verify
from orderloom.values import uuid7


def test_each_event_follows_from_the_one_before(make_order, make_event, make_note):
    order = make_order()

    first, second = events.chain(events.START, [make_event(order), make_note(order)], lambda: "s")

    assert (first.seq, first.previous) == (1, "")
    assert (second.seq, second.previous) == (2, first.hash)


def test_a_chain_goes_on_from_its_head(make_order, make_note):
    order = make_order()

    (event,) = events.chain((7, "abc"), [make_note(order)], lambda: "salt")

    assert (event.seq, event.previous) == (8, "abc")


def test_the_hash_covers_the_text_that_is_stored(make_order, make_note):
    (event,) = events.chain(events.START, [make_note(make_order())], lambda: "salt")

    assert event.text == chained_text(event, event.seq, event.previous, "")
    assert event.hash == codec.digest(event.text)


def test_each_personal_part_gets_its_own_salt(make_order, make_event, make_note):
    order = make_order()
    numbers = count()

    chained = events.chain(
        events.START,
        [make_event(order), make_note(order), make_event(order)],
        lambda: f"salt {next(numbers)}",
    )

    assert [event.salt for event in chained] == ["salt 0", None, "salt 1"]


def test_the_salt_keeps_equal_personal_parts_from_looking_equal(make_order, make_event):
    event = make_event(make_order())

    texts = {
        events.chain(events.START, [event], lambda salt=salt: salt)[0].text for salt in ("a", "b")
    }

    assert len(texts) == 2


def test_history_reads_back_what_was_written(connection, tenant, make_order, make_row):
    row = make_row(make_order())
    subjects.insert(connection, tenant, [row])

    (event,) = events.history(connection, tenant, row.subject.ref)

    assert event == _plain(row.events[0])


def test_history_can_begin_later_and_end_earlier(
    connection, tenant, make_order, make_row, make_note
):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    stored = subjects.load(connection, tenant, order.ref)
    notes = events.chain(stored.head, [make_note(order)] * 1, lambda: "salt")
    stored = subjects.append(connection, tenant, stored, notes)
    more = events.chain(
        stored.head, [attrs.evolve(make_note(order), body={"n": n}) for n in (1, 2)], lambda: "salt"
    )
    subjects.append(connection, tenant, stored, more)

    found = events.history(connection, tenant, order.ref, since=1, limit=2)

    assert [event.seq for event in found] == [2, 3]


def test_an_event_is_found_by_its_id_in_its_own_tenant(
    connection, tenant, make_order, make_row, make_note
):
    row = make_row(make_order())
    subjects.insert(connection, tenant, [row])
    id = row.events[0].id

    assert events.one(connection, tenant, id) == _plain(row.events[0])
    assert events.one(connection, "somebody-else", id) is None
    assert events.one(connection, tenant, uuid7(row.events[0].at)) is None


def test_erasing_personal_data_leaves_the_chain_valid(
    connection, tenant, make_order, make_row, make_note
):
    row = make_row(make_order())
    subjects.insert(connection, tenant, [row])

    events.erase_personal(connection, tenant, row.subject.ref)

    stored = subjects.load(connection, tenant, row.subject.ref)
    told = attrs.evolve(make_note(row.subject), name=ERASED)
    subjects.append(connection, tenant, stored, events.chain(stored.head, [told], lambda: "salt"))
    event, _ = events.history(connection, tenant, row.subject.ref)
    assert event.personal is None
    assert "Example Vendor" not in row.events[0].text
    assert verify(connection, tenant).ok


def _plain(chained):
    return Event(**{field.name: getattr(chained, field.name) for field in attrs.fields(Event)})
