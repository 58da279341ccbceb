"""Whatever is done to the history behind our back is found, and the place is named."""

import threading
from datetime import UTC, datetime

import attrs
import pytest
import sqlalchemy as sa

from orderloom.errors import Conflict
from orderloom.store import events, schema, seals, subjects
from orderloom.store.engine import writing
from orderloom.store.seals import seal
from orderloom.store.verify import Finding, verify

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVENTS, SUBJECTS, SEALS = schema.events, schema.subjects, schema.seals


@pytest.fixture
def orders(connection, tenant, make_order, make_row, make_note):
    """Three orders with three events each."""
    made = [make_order(number=f"RFQ-{n}") for n in (1, 2, 3)]
    subjects.insert(connection, tenant, [make_row(order) for order in made])
    for order in made:
        for _ in range(2):
            stored = subjects.load(connection, tenant, order.ref)
            note = events.chain(stored.head, [make_note(order)], lambda: "salt")
            subjects.append(connection, tenant, stored, note)
    return made


def test_an_untouched_history_is_sound(connection, tenant, orders):
    found = verify(connection, tenant)

    assert found.ok
    assert (found.checked, found.sealed, found.unsealed) == (9, 0, 9)


def test_a_seal_covers_what_was_not_sealed_yet(connection, tenant, orders, make_order, make_row):
    first = seal(connection, tenant, NOW)
    subjects.insert(connection, tenant, [make_row(make_order())])

    second = seal(connection, tenant, NOW)

    assert (first, second, seal(connection, tenant, NOW)) == (9, 1, 0)
    found = verify(connection, tenant)
    assert (found.ok, found.sealed, found.unsealed) == (True, 10, 0)


def test_a_long_backlog_is_sealed_in_parts(connection, tenant, orders):
    covered = []
    while number := seal(connection, tenant, NOW, limit=4):
        covered.append(number)

    assert sum(covered) == 9
    assert len(covered) > 1
    assert verify(connection, tenant).ok


def test_a_changed_event_is_named(connection, tenant, orders):
    text = sa.func.replace(EVENTS.c.text, "Call before", "Call after")
    connection.execute(_event(tenant, orders[1], 2).values(text=text))

    assert Finding("order RFQ-2, event 2", "its text was changed") in _findings(connection, tenant)


def test_an_event_changed_together_with_its_hash_is_named(connection, tenant, orders):
    _rewrite(connection, tenant, orders[1], 2)

    expected = Finding("order RFQ-2, event 3", "it does not follow from the event before it")
    assert expected in _findings(connection, tenant)


def test_a_rewritten_chain_contradicts_the_seal(connection, tenant, orders):
    seal(connection, tenant, NOW)
    hash = _rewrite(connection, tenant, orders[1], 3)
    connection.execute(_subject(tenant, orders[1]).values(head_hash=hash))

    assert _findings(connection, tenant) == [
        Finding("order RFQ-2, event 3", "it was sealed with another content")
    ]


def test_a_removed_event_is_named(connection, tenant, orders):
    connection.execute(_delete_event(tenant, orders[0], 2))

    assert _findings(connection, tenant) == [Finding("order RFQ-1, event 2", "it is gone")]


def test_two_swapped_events_are_named(connection, tenant, orders):
    """Their texts and hashes change places; the numbers stay."""
    rows = {
        seq: connection.execute(
            sa.select(EVENTS.c.text, EVENTS.c.hash).where(*_at(tenant, orders[2], seq))
        ).one()
        for seq in (2, 3)
    }
    for seq, other in ((2, 3), (3, 2)):
        connection.execute(_event(tenant, orders[2], seq).values(**rows[other]._asdict()))

    assert {str(finding) for finding in _findings(connection, tenant)} >= {
        "order RFQ-3, event 2: its text belongs to another event",
        "order RFQ-3, event 3: its text belongs to another event",
    }


def test_a_cut_tail_is_named(connection, tenant, orders):
    connection.execute(_delete_event(tenant, orders[0], 3))

    assert _findings(connection, tenant) == [
        Finding(
            "order RFQ-1, event 3", "the subject stands at event 3, the last one kept is 2"
        )
    ]  # fmt: skip


def test_a_tail_cut_together_with_the_head_is_named_by_the_seal(connection, tenant, orders):
    seal(connection, tenant, NOW)
    hash = connection.scalar(sa.select(EVENTS.c.hash).where(*_at(tenant, orders[0], 2)))
    connection.execute(_delete_event(tenant, orders[0], 3))
    connection.execute(_subject(tenant, orders[0]).values(head_seq=2, head_hash=hash))

    assert _findings(connection, tenant) == [Finding("order RFQ-1, event 3", "it is gone")]


def test_a_removed_subject_is_named_by_the_seal(connection, tenant, orders):
    seal(connection, tenant, NOW)
    _remove(connection, tenant, orders[1])

    assert _findings(connection, tenant) == [
        Finding(f"order {orders[1].id}", "it is gone, with 3 sealed events")
    ]


