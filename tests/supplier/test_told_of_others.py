"""Whoever may not order somewhere is told just that: not what is sold there, when, or by whom."""

import pytest

from orderloom import Delivery, Forbidden, NewLine, NewOrder, Refused, SetLine, SetOrder
from orderloom_supplier import ORDER_TYPE, CartItem, Terms, place_cart, set_terms

RIGHTS = {"right.missing", "right.side"}


@pytest.fixture
def bound(market):
    """A market in which the dairy delivers on Mondays, and everything is wrong with `wrong`."""
    with market.desk() as desk:
        set_terms(desk, "dairy", Terms(days=frozenset({0})))
    return market


def wrong(buyer="bistro", seller="dairy"):
    lines = [NewLine("", "7", product="milk"), NewLine("", "1", product="none")]
    wanted = Delivery(on="2026-07-02")
    return NewOrder(
        ORDER_TYPE, buyer=buyer, seller=seller, currency="USD", delivery=wanted, lines=lines
    )


def codes(command):
    with pytest.raises(Refused) as caught:
        command()
    return set(caught.value.codes)


def test_whoever_may_order_is_told_all_that_is_wrong(bound):
    with bound.desk(bound.who("outlet_manager", "bistro")) as desk:
        told = codes(lambda: desk.place(wrong()))

    assert len(told) > 1
    assert not told & RIGHTS


@pytest.mark.parametrize("role", ["outlet_manager", "supplier_admin"])
@pytest.mark.parametrize("action", ["place", "place_on_behalf"])
@pytest.mark.parametrize("buyer", ["bistro", "nobody", ""])
def test_whoever_may_not_is_told_of_his_rights_alone(bound, role, action, buyer):
    by = bound.who(role, "cafe" if role == "outlet_manager" else "bakery")
    right = NewOrder(
        ORDER_TYPE, buyer=buyer, seller="dairy", lines=[NewLine("", "6", product="milk")]
    )

    with bound.desk(by) as desk:
        seen = desk.preview(wrong(buyer), action)
        one = codes(lambda: desk.place(wrong(buyer), action=action))
        many = codes(lambda: desk.place_many([wrong(buyer), right], action=action))
        plain = codes(lambda: desk.place(right, action=action))

    assert seen.after is None
    assert {problem.code for problem in seen.problems} | one | many | plain <= RIGHTS


def test_what_is_refused_for_a_right_reads_the_same_whatever_else_is_wrong(bound):
    with bound.desk(bound.who("outlet_manager", "cafe")) as desk:
        texts = {
            tuple(map(str, desk.preview(wrong(buyer, seller)).problems))
            for buyer in ("bistro", "nobody")
            for seller in ("dairy", "bakery", "nobody")
        }

    assert len(texts) == 1


def test_a_supplier_who_enters_an_order_for_another_is_told_nothing_of_its_list(bound):
    with bound.desk(bound.who("supplier_admin", "bakery")) as desk:
        told = codes(lambda: desk.place(wrong("cafe", "dairy"), action="place_on_behalf"))

    assert told == {"right.missing"}


def test_whoever_reads_an_order_and_may_not_place_any_is_not_told_how_a_copy_would_fare(bound):
    order = bound.order(delivery=Delivery(on="2026-07-06"))
    bound.sell(pack="7")

    with bound.desk(bound.who("outlet_finance", "cafe")) as desk:
        told = codes(lambda: desk.copy(order))
    with bound.desk(bound.who("outlet_admin", "cafe")) as desk:
        own = codes(lambda: desk.copy(order))

    assert told == {"right.missing"}
    assert own
    assert not own & RIGHTS


def test_handing_an_order_to_others_tells_nothing_of_them(bound):
    order = bound.order(delivery=Delivery(on="2026-07-06"))
    edits = [SetOrder(buyer="bistro", seller="bakery"), SetLine(line=1, quantity="7")]

    with bound.desk(bound.who("outlet_admin", "cafe")) as desk:
        seen = desk.preview(order, edits)
        told = codes(lambda: desk.edit(order, edits))

    assert told == {"right.missing"}
    assert seen.after == order


def test_what_speaks_against_an_action_on_what_one_reads_is_told_in_full(bound):
    order = bound.order(delivery=Delivery(on="2026-07-06"))

    with bound.reader(bound.who("outlet_receiver", "cafe")) as reader:
        (view,) = (one for one in reader.explain(order) if one.action.name == "resolve")

    assert {one.code for one in view.problems} == {"right.missing", "action.illegal"}


def test_a_cart_of_another_outlet_does_not_tell_who_sells_what(market):
    market.sell("dairy", outlet="bistro", product="butter", price="2.00")
    cart = [CartItem(product="butter", quantity="1"), CartItem(product="none", quantity="1")]

    for role, party, action in (
        ("outlet_manager", "cafe", "place"),
        ("supplier_admin", "dairy", "place"),
        ("outlet_manager", "bistro", "place_on_behalf"),
    ):
        with market.desk(market.who(role, party)) as desk, pytest.raises(Forbidden) as caught:
            place_cart(desk, "bistro", cart, action=action)

        assert set(caught.value.codes) <= RIGHTS


def test_a_supplier_finds_only_himself_for_a_cart_he_enters(market):
    with market.desk(market.who("supplier_admin", "dairy")) as desk:
        cart = [CartItem(product="butter", quantity="1")]  # the bakery sells it, too
        (order,) = place_cart(desk, "bistro", cart, action="place_on_behalf")

    assert order.seller.id == "dairy"
