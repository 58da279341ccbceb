"""Whom an event asks for an approval: each once, when the turn comes."""

from __future__ import annotations

from typing import Any

from orderloom import Escalation, Scope, approvers

OUTLET = Scope("party", "o1")
HEADS = {"role": "market.head", "scope": OUTLET}


def asked(shop: Any, order: Any, name: str) -> list[str]:
    """Whom the last event of a name asks."""
    with shop.reader("root") as reader:
        event = [one for one in reader.history(order) if one.name == name][-1]
        return [one.user for one in approvers(event, order, reader.reading)]


def test_those_of_the_first_level_are_asked_and_not_who_ordered(make_market, asks):
    shop = make_market(asks(HEADS, {"person": "cleo", "level": 2}))

    order = shop.place("hugo", "10")

    assert asked(shop, order, "held") == ["hana"]


def test_the_next_level_is_asked_once_it_is_reached(make_market, asks):
    shop = make_market(asks(HEADS | {"count": 2}, {"person": "cleo", "level": 2}))
    order = shop.place("omar", "10")

    shop.approve("hana", order.ref)
    after_one = asked(shop, order, "approved")
    shop.approve("hugo", order.ref)

    assert after_one == []
    assert asked(shop, order, "approved") == ["cleo"]


def test_whoever_holds_the_role_in_the_whole_tenant_is_asked_too(make_market, asks):
    shop = make_market(asks({"role": "market.chief", "scope": OUTLET}))

    order = shop.place("omar", "10")

    assert asked(shop, order, "held") == ["cleo"]


def test_an_escalation_asks_those_who_may_approve_from_then_on(make_market, asks):
    escalation = Escalation(hours=24, role="market.chief")
    shop = make_market(asks(HEADS | {"escalation": escalation}))
    order = shop.place("omar", "10")
    shop.clock.move(hours=24)

    with shop.desk("root") as desk:
        desk.escalate(order.ref)

    assert asked(shop, order, "escalated") == ["cleo"]


def test_a_side_is_nobody_in_particular(make_market, asks):
    shop = make_market(asks({"side": "buyer"}))

    order = shop.place("omar", "10")

    assert asked(shop, order, "held") == []


def test_what_is_approved_asks_nobody(make_market, asks):
    shop = make_market(asks(HEADS))
    order = shop.place("omar", "10")

    shop.approve("hana", order.ref)

    assert asked(shop, order, "placed") == []
