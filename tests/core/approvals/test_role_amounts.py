"""Amounts set for a role: what each of its holders may order on his own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import attrs
import pytest

from orderloom import Forbidden, Grant, Money, Refused, Remedy, Requirement, Scope, to_plain
from orderloom.orders import codec
from orderloom.orders.approvals import Allowance
from orderloom.tenants import tenant_ref

OUTLET, OTHER = Scope("party", "o1"), Scope("party", "o2")
ORDERER, HEAD, CHIEF = "market.orderer", "market.head", "market.chief"


@pytest.fixture
def outlet(make_market: Callable[..., Any]) -> Any:
    """Each orderer of the outlet may order up to 500.00 EUR; nothing is set for a user."""
    made = make_market()
    made.allow_role(ORDERER, "500")
    return made


def placed(shop: Any, user: str, *amounts: str, **more: Any) -> list[str]:
    return [shop.place(user, one, **more).status for one in amounts]


def set_by(shop: Any, user: str, role: Any, amount: Any = "1", **given: Any) -> None:
    fields = {"limit": "market.purchasing", "scope": OUTLET} | given
    with shop.desk(user) as desk:
        desk.approvals.allow_role(role, amount and Money(amount, "EUR"), **fields)


def listed(shop: Any, by: str, /, **wanted: str) -> list[tuple[str, str, str]]:
    with shop.desk(by) as desk:
        found = desk.approvals.allowances(**wanted)
    return [(one.user, one.role, str(one.amount)) for one in found]


# ── whom it holds for ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("user", ["omar", "olga"])
def test_it_holds_for_everybody_who_holds_the_role(outlet: Any, user: str) -> None:
    assert placed(outlet, user, "500", "501") == ["pending", "needs_approval"]


def test_whoever_holds_another_role_is_not_bound_by_it(outlet: Any) -> None:
    assert placed(outlet, "hana", "9000") == ["pending"]


def test_it_holds_in_its_scope_alone(outlet: Any) -> None:
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(ORDERER, OTHER))

    assert placed(outlet, "omar", "9000", buyer="o2") == ["pending"]


def test_a_role_held_elsewhere_brings_nothing(outlet: Any) -> None:
    outlet.allow_role(HEAD, "2000")
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(HEAD, OTHER))

    assert placed(outlet, "omar", "600") == ["needs_approval"]


def test_a_role_held_in_the_whole_tenant_is_held_there_too(outlet: Any) -> None:
    outlet.allow_role(HEAD, "2000")
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(HEAD))

    assert placed(outlet, "omar", "2000", "2001") == ["pending", "needs_approval"]


# ── which of several ───────────────────────────────────────────────────────────────────────


def test_of_several_roles_the_highest_amount_counts(outlet: Any) -> None:
    outlet.allow_role(HEAD, "2000")
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(HEAD, OUTLET))

    assert placed(outlet, "omar", "2000", "2001") == ["pending", "needs_approval"]


def test_a_role_for_which_nothing_is_set_lifts_no_other(outlet: Any) -> None:
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(HEAD, OUTLET))

    assert placed(outlet, "omar", "501") == ["needs_approval"]


@pytest.mark.parametrize("dollars", ["2000", "100"])
def test_amounts_of_roles_in_two_currencies_both_bind(outlet: Any, dollars: str) -> None:
    outlet.allow_role(HEAD, dollars, currency="USD")
    outlet.grant("omar", Grant(ORDERER, OUTLET), Grant(HEAD, OUTLET))

    assert placed(outlet, "omar", "1") == ["needs_approval"]
    outlet.allow("omar", "700")
    assert placed(outlet, "omar", "700", "701") == ["pending", "needs_approval"]


@pytest.mark.parametrize(
    ("own", "statuses"),
    [
        ("100", ["needs_approval", "needs_approval"]),
        ("999999999999", ["pending", "pending"]),  # in effect no limit
    ],
)
def test_an_amount_of_ones_own_takes_the_place_of_the_roles(
    outlet: Any, own: str, statuses: list[str]
) -> None:
    outlet.allow("omar", own)

    assert placed(outlet, "omar", "101", "9000") == statuses


def test_an_amount_of_ones_own_for_another_period_leaves_it(outlet: Any) -> None:
    outlet.allow("omar", "9000", per="week")

    assert placed(outlet, "omar", "501") == ["needs_approval"]


def test_without_an_amount_of_ones_own_that_of_the_role_holds_again(outlet: Any) -> None:
    outlet.allow("omar", "9000")
    outlet.allow("omar", None)

    assert placed(outlet, "omar", "501") == ["needs_approval"]


def test_what_is_taken_off_holds_for_nobody(outlet: Any) -> None:
    outlet.allow_role(ORDERER, None)

    assert placed(outlet, "omar", "501") == ["pending"]


def test_a_later_amount_of_a_role_replaces_an_earlier_one(outlet: Any) -> None:
    outlet.allow_role(ORDERER, "600")

    assert placed(outlet, "omar", "600", "601") == ["pending", "needs_approval"]


def test_a_preview_obeys_it(outlet: Any) -> None:
    with outlet.reader("omar") as reader:
        waits = [reader.preview(outlet.new(one)).waits for one in ("500", "501")]

    assert waits == [False, True]


# ── budgets ────────────────────────────────────────────────────────────────────────────────


def test_each_holder_has_a_budget_of_his_own(make_market: Any) -> None:
    shop = make_market()
    shop.allow_role(ORDERER, "500", per="month")

    first = placed(shop, "omar", "300") + placed(shop, "olga", "300")
    second = placed(shop, "omar", "201", "200")

    assert first == ["pending", "pending"]
    assert second == ["needs_approval", "needs_approval"]  # 501 wait, and count as ordered


def test_each_period_has_its_amount(make_market: Any) -> None:
    shop = make_market()
    shop.allow_role(ORDERER, "100")
    shop.allow_role(ORDERER, "150", per="week")

    assert placed(shop, "omar", "101") == ["needs_approval"]
    assert placed(shop, "olga", "100", "51") == ["pending", "needs_approval"]


# ── setting and seeing it ──────────────────────────────────────────────────────────────────


def test_a_role_the_limit_does_not_ask_for_is_refused_by_those_it_does(outlet: Any) -> None:
    with pytest.raises(Refused, match=r"market\.chief.*: market\.head, market\.orderer") as refused:
        set_by(outlet, "hana", CHIEF)

    assert refused.value.codes == ("allowance.role",)


def test_a_limit_of_everybody_takes_every_role_there_is(make_market: Any, purchasing: Any) -> None:
    def ask(asking: Any) -> Iterable[Requirement]:
        return [
            Requirement(role=HEAD, scope=OUTLET, why=why)
            for own in asking.own(OUTLET)
            if (why := asking.over(own.amount, own.per))
        ]

    limit = attrs.evolve(purchasing, roles=(), ask=ask)
    shop = make_market(limit)
    shop.allow_role(CHIEF, "70")

    assert placed(shop, "cleo", "70", "71") == ["pending", "needs_approval"]
    with pytest.raises(Refused) as refused:
        set_by(shop, "hana", "market.nobody")
    assert refused.value.codes == ("allowance.role",)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"scope": Scope("tenant", "")}, "allowance.scope"),
        ({"scope": Scope("party", "nope")}, "party.unknown"),
        ({"scope": "party:o1"}, "input.unfit"),
        ({"limit": "market.none"}, "limit.unknown"),
        ({"per": "year"}, "allowance.per"),
        ({"amount": "-1"}, "allowance.amount"),
        ({"role": 7}, "text.not_text"),
        ({"role": ""}, "text.empty"),
    ],
)
def test_what_makes_no_amount_is_refused(outlet: Any, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        set_by(outlet, "hana", **({"role": ORDERER} | given))

    assert refused.value.codes == (code,)


def test_all_that_is_wrong_is_said_at_once(outlet: Any) -> None:
    with pytest.raises(Refused) as refused:
        set_by(outlet, "hana", CHIEF, "-1", per="year")

    assert set(refused.value.codes) == {"allowance.role", "allowance.per", "allowance.amount"}


@pytest.mark.parametrize("user", ["omar", "hera", "sven"])
def test_it_takes_the_permission_of_the_limit_there(outlet: Any, user: str) -> None:
    with pytest.raises(Forbidden):
        set_by(outlet, user, ORDERER, "9000")


def test_a_role_the_limit_no_longer_asks_for_can_still_be_cleared(
    make_market: Any, purchasing: Any
) -> None:
    shop = make_market(attrs.evolve(purchasing, roles=()))
    shop.allow_role(CHIEF, "70")
    narrowed = make_market(attrs.evolve(purchasing, roles=(ORDERER,)))
    narrowed.tenant = shop.tenant

    narrowed.allow_role(CHIEF, None)

    assert listed(narrowed, "root") == []
    with pytest.raises(Refused):
        narrowed.allow_role(CHIEF, None)


def test_each_change_is_an_event_of_the_tenant_that_names_the_role(outlet: Any) -> None:
    outlet.allow_role(ORDERER, "700")
    outlet.allow_role(ORDERER, None)

    with outlet.reader("root") as reader:
        bodies = [event.body for event in reader.history(tenant_ref(outlet.tenant))]
    told = [body for body in bodies if body["what"] == "role_allowance"]
    place = "market.purchasing in party o1 per order"
    assert {body["id"] for body in told} == {ORDERER}
    assert [body["changed"][place] for body in told] == [
        [None, "500.00 EUR"], ["500.00 EUR", "700.00 EUR"], ["700.00 EUR", None],
    ]  # fmt: skip


def test_both_kinds_are_listed_and_can_be_asked_for_alone(outlet: Any) -> None:
    outlet.allow("omar", "40")
    user, role = ("omar", "", "40.00 EUR"), ("", ORDERER, "500.00 EUR")

    assert listed(outlet, "hana") == [role, user]
    assert listed(outlet, "hana", user="omar") == [user]
    assert listed(outlet, "hana", role=ORDERER) == [role]
    assert listed(outlet, "hana", limit="market.none") == []


@pytest.mark.parametrize(
    ("user", "amounts"),
    [
        ("omar", [("", ORDERER, "500.00 EUR"), ("omar", "", "40.00 EUR")]),
        ("olga", [("", ORDERER, "500.00 EUR")]),
        ("hera", []),
        ("sven", []),
    ],
)
def test_everybody_sees_what_holds_for_himself(
    outlet: Any, user: str, amounts: list[tuple[str, str, str]]
) -> None:
    outlet.allow("omar", "40")
    outlet.allow_role(HEAD, "9")

    assert listed(outlet, user) == amounts


def test_an_amount_names_one_user_or_one_role() -> None:
    for holder in ({}, {"user": "omar", "role": ORDERER}):
        with pytest.raises(ValueError, match="one user or for one role"):
            Allowance(limit="market.purchasing", amount=Money("1", "EUR"), **holder)


# ── what was in force ──────────────────────────────────────────────────────────────────────


def recorded(shop: Any) -> dict[Any, Any]:
    with shop.reader("root") as reader:
        return {
            event.id: event.body["gate"]
            for order in reader.find().items
            for event in reader.history(order)
            if "gate" in event.body
        }


def replayed(shop: Any) -> dict[Any, Any]:
    with shop.reader("root") as reader:
        found = reader.simulate(None, since="2026-07-01")
    return {
        one.event: json.loads(json.dumps([to_plain(asked) for asked in one.after]))
        for one in found.replayed
    }


def test_what_was_decided_is_replayed_exactly_after_the_amount_of_the_role_changed(
    outlet: Any,
) -> None:
    outlet.allow_role(HEAD, "900")
    outlet.place("omar", "501")
    outlet.grant("olga", Grant(ORDERER, OUTLET), Grant(HEAD, OUTLET))
    outlet.place("olga", "900")
    outlet.allow_role(ORDERER, "600", per="week")
    outlet.place("omar", "400")
    outlet.place("omar", "90")
    gates = recorded(outlet)
    outlet.allow_role(ORDERER, "1")
    outlet.allow_role(HEAD, None)
    outlet.allow_role(ORDERER, None, per="week")
    outlet.allow("omar", "9000")
    outlet.grant("olga")

    assert replayed(outlet) == {id: gate["asked"] for id, gate in gates.items()}
    assert len(gates) == 4
    assert sorted(len(gate["asked"]) for gate in gates.values()) == [0, 1, 1, 1]


def test_the_decision_keeps_which_amount_was_in_force_and_whose(outlet: Any) -> None:
    order = outlet.place("omar", "501")

    with outlet.reader("root") as reader:
        (event,) = reader.history(order)
    ((limit, scope, (seen,)),) = event.body["gate"]["own"]
    assert (limit, scope) == ("market.purchasing", "party o1")
    assert codec.from_plain(Allowance, seen) == Allowance(
        limit="market.purchasing", role=ORDERER, scope=OUTLET, amount=Money("500", "EUR")
    )


def test_an_amount_of_a_user_is_kept_as_before_there_were_amounts_of_roles() -> None:
    kept = {
        "limit": "market.purchasing",
        "user": "omar",
        "scope": {"kind": "party", "id": "o1"},
        "amount": {"amount": "1", "currency": "EUR"},
    }
    amount = Allowance(
        limit="market.purchasing", user="omar", scope=OUTLET, amount=Money("1", "EUR")
    )

    assert (to_plain(amount), codec.from_plain(Allowance, kept)) == (kept, amount)


# ── a module that is off ───────────────────────────────────────────────────────────────────


def test_amounts_outlast_a_module_that_is_switched_off(outlet: Any) -> None:
    outlet.place("omar", "5")
    with outlet.desk("root") as desk:
        park = [Remedy(type="market.order", status="pending", kind="park")]
        desk.admin.switch("market", "off", park)
    while_off = listed(outlet, "root")
    with outlet.desk("root") as desk:
        desk.admin.switch("market", "on")

    assert while_off == [("", ORDERER, "500.00 EUR")]
    assert placed(outlet, "omar", "500", "501") == ["pending", "needs_approval"]
