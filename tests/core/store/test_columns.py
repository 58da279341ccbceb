"""Column types mean the same on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import sqlalchemy as sa

from orderloom.errors import Refused
from orderloom.store import Instant, Scaled, key, split_sum
from orderloom.store.faults import translated

LARGEST = Decimal("999999999999.999999")


@pytest.fixture
def numbers(connection):
    return _table(connection, "ol_sample_numbers", Scaled)


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, Decimal("0.000001"), Decimal(0)])
def test_a_decimal_comes_out_exactly(connection, numbers, number):
    connection.execute(numbers.insert(), {"value": number})

    assert connection.scalar(sa.select(numbers.c.value)) == number


def test_a_decimal_with_seven_places_is_refused(connection, numbers):
    with pytest.raises(Refused) as raised, translated():
        connection.execute(numbers.insert(), {"value": Decimal("0.0000001")})

    assert raised.value.codes == ("decimal.too_long",)


def test_a_sum_beyond_64_bits_is_exact(connection, numbers):
    connection.execute(numbers.insert(), [{"value": LARGEST}] * 20)

    total = connection.scalar(sa.select(split_sum(numbers.c.value)))

    assert total == Decimal("19999999999999.99998")


def test_a_sum_of_mixed_signs_is_exact(connection, numbers):
    values = [Decimal("-1500.000001"), Decimal("2000.5"), Decimal("-2000.000002")]
    connection.execute(numbers.insert(), [{"value": value} for value in values])

    assert connection.scalar(sa.select(split_sum(numbers.c.value))) == Decimal("-1499.500003")


def test_a_sum_over_nothing_is_zero(connection, numbers):
    assert connection.scalar(sa.select(split_sum(numbers.c.value))) == 0


def test_an_instant_comes_out_aware_and_in_utc(connection):
    instants = _table(connection, "ol_sample_instants", Instant)
    noon_in_vienna = datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2)))
    connection.execute(instants.insert(), {"value": noon_in_vienna})

    found = connection.scalar(sa.select(instants.c.value))

    assert found == datetime(2026, 7, 1, 10, 0, 0, 5, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)


def test_instants_sort_by_time(connection):
    instants = _table(connection, "ol_sample_instants", Instant)
    start = datetime(2026, 7, 1, tzinfo=UTC)
    later = [start + timedelta(microseconds=step) for step in (1_000_000, 1, 0, 10)]
    connection.execute(instants.insert(), [{"value": value} for value in later])

    found = connection.scalars(sa.select(instants.c.value).order_by(instants.c.value)).all()

    assert found == sorted(later)


def test_a_naive_datetime_is_a_bug(connection):
    instants = _table(connection, "ol_sample_instants", Instant)

    with pytest.raises(sa.exc.StatementError, match="must be aware"):
        connection.execute(instants.insert(), {"value": datetime(2026, 7, 1)})  # noqa: DTZ001 - naive on purpose


def test_keys_sort_by_their_bytes(connection):
    keys = _table(connection, "ol_sample_keys", key(16))
    connection.execute(keys.insert(), [{"value": value} for value in ("b", "A", "ä", "a", "B")])

    found = connection.scalars(sa.select(keys.c.value).order_by(keys.c.value)).all()

    assert found == ["A", "B", "a", "b", "ä"]


def _table(connection, name, type_):
    table = sa.Table(name, sa.MetaData(), sa.Column("value", type_), prefixes=["TEMPORARY"])
    table.create(connection)
    return table
