"""What the other side never learns of limits and approvals, and what is no way around them."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom import (
    Actor,
    Forbidden,
    Grant,
    Money,
    NotFound,
    Query,
    Refused,
    Remedy,
    Scope,
    SetLine,
    SetOrder,
    User,
)


def test_what_was_refused_or_withdrawn_while_it_waited_never_reaches_the_supplier(
    shop: Any,
) -> None:
    refused = shop.refuse("hana", shop.place("omar", "600"))
    dropped = shop.place("omar", "601")
    with shop.desk("omar") as desk:
        dropped = desk.perform(dropped, "drop")

    with shop.reader("sven") as reader:
        assert reader.count().value == 0
        assert reader.find().items == reader.list(Query(status="dropped")).items == ()
        for order in (refused, dropped):
            with pytest.raises(NotFound):
                reader.get(order.id)
    with shop.reader("omar") as reader:
        assert reader.count(Query(status="dropped")).value == 2


def test_what_took_effect_and_was_dropped_stays_with_the_supplier(shop: Any) -> None:
    order = shop.place("omar", "400")
    with shop.desk("omar") as desk:
        order = desk.perform(order, "drop")

    with shop.reader("sven") as reader:
        assert reader.get(order.id).status == "dropped"
        assert [one.id for one in reader.list().items] == [order.id]


def test_what_a_limit_saw_is_not_for_the_supplier(shop: Any) -> None:
    shop.allow("omar", "1000", per="week")
    order = shop.place("omar", "400")

    with shop.reader("sven") as reader:
        bodies = [event.body for event in reader.history(order)]
    with shop.reader("omar") as reader:
        own = reader.history(order)[0].body

    assert not any("gate" in body for body in bodies)
    assert "spent" in own["gate"]


def test_an_order_sent_back_and_refused_is_what_was_approved_before(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"))
    order = shop.edit("omar", order, SetLine(line=1, price="987.65"), SetOrder(remarks="more"))

    order = shop.refuse("hana", order)

    assert (order.status, order.number, order.remarks) == ("pending", "M-0001", "")
    assert order.totals.total.amount == 600
    with shop.reader("sven") as reader:
        assert reader.get(order.id) == order
        assert "987.65" not in str(reader.history(order))
    assert shop.heard[-2:] == ["edited pending", "refuse needs_approval to pending"]


def test_an_order_sent_back_and_withdrawn_is_dropped_as_it_was_approved(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"))
    order = shop.edit("omar", order, SetLine(line=1, price="900"))
    with shop.desk("omar") as desk:
        order = desk.perform(order, "drop")

    assert (order.status, order.totals.total.amount) == ("dropped", 600)


def test_an_order_handed_to_another_outlet_asks_that_outlets_limit(shop: Any) -> None:
    grants = tuple(Grant("market.orderer", Scope("party", id)) for id in ("o1", "o2"))
    with shop.desk("root") as desk:
        desk.directory.save_user(User(id="omar", name="Omar", grants=grants))
    order = shop.place("omar", "5000", buyer="o2")
    assert order.status == "pending"

    assert shop.edit("omar", order, SetOrder(buyer="o1")).status == "needs_approval"


def test_orders_of_one_batch_share_one_budget(make_market: Any) -> None:
    shop = make_market()
    shop.allow("omar", "100", per="week")

    with shop.desk("omar") as desk:
        placed = desk.place_many([shop.new("60"), shop.new("40"), shop.new("1"), shop.new("90")])

    assert [one.status for one in placed] == [
        "pending", "pending", "needs_approval", "needs_approval",
    ]  # fmt: skip


def test_lines_are_struck_by_the_positions_they_had(shop: Any) -> None:
    order = shop.place("omar", "600", "50", "40", "30")

    order = shop.approve("hana", order, strike=[1, 2, 2, order.lines[3].id])

    assert [line.name for line in order.lines] == ["Thing 3"]


@pytest.mark.parametrize("strike", [[1, 1, 2, 2], [9], [True], [{}], [None], ["1"]])
def test_what_cannot_be_struck_is_refused_and_nothing_is_approved(shop: Any, strike: Any) -> None:
    order = shop.place("omar", "600", "50")

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order, strike=strike)

    assert refused.value.codes[0].startswith("approval.strike")
    assert shop.events(order) == ["held"]


def test_what_has_expired_is_not_approved_though_no_worker_has_said_so(
    make_market: Any, asks: Any
) -> None:
    shop = make_market(
        asks({"role": "market.head", "scope": Scope("party", "o1"), "expires_hours": 5})
    )
    order = shop.place("omar", "10")
    shop.clock.move(hours=5)

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order)
    assert refused.value.codes == ("approval.expired",)


def test_no_document_is_issued_while_it_waits(shop: Any) -> None:
    order = shop.place("omar", "600")

    with shop.desk("hana") as desk, pytest.raises(Refused) as refused:
        desk.issue(order, "market.slip")
    assert refused.value.codes == ("subject.waits",)


# ── amounts that would hold for nothing ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("user", "scope", "code"),
    [
        ("omar", ("tenant", ""), "allowance.scope"),
        ("omar", ("party", "nope"), "party.unknown"),
        ("sven", ("party", "o1"), "allowance.idle"),
        ("nobody", ("party", "o1"), "user.unknown"),
    ],
)
def test_an_amount_that_would_hold_for_nothing_is_refused(
    make_market: Any, user: str, scope: tuple[str, str], code: str
) -> None:
    shop = make_market()

    with shop.desk("root") as desk, pytest.raises(Refused) as refused:
        desk.approvals.allow(
            user, Money("1", "EUR"), limit="market.purchasing", scope=Scope(*scope)
        )
    assert refused.value.codes == (code,)


@pytest.mark.parametrize(
    "given", [{"amount": 10}, {"limit": []}, {"scope": "party:o1"}, {"per": 7}, {"user": 5}]
)
def test_what_is_no_amount_at_all_is_refused_by_name(shop: Any, given: dict[str, Any]) -> None:
    fields = {
        "user": "omar",
        "amount": Money("1", "EUR"),
        "limit": "market.purchasing",
        "scope": Scope("party", "o1"),
    } | given

    with shop.desk("root") as desk, pytest.raises(Refused):
        desk.approvals.allow(fields.pop("user"), fields.pop("amount"), **fields)


RULE = """
[[rule]]
name = "r"
type = "market.order"
actions = ["place"]
{more}

