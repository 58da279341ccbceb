import pytest

from orderloom import Forbidden, Money, NewLine, Refused, Scope
from orderloom_supplier import CartItem, ReorderData, place_cart, reorder


def _place(market, *items, by=None, **more):
    cart = [CartItem(product=one[0], quantity=one[1], supplier="".join(one[2:])) for one in items]
    with market.desk(by or market.who("outlet_orderer", "cafe")) as desk:
        return place_cart(desk, "cafe", cart, **more)


def _count(market):
    with market.reader() as reader:
        return reader.count().value


def test_a_cart_becomes_one_order_per_supplier(market):
    cart = (("milk", "6", "dairy"), ("bread", "2", "bakery"), ("butter", "4", "dairy"))

    dairy, bakery = _place(market, *cart)

    assert [line.product for line in dairy.lines] == ["milk", "butter"]
    assert [line.product for line in bakery.lines] == ["bread"]
    assert [str(one.totals.total) for one in (dairy, bakery)] == ["17.20 EUR", "6.00 EUR"]
    assert dairy.number != bakery.number


def test_the_only_seller_need_not_be_named(market):
    market.sell(supplier="bakery", product="bread", price="3", available=False)

    (order,) = _place(market, ("bread", "2"))

    assert order.seller.id == "dairy"


@pytest.mark.parametrize(
    ("items", "code", "field"),
    [
        ((("milk", "6"),), "supplier.cart.which", "items[0].supplier"),
        ((("milk", "6", "dairy"), ("ham", "1")), "supplier.cart.nobody", "items[1].product"),
        ((), "supplier.cart.empty", "items"),
        ((("bread", "1", "bakery"), ("milk", "6", "dairy"), ("butter", "x", "dairy")),
         "decimal.not_a_number", "items[2].quantity"),
        ((("bread", "1", "bakery"), ("milk", "7", "dairy")), "supplier.product.pack",
         "items[1].quantity"),
        ((("bread", "1", "nobody"),), "party.unknown", "items[0].supplier"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place_in_the_cart_and_nothing_is_placed(
    market, items, code, field
):
    with pytest.raises(Refused) as refused:
        _place(market, *items)

    assert (code, field) in [(one.code, one.field) for one in refused.value.problems]
    assert _count(market) == 0


def test_a_supplier_who_sells_in_two_currencies_gets_an_order_in_each(market):
    market.sell(product="bread", price="3", currency="USD")
    market.sell(product="butter", price="2.50", currency="USD")
    cart = (("milk", "6", "dairy"), ("bread", "2", "dairy"), ("butter", "1", "dairy"))

    euros, dollars = _place(market, *cart)

    assert [str(one.totals.total) for one in (euros, dollars)] == ["7.20 EUR", "8.50 USD"]
    assert [line.product for line in dollars.lines] == ["bread", "butter"]
    assert euros.seller == dollars.seller


def test_each_currency_is_held_against_the_limit_on_its_own(market):
    market.sell(product="bread", price="3", currency="USD")
    orderer = market.who("outlet_orderer", "cafe")
    with market.desk() as desk:
        limits = {"limit": "supplier.purchasing", "scope": Scope("party", "cafe")}
        desk.approvals.allow(orderer.id, Money("10", "EUR"), **limits)

    euros, dollars = _place(market, ("milk", "6", "dairy"), ("bread", "2", "dairy"))

    assert (euros.status, dollars.status) == ("pending", "needs_approval")


def test_what_is_wrong_in_another_currency_is_told_at_its_place_too(market):
    market.sell(product="bread", price="3", currency="USD", pack="4")

    with pytest.raises(Refused) as refused:
        _place(market, ("milk", "6", "dairy"), ("bread", "2", "dairy"))

    assert [(one.code, one.field) for one in refused.value.problems] == [
        ("supplier.product.pack", "items[1].quantity")
    ]
    assert _count(market) == 0


@pytest.mark.parametrize("who", ["outlet_admin@cafe", "supplier_admin@dairy"])
def test_an_order_in_another_currency_names_the_one_to_order_in(market, who):
    role, party = who.split("@")
    action = "place" if party == "cafe" else "place_on_behalf"

    with pytest.raises(Refused) as refused:
        market.order(by=market.who(role, party), action=action, currency="USD")

    assert [(one.code, one.field, one.message) for one in refused.value.problems] == [
        (
            "supplier.product.currency",
            f"lines[{index}].price",
            f"Sample Dairy prices {name} in EUR, the order is in USD. To order it, place an order "
            "in EUR.",
        )
        for index, name in enumerate(("Milk", "Bread"))
    ]


def test_a_supplier_may_state_a_price_in_another_currency(market):
    line = NewLine("", "6", product="milk", price="1.30")

    order = market.order(line, action="place_on_behalf", currency="USD")

    assert str(order.totals.total) == "7.80 USD"


def test_what_is_priced_in_another_currency_now_is_not_ordered_again(market):
    order = market.in_status("completed")
    market.sell(product="milk", price="1.20", currency="USD", pack="6", least="6")

    with market.desk(market.who("outlet_orderer", "cafe")) as desk:
        made = reorder(desk, order)

    assert [line.product for line in made.lines] == ["bread"]
    assert [one.reason for one in made.data[ReorderData].dropped] == [
        "Sample Dairy prices Milk in USD, the order is in EUR. To order it, place an order in USD."
    ]


def test_the_same_key_orders_once(market):
    first = _place(market, ("bread", "2", "bakery"), key="cart-1")
    again = _place(market, ("bread", "2", "bakery"), key="cart-1")

    assert [one.id for one in again] == [one.id for one in first]
    assert _count(market) == 1


def test_nobody_orders_for_another_outlet(market):
    with pytest.raises(Forbidden):
        _place(market, ("bread", "2", "bakery"), by=market.who("outlet_admin", "bistro"))


def test_a_supplier_enters_a_cart_for_an_outlet(market):
    by = market.who("supplier_manager", "bakery")

    (order,) = _place(market, ("bread", "2", "bakery"), by=by, action="place_on_behalf")

    assert order.status == "accepted"


def test_a_supplier_cannot_enter_an_order_from_another_supplier(market):
    by = market.who("supplier_manager", "bakery")

    with pytest.raises(Forbidden):
        _place(market, ("bread", "2", "dairy"), by=by, action="place_on_behalf")
