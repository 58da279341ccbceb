import json
from datetime import date

import pytest
import sqlalchemy as sa

from orderloom import Contact, Delivery, Forbidden, Party, Upload
from orderloom.store.engine import reading
from orderloom.store.schema import deliveries, inbox
from orderloom.worker import Worker
from orderloom_supplier.demo.cast import shipped

OUTLET = {
    "desk@cafe.example", "outlet_admin@cafe.example", "outlet_manager@cafe.example",
    "outlet_finance@cafe.example", "outlet_subscriber@cafe.example",
}  # fmt: skip
SUPPLIER = {
    "desk@dairy.example", "supplier_admin@dairy.example", "supplier_manager@dairy.example",
}  # fmt: skip


def _owed(market, order):
    columns = (deliveries.c.source, deliveries.c.recipient, deliveries.c.payload)
    chosen = sa.select(*columns).where(
        deliveries.c.subject_id == order.id, deliveries.c.channel == "mail"
    )
    with reading(market.loom.engine, market.tenant) as connection:
        rows = [tuple(row) for row in connection.execute(chosen)]
    return [
        (source, recipient, payload if isinstance(payload, dict) else json.loads(payload))
        for source, recipient, payload in rows
    ]


def _mailed(market, order, key):
    return {to for source, to, _ in _owed(market, order) if source == f"supplier.{key}"}


def _letter(market, order, key):
    return next(one for source, _, one in _owed(market, order) if source == f"supplier.{key}")


def test_the_supplier_is_told_of_a_new_order_and_nobody_else(market):
    order = market.order()

    assert {(source, to) for source, to, _ in _owed(market, order)} == {
        ("supplier.pending", to) for to in SUPPLIER
    }


@pytest.mark.parametrize(
    ("status", "key", "whom"),
    [
        ("accepted", "accept_whole", OUTLET),
        ("partially_accepted", "accept_in_part", OUTLET),
        ("scheduled", "schedule", OUTLET | {"outlet_receiver@cafe.example"}),
        ("declined", "decline", OUTLET),
        ("abandoned", "abandon", SUPPLIER),
        ("completed", "complete_finance", {"outlet_finance@cafe.example"}),
        ("in_dispute", "dispute", SUPPLIER),
        ("in_dispute", "dispute_finance", {"outlet_finance@cafe.example"}),
        ("completed_after_dispute", "resolve_finance", {"outlet_finance@cafe.example"}),
    ],
)
def test_each_step_is_told_to_those_it_concerns(market, status, key, whom):
    order = market.in_status(status)

    assert _mailed(market, order, key) == whom


def test_whoever_placed_it_is_told_although_he_is_only_an_orderer(market):
    order = market.order(by=market.who("outlet_orderer", "cafe"))

    market.do(order, "decline", {"note": "Sold out."})

    assert _mailed(market, order, "decline") == OUTLET | {"outlet_orderer@cafe.example"}


@pytest.mark.parametrize(
    ("status", "key", "kinds"),
    [
        ("scheduled", "schedule", {"desk", "owner", "ordering", "subscriber"}),
        ("completed", "complete_finance", {"finance"}),
    ],
)
def test_contacts_are_told_by_what_they_are_for(market, status, key, kinds):
    contacts = [Contact("Desk", email="desk@cafe.example")]
    contacts += [Contact("Another desk", email="other@cafe.example")]
    contacts += [
        Contact(kind, email=f"{kind}@cafe.example", kind=kind)
        for kind in ("owner", "ordering", "finance", "subscriber")
    ]
    with market.desk() as desk:
        desk.directory.save_party(Party("cafe", "Sample Cafe", roles={"outlet"}, contacts=contacts))

    told = _mailed(market, market.in_status(status), key)

    names = {"desk", "other", "owner", "ordering", "finance", "subscriber"}
    assert {one for one in names if f"{one}@cafe.example" in told} == kinds


def _wish(market, user, how, topic="supplier.declined", channel="mail"):
    with market.desk() as desk:
        desk.notifications.wish(topic, how, user=user, channel=channel)


def test_a_subscriber_can_be_muted(market):
    _wish(market, "outlet_subscriber.cafe", "off")

    order = market.in_status("declined")

    assert _mailed(market, order, "decline") == OUTLET - {"outlet_subscriber@cafe.example"}


def test_a_subscriber_can_have_the_mails_of_a_day_in_one(market):
    _wish(market, "outlet_subscriber.cafe", "daily")
    first, second = market.in_status("declined"), market.in_status("declined")
    subscriber = "outlet_subscriber@cafe.example"

    market.clock.move(hours=19)
    done = Worker(market.loom).once(tenant=market.tenant)

    assert [one.outcome for one in done if (one.what, one.about) == ("digest", subscriber)] == ["2"]
    sent = [one.about for one in done if one.what == "mail"]
    assert sent.count(subscriber) == 1
    assert not {subscriber} & (
        _mailed(market, first, "decline") | _mailed(market, second, "decline")
    )


