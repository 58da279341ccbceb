"""Equal commands all at once, stale edits by the hundred, serializable transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy.exc import DBAPIError

from orderloom import Actor, Conflict, Grant, Query, Refused, SetOrder
from orderloom.store import idempotency

KEYS, COPIES = 40, 50
ANN = Actor("ann", (Grant("admin"),))


def _titles(site):
    with site.reader() as reader:
        return sorted(order.title for order in reader.find(Query(), limit=200).items)


def _placed(site, crew, key):
    def work(desk):
        return desk.place(crew.new_order(f"for {key}"), key=key)

    return site.loom.run(site.tenant, ANN, work)


def _storm(site, crew):
    keys = [f"key {number}" for number in range(KEYS)] * COPIES
    with ThreadPoolExecutor(16) as pool:
        return keys, list(pool.map(partial(_placed, site, crew), keys))


def test_fifty_equal_commands_for_each_of_forty_keys_place_forty_orders(site, crew):
    keys, orders = _storm(site, crew)

    answers = set(zip(keys, (order.id for order in orders), strict=True))
    assert len(answers) == KEYS
    assert _titles(site) == sorted(f"for {key}" for key in set(keys))


def test_a_key_used_again_for_something_else_is_refused_and_nothing_is_placed(site, crew):
    _placed(site, crew, "key 1")

    with pytest.raises(Refused) as refused, site.desk() as desk:
        desk.place(crew.new_order("something else"), key="key 1")

    assert refused.value.codes == ("idempotency.other_payload",)
    assert _titles(site) == ["for key 1"]


def test_without_the_insert_that_comes_first_every_copy_is_an_order(site, crew, monkeypatch):
    monkeypatch.setattr(idempotency, "begin", lambda *args: None)
    monkeypatch.setattr(idempotency, "finish", lambda *args: None)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(_placed, site, crew), ["key 1"] * 8))

    assert _titles(site) == ["for key 1"] * 8


def test_two_hundred_stale_edits_are_two_hundred_conflicts_with_both_values(site, crew):
    with site.desk() as desk:
        seen = desk.place(crew.new_order("as seen"))
    with site.desk() as desk:
        desk.edit(seen, SetOrder(title="as it is"))

    def edit(number):
        with pytest.raises(Conflict) as raised, site.desk() as desk:
            desk.edit(seen, SetOrder(title=f"edit {number}"))
        return raised.value

    with ThreadPoolExecutor(8) as pool:
        conflicts = list(pool.map(edit, range(200)))

    values = {(one.seen.title, one.current.title, one.retryable) for one in conflicts}
    assert values == {("as seen", "as it is", False)}
    assert _titles(site) == ["as it is"]


def test_an_edit_by_id_does_not_ask_what_was_seen(site, crew):
    """The same edits without the version that was seen all take effect: that is what protects."""
    with site.desk() as desk:
        order = desk.place(crew.new_order("as seen"))

    for number in range(3):
        with site.desk() as desk:
            desk.edit(order.id, SetOrder(title=f"edit {number}"))

    assert _titles(site) == ["edit 2"]


def _in_serializable_host(site, crew, barrier, number):
    """Both read the same before either writes, so that one of two has to do it all again."""
    attempts = 0
    engine = site.loom.engine.execution_options(isolation_level="SERIALIZABLE")
    while True:
        attempts += 1
        try:
            with (
                engine.begin() as connection,
                site.loom.join(connection, tenant=site.tenant, actor=ANN) as desk,
            ):
                known = len(desk.find(Query(), limit=200).items)
                if attempts == 1:
                    barrier.wait()
                desk.place(crew.new_order(f"number {known + 1}"))
            return attempts
        except (Conflict, DBAPIError) as error:
            if "serialize" not in f"{error} {error.__cause__}":
                raise


def test_serializable_transactions_that_are_tried_again_take_effect_once(site, crew):
    if site.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    both = Barrier(2, timeout=60)

    with ThreadPoolExecutor(2) as pool:
        attempts = list(pool.map(partial(_in_serializable_host, site, crew, both), range(2)))

    assert _titles(site) == ["number 1", "number 2"]
    assert sorted(attempts)[0] == 1
    assert sum(attempts) > 2


def test_without_serializable_both_would_have_counted_the_same(site, crew):
    if site.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    both = Barrier(2, timeout=60)

    def place(_):
        with site.desk() as desk:
            known = len(desk.find(Query(), limit=200).items)
            both.wait()
            desk.place(crew.new_order(f"number {known + 1}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(place, range(2)))

    assert _titles(site) == ["number 1", "number 1"]
