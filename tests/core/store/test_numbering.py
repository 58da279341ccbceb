"""Series have no gaps and no doubles."""

import threading

from orderloom.store.engine import writing
from orderloom.store.entering import enter
from orderloom.store.numbering import draw


def test_several_are_drawn_at_once_without_a_gap(connection, tenant):
    draw(connection, tenant, "rfq", "2026")

    first = draw(connection, tenant, "rfq", "2026", 5)

    assert first == 2
    assert draw(connection, tenant, "rfq", "2026") == 7


def test_a_series_counts_from_one(connection, tenant):
    drawn = [draw(connection, tenant, "rfq", "2026") for _ in range(3)]

    assert drawn == [1, 2, 3]


def test_each_period_series_and_tenant_counts_on_its_own(engine, tenant, other_tenant):
    with writing(engine, tenant) as connection:
        draw(connection, tenant, "rfq", "2026")

        others = [
            draw(connection, tenant, "rfq", "2027"),
            draw(connection, tenant, "invoice", "2026"),
        ]
        enter(connection, other_tenant)
        others.append(draw(connection, other_tenant, "rfq", "2026"))

    assert others == [1, 1, 1]


def test_a_rollback_returns_the_number(engine, tenant):
    with writing(engine, tenant) as connection:
        draw(connection, tenant, "rfq", "")
        connection.rollback()

    with writing(engine, tenant) as connection:
        assert draw(connection, tenant, "rfq", "") == 1


def test_many_writers_and_rollbacks_leave_no_gap(engine, tenant):
    kept = []

    def work():
        for step in range(12):
            try:
                with writing(engine, tenant) as connection:
                    number = draw(connection, tenant, "rfq", "2026")
                    if step % 4 == 3:
                        raise InterruptedError
                kept.append(number)
            except InterruptedError:
                continue

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kept) == list(range(1, 6 * 9 + 1))
