"""A keyed command takes effect once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from orderloom.errors import Refused
from orderloom.store import idempotency
from orderloom.store.engine import writing
from orderloom.store.entering import enter

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_new_key_is_to_be_carried_out(connection, tenant):
    assert _begin(connection, tenant) is None


def test_a_finished_key_answers_its_result(connection, tenant):
    _begin(connection, tenant)
    idempotency.finish(connection, tenant, "kim", "k1", '{"id":1}')

    assert _begin(connection, tenant) == '{"id":1}'


def test_a_key_with_another_payload_is_refused(connection, tenant):
    _begin(connection, tenant)

    with pytest.raises(Refused, match="k1") as raised:
        _begin(connection, tenant, digest="another")

    assert raised.value.codes == ("idempotency.other_payload",)


def test_keys_belong_to_one_actor_of_one_tenant(engine, tenant, other_tenant):
    with writing(engine, tenant) as connection:
        _begin(connection, tenant)

        assert _begin(connection, tenant, actor="robin") is None
        enter(connection, other_tenant)
        assert _begin(connection, other_tenant) is None


def test_what_was_rolled_back_never_was(engine, tenant):
    with writing(engine, tenant) as connection:
        _begin(connection, tenant)
        connection.rollback()

    with writing(engine, tenant) as connection:
        assert _begin(connection, tenant) is None


def test_a_key_given_back_is_new(connection, tenant):
    _begin(connection, tenant)

    idempotency.forget(connection, tenant, "kim", "k1")

    assert _begin(connection, tenant, digest="another") is None


def test_a_storm_of_equal_commands_takes_effect_once(engine, tenant):
    answers, effects = [], []

    def work(number):
        with writing(engine, tenant) as connection:
            known = _begin(connection, tenant)
            if known is None:
                effects.append(number)
                known = f"result {number}"
                idempotency.finish(connection, tenant, "kim", "k1", known)
            answers.append(known)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(effects) == 1
    assert answers == [f"result {effects[0]}"] * 8


def test_old_keys_are_purged(connection, tenant):
    _begin(connection, tenant)
    idempotency.begin(connection, tenant, "kim", "k2", "d", NOW + timedelta(days=1))

    purged = idempotency.purge(connection, tenant, NOW + timedelta(hours=1))

    assert purged == 1
    assert _begin(connection, tenant, digest="another") is None


def _begin(connection, tenant, *, actor="kim", digest="digest"):
    return idempotency.begin(connection, tenant, actor, "k1", digest, NOW)
