from datetime import date
from decimal import Decimal

import pytest

from orderloom import (
    AddLine,
    Delivery,
    Forbidden,
    NewLine,
    Product,
    Refused,
    RemoveLine,
    SetLine,
    SetOrder,
)
from orderloom_supplier import NewListed, read_entry, set_entries, visible_list


def test_a_line_costs_what_the_supplier_lists(market):
    order = market.order(("milk", "12"))

    (line,) = order.lines
    assert str(line.total) == "14.40 EUR"
    assert (line.price_source.module, line.price_source.rule) == (
        "supplier",
        "list for every outlet",
    )


def test_an_entry_of_the_outlets_own_goes_first(market):
    market.sell(outlet="cafe", product="milk", price="1.00")

    of_cafe, of_bistro = market.order(("milk", "6")), market.order(("milk", "6"), outlet="bistro")

    assert [str(one.totals.total) for one in (of_cafe, of_bistro)] == ["6.00 EUR", "7.20 EUR"]


def test_an_entry_of_the_outlets_own_may_withhold_a_product(market):
    market.sell(outlet="cafe", product="milk", available=False)

    with pytest.raises(Refused) as refused:
        market.order(("milk", "6"))

    assert refused.value.codes == ("supplier.product.not_available",)
    assert market.order(("milk", "6"), outlet="bistro").status == "pending"


def test_the_tax_the_list_states_is_added(market):
    market.sell(product="bread", price="3.00", tax_category="S", tax_percent="20")

    order = market.order(("bread", "2"))

    assert (str(order.totals.tax), str(order.totals.total)) == ("1.20 EUR", "7.20 EUR")


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (("milk", "3"), "supplier.product.below_minimum",
         "Sample Dairy sells 6 of Milk or more. To order it, take at least 6."),
        (("milk", "8"), "supplier.product.pack",
         "Sample Dairy sells Milk in packs of 6, so 8 cannot be had. To order it, take 6 or 12."),
        (("bread", "0.5"), "supplier.product.pack",
         "Sample Dairy sells Bread in packs of 1, so 0.5 cannot be had. To order it, take 1."),
        (NewLine("Ice", 1), "supplier.product.none",
         "Line 1 (Ice) names no product. To order it, name one of Sample Dairy's list."),
        (NewLine("", 1, product="bread", unit="KGM"), "supplier.product.unit",
         "Sample Dairy sells Bread by the C62. To order it, give the quantity in C62."),
        (NewLine("", 1, product="bread", price="0.01"), "supplier.price.stated",
         "Line 1 (Bread) states a price, which is Sample Dairy's to state. To order it, leave the "
         "price out."),
    ],
)  # fmt: skip
def test_what_the_supplier_does_not_sell_like_that_is_refused(market, line, code, message):
    with pytest.raises(Refused) as refused:
        market.order(line)

    assert code in refused.value.codes
    assert message in [one.message for one in refused.value.problems]


def test_what_is_on_no_list_is_refused(market):
    with market.desk() as desk:
        desk.directory.save_product(Product(id="caviar", name="Caviar"))

    with pytest.raises(Refused) as refused:
        market.order(("caviar", 1))

    assert refused.value.codes == ("supplier.product.not_listed",)


def test_the_supplier_may_state_another_price_when_he_orders_on_behalf(market):
    line = NewLine("", 2, product="bread", price="2.80")

    order = market.order(line, action="place_on_behalf")

    assert str(order.totals.total) == "5.60 EUR"


def test_edited_lines_are_checked_and_untouched_ones_are_not(market):
    order = market.order()
    market.sell(product="bread", price="3.00", available=False)

    with market.desk(market.who("outlet_manager", "cafe")) as desk:
        edited = desk.edit(order.ref, SetLine(line=1, quantity=18))
        with pytest.raises(Refused) as refused:
            desk.edit(order.ref, SetLine(line=1, quantity=20))
        with pytest.raises(Refused) as other:
            desk.edit(order.ref, AddLine(NewLine("", 1, product="bread")))

    assert str(edited.lines[0].quantity) == "18"
    assert refused.value.codes == ("supplier.product.pack",)
    assert other.value.codes == ("supplier.product.not_available",)