def test_a_subscriber_is_not_told_in_an_inbox_nor_let_in(market):
    subscriber = market.who("outlet_subscriber", "cafe")
    order = market.in_status("declined")

    with market.reader(subscriber) as reader:
        assert reader.inbox().items == ()
        with pytest.raises(Forbidden):
            reader.count()
    assert "outlet_subscriber@cafe.example" in _mailed(market, order, "decline")


def test_a_subscriber_without_an_address_stops_no_supplier(market):
    from attrs import evolve

    with market.desk() as desk:
        user = desk.directory.user("outlet_subscriber.cafe")
        desk.directory.save_user(evolve(user, email=""))

    order = market.in_status("declined")

    assert _mailed(market, order, "decline") == OUTLET - {"outlet_subscriber@cafe.example"}


def test_a_subscriber_of_another_outlet_hears_nothing(market):
    order = market.in_status("declined")

    assert not any(to.endswith("@bistro.example") for _, to, _ in _owed(market, order))


def test_users_find_it_in_their_inbox_too(market):
    order = market.in_status("declined")

    told = sa.select(inbox.c.user_id).where(
        inbox.c.subject_id == order.id, inbox.c.source == "supplier.decline"
    )
    with reading(market.loom.engine, market.tenant) as connection:
        users = set(connection.execute(told).scalars())

    assert users == {"outlet_admin.cafe", "outlet_manager.cafe", "outlet_finance.cafe"}


@pytest.mark.parametrize(
    ("strike", "key", "said"),
    [((), "whole", "accepted"), ((1,), "in_part", "accepted in part")],
)
def test_accepting_and_scheduling_is_told_once(market, strike, key, said):
    options = {"strike": strike, "tomorrow": True}

    order = market.do(market.order(), "accept_and_schedule", options)

    told = [to for source, to, _ in _owed(market, order) if "accept_and" in source]
    assert sorted(told) == sorted(OUTLET | {"outlet_receiver@cafe.example"})
    letter = _letter(market, order, f"accept_and_schedule_{key}")
    assert letter["subject"] == f"Order {order.number}: {said}, delivery on July 2, 2026"


def test_a_new_day_is_told_with_the_one_it_replaces(market):
    order = market.do(market.in_status("scheduled"), "reschedule", {"on": "2026-07-09"})

    letter = _letter(market, order, "reschedule")
    assert letter["subject"] == f"Order {order.number}: delivery moved to July 9, 2026"
    assert "on July 9, 2026, not on July 1, 2026." in letter["text"]


def test_a_new_order_is_told_with_all_it_takes_to_answer_it(market):
    order = market.order(remarks="Ring twice.", delivery=Delivery(on=date(2026, 7, 3)))

    text = _letter(market, order, "pending")["text"]

    assert "12 × Milk\n2 × Bread\n" in text
    assert "\nRing twice.\n" in text
    assert "Wanted for: July 3, 2026" in text
    assert f"orderloom order do {order.number} accept" in text


def test_of_a_long_order_ten_items_are_told_and_how_many_more(market):
    order = market.order(*[("bread", quantity) for quantity in range(1, 13)])

    text = _letter(market, order, "pending")["text"]

    assert "10 × Bread\n… (+2)\n" in text
    assert "11 × Bread" not in text


def test_an_order_that_waits_is_told_with_what_is_ordered_and_how_to_approve_it(market):
    order = market.held()

    text = _letter(market, order, "held")["text"]

    assert "12 × Milk\n2 × Bread\n" in text
    assert "Wanted for: –" in text
    assert f"orderloom approvals approve {order.id}" in text


def test_a_dispute_names_its_images_and_how_to_see_them(market):
    image = Upload("image", "sour.png", shipped("crate.png"))

    order = market.do(market.in_status("completed"), "dispute", files=[image])

    letter = _letter(market, order, "dispute_with_images")
    assert "Images: sour.png" in letter["text"]
    assert f"orderloom order files {order.number}" in letter["text"]
    assert _mailed(market, order, "dispute_with_images") == SUPPLIER
    assert _mailed(market, order, "dispute") == set()


