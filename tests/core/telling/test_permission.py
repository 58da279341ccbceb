"""Who may be told need not be let in: a right of its own to be told."""

import attrs
import pytest

from orderloom import Forbidden, NotFound, OrderloomError

CY = "Cy <cy@buyer.example>"


@pytest.fixture
def notifications(notifications):
    """What the toy tells, to those who may be told."""
    return tuple(attrs.evolve(one, permission="tell.order.told") for one in notifications)


@pytest.fixture
def subscriber(toy, make_user):
    """Lets somebody be told of the orders of a party, and nothing else."""

    def save(id="cy", party="b1", **more):
        parts = {"name": id.title(), "email": f"{id}@buyer.example", "role": "tell.subscriber"}
        with toy.desk() as desk:
            desk.directory.save_user(make_user(id, party, **(parts | more)))

    return save


@pytest.fixture
def told(work, mails):
    """To whom mail went."""

    def send():
        work()
        return {to for to, _ in mails()}

    return send


def test_a_subscriber_is_mailed_what_he_may_not_open(toy, placed, told, subscriber, acting, box):
    subscriber()

    order = placed()

    assert CY in told()
    assert box("cy").titles == []
    with toy.reader(acting("cy")) as reader, pytest.raises(OrderloomError) as error:
        reader.get(order.ref)
    assert isinstance(error.value, NotFound | Forbidden)


def test_whoever_may_read_too_has_it_in_his_inbox(placed, told, box):
    placed()

    assert told() == {"Bo <bo@buyer.example>"}
    assert box("bo").unread == 1


def test_a_subscriber_can_be_muted(placed, told, subscriber, wish):
    subscriber()
    wish("ann", "tell.orders", "off", user="cy")
    placed()

    assert told() == {"Bo <bo@buyer.example>"}


def test_his_mails_of_a_day_become_one(placed, work, mails, subscriber, wish):
    subscriber()
    wish("bo", "*", "off")
    wish("ann", "tell.orders", "daily", user="cy")
    placed("One")
    placed("Two")

    assert work() == []
    assert work(hours=19) == [("digest", "2"), ("mail", "sent")]
    assert mails() == [(CY, "2 messages from Example Festivals")]


def test_a_digest_looks_again_for_the_right_to_be_told(toy, placed, work, mails, subscriber, wish):
    subscriber()
    wish("bo", "*", "off")
    wish("ann", "tell.orders", "hourly", user="cy")
    placed()
    with toy.desk() as desk:
        desk.directory.revoke("cy", "tell.subscriber@party:b1")

    assert work(hours=1) == [("digest", "1")]
    assert mails() == []


def test_a_digest_looks_again_at_the_status(toy, placed, work, mails, subscriber, wish):
    subscriber("di", "v1")
    for one in ("bo", "vi"):
        wish(one, "*", "off")
    wish("ann", "tell.orders", "hourly", user="di")
    toy.perform(placed(), "approve", "recall")

    assert work(hours=1) == [("digest", "1")]
    assert mails() == []


def test_a_status_of_the_other_side_is_not_told(toy, placed, told, subscriber):
    subscriber("di", "v1")

    order = placed()
    assert told() == {"Bo <bo@buyer.example>"}

    toy.perform(order, "approve")
    assert "Di <di@buyer.example>" in told()


def test_the_right_to_read_is_not_the_right_to_be_told(placed, told, subscriber, box):
    subscriber(role="tell.reader")
    placed()

    assert CY not in told()
    assert box("cy").titles == []


def test_whoever_has_neither_right_there_hears_nothing(placed, told, subscriber):
    subscriber("cy", "v2")
    subscriber("di", "b1", active=False)
    placed()

    assert told() == {"Bo <bo@buyer.example>"}


def test_who_has_no_address_and_may_not_open_it_is_passed_over(placed, told, subscriber):
    subscriber(email="")
    placed()

    assert told() == {"Bo <bo@buyer.example>"}
