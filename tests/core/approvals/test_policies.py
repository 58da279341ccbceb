"""A tenant's own rules, and what drafts of them would have done."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from orderloom import Forbidden, Refused, SetLine, User, to_plain
from orderloom.tenants import tenant_ref

OVER_100 = """
[[rule]]
name = "over 100"
type = "market.order"
actions = ["place"]
roles = ["market.orderer"]
amount = "100"
currency = "EUR"

[[rule.approvers]]
role = "market.head"
scope = "buyer"
"""
OVER_300 = OVER_100.replace("100", "300")
BY_CHIEF = OVER_100.replace('role = "market.head"\nscope = "buyer"', 'role = "market.chief"')


def put_in_force(shop: Any, text: str) -> Any:
    with shop.desk("root") as desk:
        return desk.approvals.set_policy(text)


def simulated(shop: Any, text: str | None, **more: Any) -> Any:
    with shop.reader("root") as reader:
        return reader.simulate(text, since="2026-07-01", **more)


def test_a_rule_holds_from_the_next_command_on(shop: Any) -> None:
    before = shop.place("olga", "200")
    put_in_force(shop, OVER_100)

    assert (before.status, shop.place("olga", "200").status) == ("pending", "needs_approval")


def test_whoever_a_rule_does_not_name_is_not_bound_by_it(shop: Any) -> None:
    put_in_force(shop, OVER_100)

    assert shop.place("hana", "200").status == "pending"


def test_rules_of_modules_and_of_the_tenant_both_hold(shop: Any) -> None:
    put_in_force(shop, BY_CHIEF)
    order = shop.approve("hana", shop.place("omar", "600"))
    assert order.status == "needs_approval"

    assert shop.approve("cleo", order).status == "pending"


def test_an_empty_policy_takes_all_rules_off(shop: Any) -> None:
    put_in_force(shop, OVER_100)
    put_in_force(shop, "")

    assert shop.place("olga", "200").status == "pending"


def test_everything_wrong_with_a_policy_is_said_at_once_and_nothing_is_set(shop: Any) -> None:
    text = OVER_100 + OVER_100.replace('market.order"', 'market.ordr"').replace("head", "haed")
    text = text.replace('currency = "EUR"', 'currency = "EUX"', 1)

    with pytest.raises(Refused) as refused:
        put_in_force(shop, text)

    assert set(refused.value.codes) == {"policy.double", "currency.unknown", "policy.choice"}
    fields = {problem.field for problem in refused.value.problems}
    assert {"rule[1].approvers[0].role", "rule[1].type"} <= fields
    with shop.desk("root") as desk:
        assert desk.approvals.policy() == ()


@pytest.mark.parametrize("text", ["rule = 7", "[[rule]]\nname=", "\x00", "[[rule]]\nnoise = 1"])
def test_what_is_no_policy_is_refused(shop: Any, text: str) -> None:
    with pytest.raises(Refused):
        put_in_force(shop, text)


def test_only_an_admin_sets_a_policy(shop: Any) -> None:
    with shop.desk("hana") as desk, pytest.raises(Forbidden):
        desk.approvals.set_policy("")


def test_a_policy_is_an_event_of_the_tenant(shop: Any) -> None:
    made = put_in_force(shop, OVER_100)

    with shop.reader("root") as reader:
        event = reader.history(tenant_ref(shop.tenant))[-1]
    assert event.body["what"] == "policy"
    assert event.body["changed"] == {"policy": [None, made.digest]}


# ── what if ────────────────────────────────────────────────────────────────────────────────


def test_the_policies_in_force_give_exactly_what_was_decided(shop: Any) -> None:
    shop.place("omar", "400")
    shop.edit("omar", shop.approve("hana", shop.place("omar", "600")), SetLine(line=1, price="700"))
    put_in_force(shop, OVER_100)
    shop.place("olga", "150")
    shop.allow("omar", "1000")
    waiting = shop.place("omar", "900")
    shop.edit("omar", waiting, SetLine(line=1, price="90"))
    put_in_force(shop, OVER_300)
    shop.place("olga", "250")
    shop.allow("olga", "100", per="week")
    shop.place("olga", "1")
    with shop.desk("root") as desk:  # rights of today play no part
        desk.directory.save_user(User(id="olga", name="Olga", grants=()))

    found = simulated(shop, None)

    with shop.reader("root") as reader:
        recorded = {
            event.id: event.body["gate"]["asked"]
            for order in reader.find().items
            for event in reader.history(order)
            if "gate" in event.body
        }
    replayed = {
        one.event: json.loads(json.dumps([to_plain(asked) for asked in one.after]))
        for one in found.replayed
    }
    assert replayed == recorded
    assert len(recorded) == 8
    assert sum(bool(asked) for asked in recorded.values()) == 5
    assert found.held == found.freed == ()


def test_a_draft_shows_what_it_would_hold_and_free(shop: Any) -> None:
    put_in_force(shop, OVER_300)
    small, middle, large = (shop.place("olga", one) for one in ("50", "200", "400"))
    shop.clock.move(hours=5)
    shop.approve("hana", large)

    tighter = simulated(shop, OVER_100)
    looser = simulated(shop, "")

    assert [one.subject.id for one in tighter.held] == [middle.id]
    assert tighter.freed == ()
    assert [one.subject.id for one in looser.freed] == [large.id]
    assert dict(tighter.load()) == {"role market.head in party o1": (1, 2)}
    before, after = tighter.passed()
    assert (before["EUR"].amount, after["EUR"].amount) == (Decimal("250"), Decimal("50"))
    added, saved = tighter.waiting()
    assert (added.total_seconds() / 3600, saved.total_seconds()) == (5, 0)
    assert looser.waiting()[1].total_seconds() / 3600 == 5
    assert small.id not in {one.subject.id for one in (*tighter.held, *looser.freed)}


def test_two_drafts_are_compared_with_each_other(shop: Any) -> None:
    put_in_force(shop, OVER_300)
    order = shop.place("olga", "200")

    found = simulated(shop, "", against=OVER_100)

    assert [one.subject.id for one in found.freed] == [order.id]


def test_a_budget_is_worked_out_from_the_history(shop: Any) -> None:
    put_in_force(shop, OVER_300)
    first = shop.place("olga", "200")
    shop.clock.move(minutes=1)
    second = shop.place("olga", "200")
    shop.clock.move(minutes=1)
    with shop.desk("olga") as desk:
        desk.perform(first, "drop")
    shop.clock.move(minutes=1)
    third = shop.place("olga", "200")
    weekly = OVER_300.replace('currency = "EUR"', 'currency = "EUR"\nper = "week"')

    found = simulated(shop, weekly)

    assert [one.subject.id for one in found.held] == [second.id, third.id]


def test_what_lies_before_the_day_is_left_out(shop: Any) -> None:
    put_in_force(shop, OVER_300)
    shop.place("olga", "200")
    shop.clock.move(days=2)
    later = shop.place("olga", "200")

    with shop.reader("root") as reader:
        found = reader.simulate(OVER_100, since="2026-07-03")

    assert [one.subject.id for one in found.held] == [later.id]


def test_only_an_admin_simulates(shop: Any) -> None:
    with shop.reader("hana") as reader, pytest.raises(Forbidden):
        reader.simulate("", since="2026-07-01")
