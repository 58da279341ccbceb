"""Commands that wait for approvals, and what happens to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderloom import (
    Conflict,
    Forbidden,
    NewLine,
    NotFound,
    Problem,
    Refused,
    RemoveLine,
    Scope,
    SetLine,
    User,
)
from orderloom.orders.binding import BOUND, bound_content, digest_of

OUTLET = Scope("party", "o1")


def test_an_order_at_the_limit_is_placed_at_once(shop: Any) -> None:
    order = shop.place("omar", "500")

    assert (order.status, order.number) == ("pending", "M-0001")


def test_an_order_over_the_limit_waits_without_number_and_hooks(shop: Any) -> None:
    order = shop.place("omar", "500.01")

    assert (order.status, order.number, shop.heard) == ("needs_approval", "", [])
    assert shop.events(order) == ["held"]


def test_an_order_without_any_limit_set_is_placed_at_once(shop: Any) -> None:
    assert shop.place("olga", "99999").status == "pending"


def test_the_head_is_never_limited(shop: Any) -> None:
    shop.allow("hana", "1")

    assert shop.place("hana", "500000").status == "pending"


def test_a_limit_of_nothing_lets_a_free_order_pass_and_no_other(shop: Any) -> None:
    shop.allow("omar", "0")

    assert shop.place("omar", "0").status == "pending"
    assert shop.place("omar", "0.01").status == "needs_approval"


def test_a_limit_of_one_holds_nearly_everything(shop: Any) -> None:
    shop.allow("omar", "1")

    assert shop.place("omar", "1").status == "pending"
    assert shop.place("omar", "1.01").status == "needs_approval"


def test_an_order_without_a_price_is_over_any_limit(shop: Any) -> None:
    order = shop.place("omar", lines=[NewLine("Something", "1")])

    assert order.status == "needs_approval"


def test_an_order_in_another_currency_is_over_any_limit(shop: Any) -> None:
    assert shop.place("omar", "1", currency="USD").status == "needs_approval"


def test_the_last_approval_lets_it_take_effect_as_if_placed_then(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"))

    assert (order.status, order.number, order.created_by) == ("pending", "M-0001", "omar")
    assert shop.heard == ["placed pending"]
    assert shop.events(order) == ["held", "placed"]


def test_the_event_of_the_approval_names_both(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"))

    with shop.reader("root") as reader:
        placed = reader.history(order)[1]
    assert (placed.actor, placed.action, placed.source) == ("hana", "place", "needs_approval")
    assert placed.body["approval"]["requester"] == "omar"
    assert placed.body["approval"]["votes"] == [["hana", "hana"]]
    content = bound_content(order, BOUND)
    assert placed.body["approval"]["digests"] == {"market.purchasing": digest_of(content)}


def test_the_supplier_never_sees_or_counts_what_waits(shop: Any) -> None:
    order = shop.place("omar", "600")

    with shop.reader("sven") as reader:
        assert reader.count().value == 0
        assert reader.list().items == reader.find().items == ()
        with pytest.raises(NotFound):
            reader.get(order.id)
        with pytest.raises(NotFound):
            reader.history(order.ref)
    shop.approve("hana", order)
    with shop.reader("sven") as reader:
        assert reader.get(order.id).status == "pending"


def test_nobody_approves_his_own_order(shop: Any) -> None:
    order = shop.place("omar", "600")

    with pytest.raises(Forbidden) as refused:
        shop.approve("omar", order)
    assert refused.value.codes == ("approval.own",)


def test_only_who_is_named_approves_and_the_problem_says_who(shop: Any) -> None:
    order = shop.place("omar", "600")

    with pytest.raises(Forbidden) as refused:
        shop.approve("olga", order)
    assert refused.value.codes == ("approval.not_yours",)
    assert "market.head in party o1" in str(refused.value)


def test_the_head_of_another_outlet_does_not_even_find_it(shop: Any) -> None:
    order = shop.place("omar", "600")

    with pytest.raises(NotFound):
        shop.approve("hera", order)


def test_a_refused_order_is_dropped_with_the_reason(shop: Any) -> None:
    order = shop.refuse("hana", shop.place("omar", "600"), reason="too dear")

    with shop.reader("omar") as reader:
        event = reader.history(order)[-1]
    assert (order.status, order.number, shop.heard) == ("dropped", "", [])
    assert (event.name, event.reason, event.actor) == ("refused", "too dear", "hana")


def test_whoever_could_not_approve_cannot_refuse(shop: Any) -> None:
    order = shop.place("omar", "600")

    for user in ("olga", "omar"):
        with pytest.raises(Forbidden):
            shop.refuse(user, order)


def test_a_waiting_order_is_withdrawn_by_an_action_that_leads_out(shop: Any) -> None:
    order = shop.place("omar", "600")

    with shop.desk("omar") as desk:
        order = desk.perform(order, "drop")
        request = desk.approval(order)
    assert (order.status, request.state, shop.heard) == ("dropped", "withdrawn", [])
    with pytest.raises(Refused) as refused:
        shop.approve("hana", order)
    assert refused.value.codes == ("approval.none",)


def test_struck_lines_are_taken_off_and_the_rest_is_placed(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600", "50"), strike=[1])

    assert order.status == "pending"
    assert [(line.name, line.total.amount) for line in order.lines] == [("Thing 2", Decimal("50"))]
    assert order.totals.total.amount == Decimal("50")


def test_striking_everything_is_refused(shop: Any) -> None:
    order = shop.place("omar", "600", "50")

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order, strike=[1, 2])
    assert refused.value.codes == ("approval.strike_all",)


def test_striking_a_line_there_is_not_says_so(shop: Any) -> None:
    order = shop.place("omar", "600", "50")

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order, strike=[7])
    assert "line" in str(refused.value)


def test_a_guard_that_refuses_keeps_the_approvals_and_says_what_is_in_the_way(
    make_market: Any,
) -> None:
    shut: list[str] = []

    def guards(action: Any, order: Any, after: Any) -> Any:
        text = "The shop is shut. To order, wait until it opens."
        return Problem("market.shut", text) if shut and action.name == "place" else None

    shop = make_market(guards=guards)
    shop.allow("omar", "500")
    order = shop.place("omar", "600")
    shut.append("yes")

    held = shop.approve("hana", order)

    with shop.reader("hana") as reader:
        request = reader.approval(held)
        waiting = [one.id for one in reader.to_approve()]
    assert (held.status, held.number, shop.heard) == ("needs_approval", "", [])
    assert [problem.code for problem in request.held_by] == ["market.shut"]
    assert shop.events(held) == ["held", "approved"]
    assert waiting == [request.id]

    shut.clear()
    order = shop.approve("hana", held)

    assert (order.status, shop.heard) == ("pending", ["placed pending"])


def test_it_is_decided_again_with_what_the_requester_may_now(shop: Any) -> None:
    order = shop.place("omar", "600")
    with shop.desk("root") as desk:
        desk.directory.save_user(User(id="omar", name="Omar", grants=()))

    held = shop.approve("hana", order)

    with shop.reader("hana") as reader:
        request = reader.approval(held)
    assert held.status == "needs_approval"
    assert "right.missing" in [problem.code for problem in request.held_by]


def test_an_order_that_waits_can_be_edited_and_its_approval_asked_anew(shop: Any) -> None:
    order = shop.edit("omar", shop.place("omar", "600"), SetLine(line=1, price="700"))

    with shop.reader("hana") as reader:
        (request,) = reader.to_approve()
    assert order.status == "needs_approval"
    assert request.amount.amount == Decimal("700")


def test_an_edit_below_the_limit_lets_it_take_effect(shop: Any) -> None:
    order = shop.edit("omar", shop.place("omar", "600", "400"), RemoveLine(1))

    assert (order.status, order.number, shop.heard) == ("pending", "M-0001", ["placed pending"])
    assert shop.events(order) == ["held", "placed"]


def test_an_order_handed_out_before_it_changed_is_not_approved(shop: Any) -> None:
    order = shop.place("omar", "600")
    shop.edit("omar", order, SetLine(line=1, price="60000"))

    with pytest.raises(Conflict):
        shop.approve("hana", order)


def test_whoever_changed_what_waits_does_not_approve_it(shop: Any) -> None:
    order = shop.edit("hana", shop.place("omar", "600"), SetLine(line=1, price="601"))

    with pytest.raises(Forbidden) as refused:
        shop.approve("hana", order)
    assert refused.value.codes == ("approval.own",)
    assert shop.approve("hugo", order).status == "pending"


def test_what_waits_can_be_noted_and_neither_deleted_nor_moved_otherwise(shop: Any) -> None:
    order = shop.place("omar", "600")

    with shop.desk("omar") as desk:
        desk.note(order, "Please hurry.")
        with pytest.raises(Refused) as refused:
            desk.delete(order)
        assert refused.value.codes == ("subject.not_deletable",)
        with pytest.raises(Refused):
            desk.perform(order, "close")


def test_an_action_on_an_order_waits_and_takes_effect_with_its_options(
    make_market: Any, asks: Any
) -> None:
    shop = make_market(asks({"role": "market.head", "scope": OUTLET}, actions="close"))
    order = shop.place("omar", "10")
    with shop.desk("omar") as desk:
        order = desk.perform(order, "close", {"remark": "all here"})
    assert (order.status, shop.heard) == ("closing", ["placed pending"])

    order = shop.approve("hana", order)

    assert order.status == "closed"
    assert shop.heard == ["placed pending", "close pending to closed"]
    with shop.reader("root") as reader:
        assert reader.history(order)[-1].body["options"] == {"remark": "all here"}


def test_a_refused_action_leaves_the_order_where_it_was(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"role": "market.head", "scope": OUTLET}, actions="close"))
    order = shop.place("omar", "10")
    with shop.desk("omar") as desk:
        order = desk.perform(order, "close")

    order = shop.refuse("hana", order)

    assert (order.status, shop.heard) == ("pending", ["placed pending"])


def test_the_order_can_be_read_as_it_was_while_it_waited(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"role": "market.head", "scope": OUTLET}, actions="close"))
    order = shop.place("omar", "10")
    with shop.desk("omar") as desk:
        order = desk.perform(order, "close")
    order = shop.refuse("hana", order)

    with shop.reader("omar") as reader:
        statuses = [reader.at(order, version).status for version in (1, 2, 3)]

    assert statuses == ["pending", "closing", "pending"]


def test_documents_are_issued_once_it_takes_effect(shop: Any) -> None:
    order = shop.place("omar", "600")
    with shop.reader("hana") as reader:
        while_waiting = reader.documents(order)

    order = shop.approve("hana", order)

    with shop.reader("hana") as reader:
        (slip,) = reader.documents(order)
    assert (while_waiting, slip.number) == ((), "M-0001")


def told(shop: Any, user: str, order: Any) -> list[tuple[str, str, str, str]]:
    with shop.reader(user) as reader:
        return [(e.name, e.actor, e.source, e.reason) for e in reader.history(order)]


def test_afterwards_the_supplier_sees_a_new_order_and_nothing_of_its_approval(shop: Any) -> None:
    order = shop.place("omar", "600", "50")
    with shop.desk("omar") as desk:
        desk.note(order, "It is for the boss's party.")
    order = shop.approve("hana", order, strike=[2], reason="just this once")

    assert told(shop, "sven", order)[0] == ("placed", "omar", "", "")
    with shop.reader("sven") as reader:
        (placed, issued) = reader.history(order)
        assert issued.name == "issued"
        assert {"approval", "gate", "changes"}.isdisjoint(placed.body)
        assert (reader.approval(order), reader.approvals_of(order)) == (None, ())
        assert reader.history(order, limit=1) == (placed,)
        assert reader.notes(order) == ()
        with pytest.raises(NotFound):
            reader.at(order, 1)
    assert [name for name, *_ in told(shop, "omar", order)] == [
        "held", "noted", "placed", "issued",
    ]  # fmt: skip
    assert told(shop, "hana", order)[2] == ("placed", "hana", "needs_approval", "just this once")


def test_an_order_sent_back_to_wait_leaves_the_supplier_with_what_he_saw(shop: Any) -> None:
    order = shop.approve("hana", shop.place("omar", "600"))
    order = shop.edit("omar", order, SetLine(line=1, price="700"))
    with shop.reader("sven") as reader, pytest.raises(NotFound):
        reader.history(order)
    order = shop.approve("hana", order)

    names = [name for name, *_ in told(shop, "sven", order)]

    assert names == ["placed", "issued", "moved", "issued"]
