"""Orders above the limit of whoever places them."""

import pytest
import sqlalchemy as sa

from orderloom import Actor, Conflict, Forbidden, Money, NotFound, Query, Refused, Scope, SetLine
from orderloom.store.engine import reading
from orderloom.store.schema import deliveries
from orderloom_supplier import CartItem, ReorderData, place_cart, reorder

CAFE = Scope("party", "cafe")
SUPPLIER = {
    "desk@dairy.example", "supplier_admin@dairy.example", "supplier_manager@dairy.example",
}  # fmt: skip


@pytest.fixture
def limited(market):
    """The cafe's orderer may order for 20 EUR at once, its manager for 10."""
    with market.desk() as desk:
        for role, amount in (("outlet_orderer", "20"), ("outlet_manager", "10")):
            limit = Money.of(amount, "EUR", "amount")
            desk.approvals.allow(f"{role}.cafe", limit, limit="supplier.purchasing", scope=CAFE)
    return market


def _orderer(market):
    return market.who("outlet_orderer", "cafe")


def _held(market):
    """12 milk and 2 bread: 20.40 EUR."""
    return market.order(by=_orderer(market))


def _approve(market, order, **more):
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        return desk.approve(order.ref, **more)


def _refuse(market, order, reason):
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        return desk.refuse(order.ref, reason=reason)


def _mailed(market, order):
    chosen = sa.select(deliveries.c.source, deliveries.c.recipient).where(
        deliveries.c.subject_id == order.id, deliveries.c.channel == "mail"
    )
    with reading(market.loom.engine, market.tenant) as connection:
        return {tuple(row) for row in connection.execute(chosen)}


def test_an_order_above_the_limit_waits_without_a_number(limited):
    order = _held(limited)

    assert (order.status, order.number) == ("needs_approval", "")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((("milk", "12"), ("bread", "1")), "pending"),  # 17.40
        ((("butter", "8"),), "pending"),  # 20.00: as much as the limit passes
        ((("butter", "9"),), "needs_approval"),  # 22.50
    ],
)
def test_as_much_as_the_limit_passes_and_more_waits(limited, lines, status):
    assert limited.order(*lines, by=_orderer(limited)).status == status


def test_the_tax_counts(limited):
    limited.sell(product="butter", price="2.50", tax_category="S", tax_percent="1")

    assert limited.order(("butter", "8"), by=_orderer(limited)).status == "needs_approval"


def test_an_admin_of_the_outlet_and_the_supplier_are_never_limited(limited):
    assert limited.order().status == "pending"
    assert limited.order(action="place_on_behalf").status == "accepted"


@pytest.mark.parametrize("role", ["supplier_admin", "supplier_manager"])
def test_the_supplier_neither_sees_nor_counts_nor_finds_what_waits(limited, role):
    order = _held(limited)

    with limited.reader(limited.who(role, "dairy")) as reader:
        with pytest.raises(NotFound):
            reader.get(order.ref)
        assert reader.find().items == ()
        assert reader.list(Query(text="Sample")).items == ()
        assert reader.count().value == 0


@pytest.mark.parametrize(
    "action", ["accept", "decline", "schedule", "complete", "dispute", "reorder"]
)
def test_nothing_but_abandoning_moves_what_waits(limited, action):
    order = _held(limited)
    supplier = action in ("accept", "decline", "schedule")
    who = limited.who("supplier_admin", "dairy") if supplier else _orderer(limited)

    with limited.desk(who) as desk, pytest.raises(NotFound if supplier else Refused):
        desk.perform(order.ref, action)


def test_only_the_admins_of_the_outlet_are_told_of_what_waits(limited):
    order = _held(limited)

    assert _mailed(limited, order) == {("supplier.held", "outlet_admin@cafe.example")}


def test_an_approved_order_goes_to_the_supplier_with_a_number(limited):
    order = _approve(limited, _held(limited))

    assert (order.status, order.number) == ("pending", "PO-2026-00001")
    assert ("supplier.pending", "supplier_admin@dairy.example") in _mailed(limited, order)
    with limited.reader(limited.who("supplier_manager", "dairy")) as reader:
        assert reader.get(order.ref).number == order.number


def test_an_order_approved_in_part_reaches_the_supplier_without_what_was_struck(limited):
    order = _approve(limited, _held(limited), strike=[2])

    assert (order.status, [line.product for line in order.lines]) == ("pending", ["milk"])


def test_a_refused_order_is_abandoned_and_only_whoever_placed_it_is_told(limited):
    order = _refuse(limited, _held(limited), "Too much for a Wednesday.")

    assert order.status == "abandoned"
    assert _mailed(limited, order) == {
        ("supplier.held", "outlet_admin@cafe.example"),
        ("supplier.refused", "outlet_orderer@cafe.example"),
    }


def test_the_supplier_never_hears_of_a_withdrawn_order(limited):
    held = _held(limited)

    order = limited.do(held, "abandon", by=_orderer(limited))

    assert order.status == "abandoned"
    assert _mailed(limited, order) == {("supplier.held", "outlet_admin@cafe.example")}


@pytest.mark.parametrize(
    ("role", "party", "more"),
    [("outlet_manager", "cafe", ()), ("outlet_admin", "bistro", ()),
     ("supplier_admin", "dairy", ())],
)  # fmt: skip
def test_nobody_but_an_admin_of_the_outlet_approves(limited, role, party, more):
    order = _held(limited)

    with (
        limited.desk(limited.who(role, party, *more)) as desk,
        pytest.raises((Forbidden, NotFound, Refused)),
    ):
        desk.approve(order.ref)
    assert limited.now(order).status == "needs_approval"


