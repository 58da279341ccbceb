import pytest

from orderloom import NewLine, Refused, SetLine


def test_a_sent_order_is_frozen_until_it_is_reopened(house):
    order = house.do(house.order(NewLine("Freight", 1)), "send", {"mail": False})

    with pytest.raises(Refused) as refused:
        house.edit(order, SetLine(line=1, quantity=2))
    reopened = house.do(order, "reopen")
    edited = house.edit(reopened, SetLine(line=1, quantity=2))

    assert refused.value.codes == ("subject.frozen",)
    assert edited.status == "draft"


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ((), "fulfill"),
        ((), "reopen"),
        ((), "record_quote"),
        (("send",), "send"),
        (("cancel",), "send"),
        (("cancel",), "cancel"),
        (("send", "fulfill"), "reopen"),
        (("send", "fulfill"), "cancel"),
    ],
)
def test_moves_nobody_decided_are_illegal(house, path, action):
    order = house.order(NewLine("Freight", 1))
    for step in path:
        order = house.do(order, step, {"mail": False} if step == "send" else None)
    options = {"quotes": [{"line": 1, "price": 1}]} if action == "record_quote" else None

    with pytest.raises(Refused) as refused:
        house.do(order, action, options)

    assert "action.illegal" in refused.value.codes


@pytest.mark.parametrize(("status", "deletable"), [("draft", 1), ("sent", 0), ("canceled", 1)])
def test_drafts_and_canceled_orders_can_be_deleted(house, status, deletable):
    order = house.order(NewLine("Freight", 1))
    if status != "draft":
        order = house.do(order, {"sent": "send", "canceled": "cancel"}[status],
                         {"mail": False} if status == "sent" else None)  # fmt: skip

    try:
        with house.desk() as desk:
            desk.delete(order)
        deleted = True
    except Refused:
        deleted = False

    assert deleted == bool(deletable)


@pytest.fixture
def free(house):
    with house.desk() as desk:
        desk.admin.set("procurement", {"free_status_selector": True})
    return house


def test_the_status_cannot_be_set_by_hand_unless_a_setting_permits_it(house):
    order = house.order(NewLine("Freight", 1))

    with pytest.raises(Refused) as refused:
        house.do(order, "set_status", {"status": "fulfilled"})

    assert refused.value.codes == ("procurement.status.not_free",)


def test_the_free_selector_moves_to_any_status_without_request_or_mail(free):
    order = free.order(NewLine("Freight", 1))

    for status in ("sent", "fulfilled", "draft", "canceled", "sent"):
        order = free.do(order, "set_status", {"status": status})
        assert order.status == status
    with free.desk() as desk:
        issued = desk.documents(order)

    assert (order.number, issued) == ("", ())


def test_the_free_selector_keeps_to_what_is_still_needed(free, chairs):
    order = free.do(free.order((chairs, "150")), "set_status", {"status": "canceled"})
    free.order((chairs, "100"), seller="V2")

    with pytest.raises(Refused) as refused:
        free.do(order, "set_status", {"status": "sent"})

    assert refused.value.codes == ("procurement.need.exceeded",)


@pytest.mark.parametrize(
    ("status", "code"),
    [("draft", "procurement.status.same"), ("sended", "procurement.status.unknown")],
)
def test_the_free_selector_refuses_what_is_no_move(free, status, code):
    order = free.order(NewLine("Freight", 1))

    with pytest.raises(Refused) as refused:
        free.do(order, "set_status", {"status": status})

    assert refused.value.codes == (code,)


def test_explaining_an_order_names_what_each_action_lacks(house):
    order = house.order(delivery=None, bill_to=None)

    with house.desk() as desk:
        views = {view.action.name: view for view in desk.explain(order)}

    assert views["cancel"].allowed
    assert [p.code for p in views["send"].problems] == [
        "procurement.send.no_lines",
        "procurement.send.no_delivery",
        "procurement.send.no_bill_to",
    ]
    assert views["set_status"].lifted_by == ("an admin",)
    assert views["fulfill"].problems[0].message == (
        "Fulfill is not possible from Draft. To do it, start from Sent."
    )


@pytest.mark.parametrize(
    ("setting", "offered"),
    [(False, "Send, Cancel"), (True, "Send, Cancel, Set status")],
)
def test_the_free_selector_is_offered_only_where_the_setting_permits_it(house, setting, offered):
    order = house.order(NewLine("Freight", 1))
    with house.desk() as desk:
        desk.admin.set("procurement", {"free_status_selector": setting})

    with pytest.raises(Refused, match=rf"From Draft you can: {offered}\.$"):
        house.do(order, "fulfill")


def test_what_the_module_does_by_itself_is_not_offered(house):
    request = house.request()

    with pytest.raises(Refused, match=r"From \S.* you can: Approve advance, Deny advance\.$"):
        house.do(request, "approve_resource")
