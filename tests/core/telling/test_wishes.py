"""What users want to hear of."""

import pytest

from orderloom import Forbidden, NotFound, Refused
from orderloom.tenants import tenant_ref


def test_a_topic_that_is_off_is_not_told_on_that_channel(placed, work, wish, box):
    wish("bo", "tell.orders", "off")
    placed()

    assert work() == []
    assert box("bo").unread == 1


def test_the_inbox_can_be_off_by_itself(placed, work, wish, box):
    wish("bo", "tell.orders", "off", channel="inbox")
    placed()

    assert work() == [("mail", "sent")]
    assert box("bo").titles == []


def test_others_hear_as_before(toy, placed, work, wish, mails):
    wish("bo", "*", "off")
    toy.perform(placed(), "approve")
    work()

    assert [to for to, _ in mails()] == ["Vi <vi@vendor.example>"]


def test_what_is_mandatory_cannot_be_turned_off(toy, placed, work, wish, mails):
    with pytest.raises(Refused) as refusal:
        wish("bo", "tell.alarms", "off")
    wish("bo", "*", "off")
    wish("bo", "*", "off", channel="inbox")
    toy.perform(placed(), "approve", "finish")
    work()

    assert refusal.value.codes == ("wish.mandatory",)
    assert ("Bo <bo@buyer.example>", "Terrace está Done") in mails()


def test_the_tenant_says_what_holds_for_all_who_say_nothing(toy, placed, work, wish, mails):
    wish("ann", "tell.orders", "off", user="")
    wish("bo", "tell.orders", "now")
    toy.perform(placed(), "approve")
    work()

    assert {to for to, _ in mails()} == {"Bo <bo@buyer.example>"}


def test_a_wish_can_be_taken_back(placed, work, wish):
    wish("bo", "tell.orders", "off")
    wish("bo", "tell.orders", "default")
    placed()

    assert work() == [("mail", "sent")]


def test_everybody_speaks_for_himself_and_an_admin_for_all(toy, wish, acting):
    with pytest.raises(Forbidden):
        wish("bo", "tell.orders", "off", user="vi")
    with pytest.raises(Forbidden):
        wish("bo", "tell.orders", "off", user="")
    with toy.desk(acting("bo")) as desk, pytest.raises(Forbidden):
        desk.notifications.wishes("vi")
    wish("ann", "tell.orders", "off", user="vi")

    with toy.desk(acting("vi")) as desk:
        wishes = desk.notifications.wishes()
        assert [(one.topic, one.channel, one.how) for one in wishes] == [
            ("toy.sent", "mail", "now"),
            ("tell.orders", "mail", "off"),
            ("tell.orders", "inbox", "now"),
            ("tell.alarms", "mail", "now"),
            ("tell.alarms", "inbox", "now"),
        ]


def test_nobody_wishes_for_a_user_there_is_not(wish):
    with pytest.raises(NotFound, match="nobody"):
        wish("ann", "tell.orders", "off", user="nobody")


@pytest.mark.parametrize(
    ("topic", "how", "channel", "code"),
    [
        ("tell.order", "off", "mail", "wish.topic"),
        ("tell.orders", "never", "mail", "wish.how"),
        ("tell.orders", "off", "pigeon", "wish.channel"),
        ("tell.orders", "daily", "inbox", "wish.how"),
    ],
)
def test_a_wish_that_would_change_nothing_is_refused(wish, topic, how, channel, code):
    with pytest.raises(Refused) as refusal:
        wish("bo", topic, how, channel=channel)

    assert refusal.value.codes == (code,)


def test_a_wish_is_an_event_of_the_tenant(toy, wish):
    wish("bo", "tell.orders", "off")
    wish("bo", "tell.orders", "off")  # nothing new

    with toy.reader() as reader:
        told = reader.history(tenant_ref(toy.tenant))
    wishes = [one for one in told if one.body.get("what") == "wish"]
    assert [(one.actor, one.body["id"], one.body["changed"]) for one in wishes] == [
        ("bo", "bo", {"tell.orders mail": ["default", "off"]})
    ]