def test_each_order_of_a_cart_is_held_on_its_own_total(limited):
    cart = [
        CartItem(product="butter", quantity=8, supplier="dairy"),  # 20.00
        CartItem(product="butter", quantity=9, supplier="bakery"),  # 22.50
    ]

    with limited.desk(_orderer(limited)) as desk:
        dairy, bakery = place_cart(desk, "cafe", cart)

    assert (dairy.status, bakery.status) == ("pending", "needs_approval")


def test_a_reorder_is_held_against_the_limit_anew_and_its_caller_learns_it(limited):
    order = limited.in_status("completed")

    with limited.desk(_orderer(limited)) as desk:
        made = reorder(desk, order)

    assert (made.status, made.data[ReorderData].number) == ("needs_approval", order.number)
    assert limited.now(order).status == "completed"
    assert _approve(limited, made).status == "pending"


def test_two_admins_at_once_approve_once(limited):
    order = _held(limited)
    approved = _approve(limited, order)

    with (
        limited.desk(limited.who("outlet_admin", "cafe")) as desk,
        pytest.raises((Refused, Conflict)),
    ):
        desk.approve(order)

    assert limited.now(order).number == approved.number


def test_what_cannot_be_had_any_more_goes_on_waiting_when_it_is_approved(limited):
    order = _held(limited)
    limited.sell(product="milk", available=False)

    still = _approve(limited, order)

    assert still.status == "needs_approval"


def _held_again(market):
    """An order for 20.00 EUR that went to the supplier, then was edited to 200.00."""
    order = market.order(("butter", "8"), by=_orderer(market))
    with market.desk(_orderer(market)) as desk:
        return desk.edit(order.ref, SetLine(line=1, quantity="80"))


def _told(market, order, key):
    return {to for source, to in _mailed(market, order) if source == f"supplier.{key}"}


def test_an_edit_beyond_the_limit_is_no_way_round_it(limited):
    order = _held_again(limited)

    assert order.status == "needs_approval"
    assert _told(limited, order, "held_again") == {"outlet_admin@cafe.example"}


def test_a_change_that_is_approved_is_told_as_one_and_not_as_a_new_order(limited):
    order = _held_again(limited)
    new = _told(limited, order, "pending")

    _approve(limited, order)

    assert _told(limited, order, "changed") == SUPPLIER
    chosen = sa.select(sa.func.count()).where(
        deliveries.c.subject_id == order.id, deliveries.c.source == "supplier.pending",
        deliveries.c.channel == "mail",
    )  # fmt: skip
    with reading(limited.loom.engine, limited.tenant) as connection:
        assert connection.execute(chosen).scalar_one() == len(new)


def test_a_supplier_who_had_an_order_hears_that_it_is_abandoned_while_it_waits(limited):
    order = _held_again(limited)

    limited.do(order, "abandon", by=_orderer(limited))

    assert _told(limited, order, "abandon") == SUPPLIER


def test_a_change_that_is_refused_is_told_as_one(limited):
    order = _refuse(limited, _held_again(limited), "Eight will do.")

    assert (order.status, [str(line.quantity) for line in order.lines]) == ("pending", ["8"])
    assert _told(limited, order, "change_refused") == {"outlet_orderer@cafe.example"}
    assert _told(limited, order, "refused") == set()


# ── amounts of roles ───────────────────────────────────────────────────────────────────────


def _allow_role(market, role, amount, **more):
    with market.desk(market.who("outlet_admin", "cafe")) as desk:
        money = Money.of(amount, "EUR", "amount")
        desk.approvals.allow_role(
            f"supplier.{role}", money, limit="supplier.purchasing", scope=CAFE, **more
        )


def test_an_amount_of_a_role_limits_all_who_hold_it_in_the_outlet(market):
    _allow_role(market, "outlet_orderer", "20")

    held = _held(market)
    elsewhere = market.order(by=market.who("outlet_orderer", "bistro"), outlet="bistro")

    assert (held.status, elsewhere.status) == ("needs_approval", "pending")


def test_an_orderer_who_is_a_manager_too_may_order_what_managers_may(market):
    _allow_role(market, "outlet_orderer", "5")
    _allow_role(market, "outlet_manager", "20.40")
    both = market.who("outlet_orderer", "cafe", "outlet_manager")

    assert market.order(by=both).status == "pending"
    assert market.order(("milk", "12"), ("bread", "3"), by=both).status == "needs_approval"


def test_an_admin_of_the_outlet_is_not_limited_by_the_amount_of_a_role_he_holds_too(market):
    _allow_role(market, "outlet_orderer", "5")

    order = market.order(by=market.who("outlet_admin", "cafe", "outlet_orderer"))

    assert order.status == "pending"


def test_each_manager_has_the_budget_of_the_role_for_himself(market):
    _allow_role(market, "outlet_manager", "21", per="month")
    manager = market.who("outlet_manager", "cafe")
    other = Actor("second_manager.cafe", manager.grants)

    statuses = [market.order(by=one).status for one in (manager, other, manager)]

    assert statuses == ["pending", "pending", "needs_approval"]
