from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orderloom.errors import Refused
from orderloom.notify.wishes import DAILY, HOURLY, NOW, OFF, Wish, Wishes, check_wish, due_at


def _at(*parts):
    return datetime(2027, 3, *parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wished", "how"),
    [
        ({}, NOW),
        ({("", "*", "mail"): OFF}, OFF),
        ({("", "*", "mail"): OFF, ("", "orders", "mail"): DAILY}, DAILY),
        ({("", "orders", "mail"): DAILY, ("bo", "*", "mail"): HOURLY}, HOURLY),
        ({("bo", "*", "mail"): OFF, ("bo", "orders", "mail"): NOW}, NOW),
        ({("bo", "orders", "inbox"): OFF, ("cy", "orders", "mail"): OFF}, NOW),
    ],
)
def test_the_users_own_word_comes_first_and_the_topics_before_all(wished, how):
    assert Wishes(wished).how("bo", "orders", "mail") == how


@pytest.mark.parametrize(
    ("how", "zone", "at", "due"),
    [
        (NOW, "UTC", _at(1, 12, 20), _at(1, 12, 20)),
        (HOURLY, "UTC", _at(1, 12, 20), _at(1, 13)),
        (HOURLY, "UTC", _at(1, 12), _at(1, 13)),
        (HOURLY, "Asia/Kolkata", _at(1, 12, 20), _at(1, 12, 30)),  # 17:50 there, full at 18:00
        (DAILY, "UTC", _at(1, 6, 59), _at(1, 7)),
        (DAILY, "UTC", _at(1, 7), _at(2, 7)),
        (DAILY, "Europe/Madrid", _at(27, 12), _at(28, 5)),  # clocks go forward that night
        (DAILY, "America/New_York", _at(1, 3), _at(1, 12)),  # still the evening before there
    ],
)
def test_a_digest_is_due_when_the_tenants_hour_or_day_is_full(how, zone, at, due):
    assert due_at(how, at, zone) == due


def test_a_wish_is_for_a_channel_and_a_way_there_are():
    with pytest.raises(Refused) as refusal:
        check_wish(Wish("bo", "orders", "pigeon", "never"))

    assert refusal.value.codes == ("wish.channel", "wish.how")


def test_inboxes_are_not_gathered():
    with pytest.raises(Refused) as refusal:
        check_wish(Wish("bo", "orders", "inbox", DAILY))

    assert refusal.value.codes == ("wish.how",)
