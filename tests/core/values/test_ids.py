from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orderloom.errors import Refused
from orderloom.values import id_of, uuid7

# RFC 9562, appendix A.6: Tuesday, February 22, 2022 2:22:22.00 PM GMT-05:00
RFC_INSTANT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
RFC_RANDOM = ((0xCC3 << 62) | 0x18C4DC0C0C07398F).to_bytes(10, "big")


def test_the_example_of_the_rfc_is_reproduced():
    made = uuid7(RFC_INSTANT, RFC_RANDOM)

    assert made == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


def test_version_and_variant_hold_whatever_the_random_bytes_are():
    made = uuid7(RFC_INSTANT, b"\xff" * 10)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_of_one_millisecond_ascend():
    made = [uuid7(RFC_INSTANT) for _ in range(10_000)]

    assert made == sorted(set(made))


def test_ids_of_threads_are_distinct_and_ascend_within_each():
    def batch(_):
        return [uuid7(RFC_INSTANT) for _ in range(2_000)]

    with ThreadPoolExecutor(4) as pool:
        batches = list(pool.map(batch, range(4)))

    assert all(made == sorted(made) for made in batches)
    assert len({one for made in batches for one in made}) == 8_000


def test_a_later_millisecond_sorts_after_an_earlier_one():
    earlier = uuid7(RFC_INSTANT)
    later = uuid7(RFC_INSTANT + timedelta(milliseconds=1))

    assert earlier < later


def test_an_id_carries_the_millisecond_of_its_instant_even_if_the_clock_went_back():
    uuid7(RFC_INSTANT + timedelta(days=1))

    made = uuid7(RFC_INSTANT)

    assert made.int >> 80 == 1_645_557_742_000


def test_given_random_bytes_take_no_step_of_the_counter():
    assert uuid7(RFC_INSTANT, RFC_RANDOM) == uuid7(RFC_INSTANT, RFC_RANDOM)


def test_an_id_is_read_from_its_text_in_any_case():
    text = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"

    assert id_of(text, "order") == id_of(UUID(text), "order") == UUID(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "PO-17",
        None,
        7,
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n",
    ],
)
def test_a_malformed_id_is_refused(value):
    with pytest.raises(Refused) as refusal:
        id_of(value, "order")

    assert refusal.value.codes == ("id.malformed",)