[[rule.approvers]]
role = "market.head"
{approver}
"""


@pytest.mark.parametrize(
    ("more", "approver"),
    [
        ("", "expires_hours = 90000000"),
        ("", "escalate_hours = 90000000\nescalate_role = 'admin'"),
        ("content = []", ""),
        ("tolerance = -5", ""),
        ("tolerance = 500", ""),
        ("users = ['nobody']", ""),
        ("roles = ['']", ""),
        ("currency = 'EUR'", ""),
        ("", "person = 'ghost'"),
        ("a = " + "[" * 5000, ""),
        (".".join("a" * 5000) + " = 1", ""),
    ],
)
def test_a_policy_that_would_stop_ordering_or_hold_for_nothing_is_refused(
    shop: Any, more: str, approver: str
) -> None:
    text = RULE.format(more=more, approver=approver)
    if "person" in approver:
        text = text.replace('role = "market.head"', "")

    with shop.desk("root") as desk, pytest.raises(Refused):
        desk.approvals.set_policy(text)
    assert shop.place("omar", "1").status == "pending"


@pytest.mark.parametrize("text", [5, None, b"x"])
def test_what_is_no_text_is_no_policy(shop: Any, text: Any) -> None:
    with shop.desk("root") as desk, pytest.raises(Refused):
        desk.approvals.set_policy(text)


def test_the_head_of_one_outlet_sets_nothing_in_another(shop: Any) -> None:
    with shop.desk("hera") as desk, pytest.raises(Forbidden):
        desk.approvals.allow(
            "omar", Money("9", "EUR"), limit="market.purchasing", scope=Scope("party", "o1")
        )


def test_decisions_can_be_simulated_before_there_is_any_limit(make_market: Any, asks: Any) -> None:
    shop = make_market(asks(actions="close"))
    shop.place("omar", "10")

    with shop.reader("root") as reader:
        found = reader.simulate(RULE.format(more="", approver=""), since="2026-07-01")

    assert len(found.held) == 1


def test_nor_does_it_show_once_the_module_is_off(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"), reason="just this once")
    waiting = shop.place("omar", "700")
    with shop.desk("root") as desk:
        park = [
            Remedy(type="market.order", status=status, kind="park")
            for status in ("pending", "needs_approval")
        ]
        desk.admin.switch("market", "off", park)
    guest = Actor("sven", (Grant("admin", Scope("party", "s1")),))

    with shop.loom.reader(shop.tenant, guest) as reader:
        names = [event.name for event in reader.history(order)]
        found = [one.id for one in reader.list().items]
        with pytest.raises(NotFound):
            reader.get(waiting.id)

    assert (names, found) == (["placed", "issued"], [order.id])