@pytest.mark.parametrize(
    ("options", "key", "said"),
    [
        ({"action_needed": True}, "flagged", "action needed before it is paid"),
        ({"action_needed": True, "exclude": [1]}, "flagged", "action needed before it is paid"),
        ({"exclude": [1]}, "short", "not all of it arrived"),
    ],
)
def test_what_is_not_as_it_should_be_is_not_told_to_be_paid(market, options, key, said):
    order = market.do(market.in_status("accepted"), "complete", options)

    letter = _letter(market, order, f"complete_finance_{key}")
    assert letter["subject"] == f"Order {order.number} from Sample Dairy: {said}"
    assert ("Missing: Milk" in letter["text"]) == ("exclude" in options)
    assert not any("may be paid" in one["subject"] for _, _, one in _owed(market, order))


def test_what_the_supplier_struck_is_not_missing(market):
    order = market.do(market.in_status("partially_accepted"), "complete")

    assert _mailed(market, order, "complete_finance") == {"outlet_finance@cafe.example"}


def test_a_partial_acceptance_says_what_is_not_delivered(market):
    options = {"strike": [2], "reduce": [{"line": 1, "quantity": 6}], "note": "Sorry."}

    order = market.do(market.order(), "accept", options)

    letter = _letter(market, order, "accept_in_part")
    assert "Not delivered: Milk (6 / 12), Bread" in letter["text"]
    assert "Sorry." in letter["text"]


def test_the_note_of_a_dispute_reaches_the_supplier(market):
    order = market.do(market.in_status("completed"), "dispute", {"note": "Half of it is sour."})

    assert "Half of it is sour." in _letter(market, order, "dispute")["text"]


def test_an_order_on_behalf_is_told_to_the_outlet_and_not_as_a_new_one(market):
    order = market.order(action="place_on_behalf")

    assert _mailed(market, order, "place_on_behalf") == OUTLET
    assert _mailed(market, order, "pending") == set()


IN_TWO_LEVELS = """
[[rule]]
name = "Two look at it."
type = "supplier.order"
actions = ["place"]
roles = ["supplier.outlet_orderer"]

[[rule.approvers]]
role = "supplier.outlet_manager"
scope = "buyer"
escalate_hours = 24
escalate_role = "supplier.outlet_finance"

[[rule.approvers]]
role = "supplier.outlet_admin"
scope = "buyer"
level = 2
"""


def test_each_level_is_asked_when_its_turn_comes_and_an_escalation_asks_more(market):
    with market.desk() as desk:
        desk.approvals.set_policy(IN_TWO_LEVELS)
    order = market.order(by=market.who("outlet_orderer", "cafe"))
    first = _mailed(market, order, "held")

    market.clock.move(hours=24)
    Worker(market.loom).once(tenant=market.tenant)
    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        desk.approve(order.id)

    assert first == {"outlet_manager@cafe.example"}
    assert _mailed(market, order, "escalated") == {"outlet_finance@cafe.example"}
    assert "outlet_admin@cafe.example" in _mailed(market, order, "next_level")
    assert "outlet_manager@cafe.example" not in _mailed(market, order, "next_level")
    assert market.now(order).status == "needs_approval"


def test_the_messages_are_written_in_spanish_too(market):
    from attrs import evolve

    with market.desk() as desk:
        user = desk.directory.user("supplier_admin.dairy")
        desk.directory.save_user(evolve(user, language="es"))

    order = market.order()

    letters = {to: one for _, to, one in _owed(market, order)}
    assert letters["supplier_admin@dairy.example"]["subject"] == (
        f"Pedido {order.number} de Sample Cafe"
    )
    assert "20,40" in letters["supplier_admin@dairy.example"]["text"]


def test_every_text_has_its_translation():
    from importlib.resources import files

    from babel.messages.pofile import read_po

    from orderloom_supplier.lifecycle import ORDERS
    from orderloom_supplier.notifications import NOTIFICATIONS

    with files("orderloom_supplier").joinpath("locale/es.po").open("rb") as file:
        known = {one.id for one in read_po(file, locale="es") if one.string}
    wanted = {text for one in NOTIFICATIONS for text in (one.template.subject, one.template.text)}
    wanted |= {status.title for status in ORDERS.statuses}
    wanted |= {title for one in NOTIFICATIONS for title in (one.title, *one.further.values())}

    assert wanted - known == set()
    assert known - wanted - {""} == set()


def test_each_kind_of_message_can_be_turned_off_by_its_topic():
    from orderloom_supplier.notifications import NOTIFICATIONS

    assert {one.topic for one in NOTIFICATIONS} == {
        "supplier.approvals", "supplier.orders", "supplier.accepted", "supplier.scheduled",
        "supplier.declined", "supplier.abandoned", "supplier.disputes", "supplier.payments",
    }  # fmt: skip
    assert not any(one.mandatory for one in NOTIFICATIONS)
