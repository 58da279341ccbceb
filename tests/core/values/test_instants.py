from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from orderloom.errors import Refused
from orderloom.values import date_of, instant_of, timezone_of

VIENNA_SUMMER = timezone(timedelta(hours=2))


def test_a_day_is_read_from_text_or_a_date():
    assert date_of("2027-03-31", "needed_by") == date(2027, 3, 31)
    assert date_of(date(2027, 3, 31), "needed_by") == date(2027, 3, 31)


@pytest.mark.parametrize(
    "value",
    [
        "2027-02-29",
        "31.03.2027",
        "20270331",
        "2027-W13-3",
        "2027-3-31",
        "２０２７-03-31",
        "2027-03-31T00:00",
        "0000-01-01",
        "",
        None,
        20270331,
        datetime(2027, 3, 31, tzinfo=UTC),
    ],
)
def test_what_is_not_a_day_is_refused(value):
    with pytest.raises(Refused) as refusal:
        date_of(value, "needed_by")

    assert refusal.value.codes == ("date.malformed",)


@pytest.mark.parametrize(
    "value",
    [
        datetime(2027, 3, 31, 14, tzinfo=VIENNA_SUMMER),
        "2027-03-31T14:00:00+02:00",
        "2027-03-31 14:00+0200",
        "2027-03-31T12:00:00Z",
        "2027-03-31T12:00:00.000Z",
    ],
)
def test_an_instant_is_answered_in_utc(value):
    instant = instant_of(value, "valid_until")

    assert instant == datetime(2027, 3, 31, 12, tzinfo=UTC)
    assert instant.tzinfo is UTC


@pytest.mark.parametrize("value", [datetime(2027, 3, 31, 14), "2027-03-31T14:00"])  # noqa: DTZ001 - naive on purpose
def test_an_instant_without_an_offset_is_refused(value):
    with pytest.raises(Refused) as refusal:
        instant_of(value, "valid_until")

    assert refusal.value.codes == ("instant.naive",)


@pytest.mark.parametrize(
    "value",
    [
        "now",
        "",
        None,
        1_800_000_000,
        date(2027, 3, 31),
        "2027-03-31",
        "2027-03-31T25:00:00Z",
        "2027-03-31T14:00:00+99:99",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
    ],
)
def test_what_is_not_an_instant_is_refused(value):
    with pytest.raises(Refused) as refusal:
        instant_of(value, "valid_until")

    assert refusal.value.codes == ("instant.malformed",)


def test_a_time_zone_is_found_by_its_name():
    assert timezone_of("Europe/Vienna", "timezone").key == "Europe/Vienna"


@pytest.mark.parametrize(
    "name", ["", "Vienna", "America", "../zone", "/etc/passwd", "a\x00b", "x" * 5000, None, 1]
)
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(Refused) as refusal:
        timezone_of(name, "timezone")

    assert refusal.value.codes == ("timezone.unknown",)


def test_a_misspelt_time_zone_names_the_nearest():
    with pytest.raises(Refused, match="such as Europe/Vienna"):
        timezone_of("europe/viena", "timezone")