def test_what_became_unavailable_can_still_be_accepted_and_completed(market):
    order = market.order()
    market.sell(product="milk", available=False)

    completed = market.do(market.do(order, "accept"), "complete")

    assert completed.status == "completed"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"outlet": ""}, "supplier.order.no_outlet"),
        ({"supplier": ""}, "supplier.order.no_supplier"),
        ({"supplier": "cafe"}, "supplier.order.same_party"),
    ],
)
def test_an_order_is_between_an_outlet_and_a_supplier(market, fields, code):
    with pytest.raises(Refused) as refused:
        market.order(by=market.house, **fields)

    assert code in refused.value.codes


def test_an_order_needs_lines_and_keeps_one(market):
    order = market.order(("bread", "2"))

    with market.desk() as desk, pytest.raises(Refused) as refused:
        desk.edit(order, RemoveLine(line=1))

    assert refused.value.codes == ("supplier.order.no_lines",)


def test_an_order_stays_with_its_parties(market):
    order = market.order()

    with market.desk() as desk, pytest.raises(Refused) as refused:
        desk.edit(order, SetOrder(seller="bakery"))

    assert refused.value.codes == ("supplier.order.parties_fixed",)


def test_entries_pass_their_gates_all_at_once(market):
    new = NewListed(
        supplier="nobody", outlet="nowhere", product="nothing", price="-1", pack=0, least="x",
        tax_percent=-1, tax_category="LONG",
    )  # fmt: skip

    with market.desk() as desk, pytest.raises(Refused) as refused:
        read_entry(new, desk.reading)

    fields = {one.field for one in refused.value.problems}
    assert fields == {
        "supplier", "outlet", "product", "price", "pack", "least", "tax_percent", "tax_category",
    }  # fmt: skip


def test_a_supplier_keeps_his_own_list_and_no_other(market):
    new = NewListed(supplier="dairy", product="milk", price="2")
    with market.desk(market.who("supplier_admin", "dairy")) as desk:
        done = set_entries(desk, [read_entry(new, desk.reading)])

    with market.desk(market.who("supplier_admin", "bakery")) as desk, pytest.raises(Forbidden):
        set_entries(desk, [read_entry(new, desk.reading)])
    assert done == (0, 1)


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [(("supplier_manager",), False), (("supplier_manager", "supplier_pricing"), True),
     (("outlet_admin",), False)],
)  # fmt: skip
def test_a_manager_edits_prices_with_the_optional_role(market, roles, allowed):
    new = NewListed(supplier="dairy", product="milk", price="2")

    try:
        with market.desk(market.who(roles[0], "dairy", *roles[1:])) as desk:
            set_entries(desk, [read_entry(new, desk.reading)])
        done = True
    except Forbidden:
        done = False

    assert done == allowed


def test_nobody_sees_the_prices_of_others(market):
    market.sell(outlet="cafe", product="milk", price="1.00")
    market.sell(outlet="bistro", product="milk", price="0.90")

    def seen(role, party, **narrowed):
        with market.reader(market.who(role, party)) as reader:
            found = visible_list(reader.reading, **narrowed)
        return {(one.supplier, one.outlet) for one in found}

    assert seen("outlet_orderer", "cafe") == {("dairy", ""), ("dairy", "cafe"), ("bakery", "")}
    assert seen("supplier_manager", "bakery") == {("bakery", "")}
    assert seen("outlet_orderer", "cafe", supplier="dairy", outlet="bistro") == {("dairy", "")}


def test_a_price_of_twelve_digits_is_kept_to_the_cent(market):
    market.sell(product="bread", price="123456.123456")

    order = market.order(("bread", 1), delivery=Delivery(on=date(2026, 7, 2)))

    assert order.lines[0].price.amount == Decimal("123456.123456")


@pytest.mark.parametrize("given", ["no", "yes", 0, None])
def test_availability_is_true_or_false_and_nothing_else(market, given):
    new = NewListed(supplier="dairy", product="milk", price="1", available=given)

    with market.desk() as desk, pytest.raises(Refused) as refused:
        read_entry(new, desk.reading)

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("supplier.product.available", "available")
    assert problem.message == (
        f"{given} is neither True nor False. To list it, say whether it can be ordered now."
    )
