import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.orders import codec
from orderloom.orders.order import Order


@attrs.frozen
class Record:
    number: Decimal
    on: date
    at: datetime
    id: UUID
    name: str = ""
    pairs: tuple[tuple[str, Decimal], ...] = ()


RECORD = Record(
    Decimal("1.50"),
    date(2026, 7, 1),
    datetime(2026, 7, 1, 12, tzinfo=UTC),
    UUID(int=5),
    pairs=(("received", Decimal(5)),),
)


def test_a_record_is_plain_text_numbers_included():
    assert codec.dumps(codec.to_plain(RECORD)) == (
        '{"at":"2026-07-01T12:00:00+00:00","id":"00000000-0000-0000-0000-000000000005",'
        '"number":"1.5","on":"2026-07-01","pairs":[["received","5"]]}'
    )


def test_reading_and_writing_again_changes_nothing():
    text = codec.dumps(codec.to_plain(RECORD))

    again = codec.from_plain(Record, codec.loads(text))

    assert again == RECORD
    assert codec.dumps(codec.to_plain(again)) == text


def test_an_order_comes_back_equal(order):
    assert codec.from_plain(Order, codec.loads(codec.dumps(codec.to_plain(order)))) == order


def test_a_number_with_a_fraction_is_not_read():
    with pytest.raises(ValueError, match="must be written as text"):
        codec.loads('{"a":1.5}')


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON)
def test_canonical_text_is_the_same_with_orjson_and_without(raw):
    pytest.importorskip("orjson")

    assert codec.dumps(raw) == json.dumps(
        raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


@pytest.mark.parametrize("value", [datetime(2026, 7, 1, tzinfo=UTC), RECORD, object()])
def test_what_is_no_json_is_not_written(value):
    with pytest.raises(TypeError):
        codec.dumps({"value": value})


@given(_JSON)
def test_canonical_text_is_a_fixed_point(raw):
    text = codec.dumps(raw)

    assert codec.dumps(codec.loads(text)) == text