def test_an_order_changed_without_an_event_is_named(connection, tenant, orders):
    connection.execute(_subject(tenant, orders[2]).values(title="Something else"))

    assert _findings(connection, tenant) == [
        Finding("order RFQ-3", "differs from what its events say: title")
    ]


def test_a_line_changed_without_an_event_is_named(connection, tenant, orders):
    line = schema.lines
    connection.execute(
        line.update().where(line.c.tenant_id == tenant, line.c.id == orders[0].lines[0].id)
        .values(name="Golden chair")
    )  # fmt: skip

    assert _findings(connection, tenant) == [
        Finding("order RFQ-1", "differs from what its events say: lines")
    ]


def test_a_changed_personal_part_is_named(connection, tenant, orders):
    connection.execute(_event(tenant, orders[0], 1).values(personal='{"remarks":"mine"}'))

    expected = Finding("order RFQ-1, event 1", "its personal part was changed")
    assert expected in _findings(connection, tenant)


def test_a_changed_seal_is_named(connection, tenant, orders):
    seal(connection, tenant, NOW)
    connection.execute(SEALS.update().where(SEALS.c.tenant_id == tenant).values(heads="[]"))

    assert Finding("seal 1", "it was changed") in _findings(connection, tenant)


def test_a_removed_seal_is_named(connection, tenant, orders):
    while seal(connection, tenant, NOW, limit=4):
        pass
    connection.execute(SEALS.delete().where(SEALS.c.tenant_id == tenant, SEALS.c.seq == 1))

    assert Finding("seal 2", "seal 1 before it is gone") in _findings(connection, tenant)


def test_an_event_passed_off_as_sealed_is_named(connection, tenant, orders):
    connection.execute(_event(tenant, orders[0], 3).values(seal=1))

    assert _findings(connection, tenant) == [
        Finding("order RFQ-1, event 3", "seal 1 does not cover it")
    ]


def test_a_move_without_a_record_is_no_difference(connection, tenant, orders, make_note):
    stored = subjects.load(connection, tenant, orders[0].ref)
    moved = attrs.evolve(stored.subject, version=2, status="sent")
    move = attrs.evolve(make_note(moved), name="moved", target="sent")
    chained = events.chain(stored.head, [move], lambda: "salt")
    subjects.update(
        connection, tenant, stored, moved, chained, stage="open", search="", fields={}
    )  # fmt: skip

    assert verify(connection, tenant).ok


def test_another_tenants_history_is_left_alone(connection, tenant, orders):
    found = verify(connection, "somebody-else")

    assert (found.ok, found.checked) == (True, 0)


def test_seals_follow_from_one_another(connection, tenant, orders):
    while seal(connection, tenant, NOW, limit=4):
        pass

    first, second, *_ = seals.sealed(connection, tenant)

    assert (first.previous, second.previous) == ("", first.hash)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_the_slower_of_two_sealers_is_told_to_try_again(engine, tenant, make_order, make_row):
    with writing(engine, tenant) as connection:
        subjects.insert(connection, tenant, [make_row(make_order())])
    waits, told = threading.Event(), []

    def slower():
        with writing(engine, tenant) as connection:
            sa.event.listen(
                connection, "before_cursor_execute",
                lambda *given: waits.set() if given[2].startswith("UPDATE") else None,
            )  # fmt: skip
            try:
                seal(connection, tenant, NOW)
            except Conflict as conflict:
                told.append(conflict.retryable)

    thread = threading.Thread(target=slower)
    with writing(engine, tenant) as connection:
        seal(connection, tenant, NOW)
        thread.start()
        waits.wait(timeout=30)
    thread.join()

    assert told == [True]


def _findings(connection, tenant):
    return list(verify(connection, tenant).findings)


def _at(tenant, order, seq):
    return (
        EVENTS.c.tenant_id == tenant, EVENTS.c.subject_id == order.id, EVENTS.c.seq == seq
    )  # fmt: skip


def _event(tenant, order, seq):
    return EVENTS.update().where(*_at(tenant, order, seq))


def _delete_event(tenant, order, seq):
    return EVENTS.delete().where(*_at(tenant, order, seq))


def _subject(tenant, order):
    return SUBJECTS.update().where(SUBJECTS.c.tenant_id == tenant, SUBJECTS.c.id == order.id)


def _rewrite(connection, tenant, order, seq):
    """Change an event as someone would who knows how hashes are made."""
    text = connection.scalar(sa.select(EVENTS.c.text).where(*_at(tenant, order, seq)))
    changed = text.replace("Call before", "Call after")
    hash = events.codec.digest(changed)
    connection.execute(_event(tenant, order, seq).values(text=changed, hash=hash))
    return hash


def _remove(connection, tenant, order):
    for table, column in (
        (EVENTS, EVENTS.c.subject_id),
        (schema.lines, schema.lines.c.subject_id),
        (SUBJECTS, SUBJECTS.c.id),
    ):
        connection.execute(table.delete().where(table.c.tenant_id == tenant, column == order.id))
