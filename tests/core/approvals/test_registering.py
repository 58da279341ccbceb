"""What modules register as limits, and what happens when those fail."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom import (
    Limit,
    Module,
    ModuleFault,
    Problem,
    Refused,
    Requirement,
    hookimpl,
)

WHY = Problem("strict.why", "It needs approval. To go on, have it approved.")


class Strict:
    """A module that limits another one's orders."""

    __name__ = "strict"

    def __init__(self, *limits: Limit) -> None:
        self.module = Module("strict", title="Strict", requires="market", touches="market.order")

        @hookimpl
        def register_limits() -> tuple[Limit, ...]:
            return limits

        self.register_limits = register_limits


def limit(ask: Any = lambda asking: None, **fields: Any) -> Limit:
    given = {"key": "strict.all", "type": "market.order", "actions": "place"} | fields
    return Limit(title="All", ask=ask, **given)


def fault_of(make_market: Any, *limits: Limit) -> ModuleFault:
    with pytest.raises(ModuleFault) as fault:
        make_market(beside=Strict(*limits)).place("omar", "10")
    return fault.value


def test_a_module_limits_the_orders_of_another(make_market: Any) -> None:
    shop = make_market(beside=Strict(limit(lambda asking: Requirement(role="admin", why=WHY))))

    assert shop.place("hana", "1").status == "needs_approval"


def test_a_limit_on_an_action_there_is_not_would_never_hold_and_is_a_fault(
    make_market: Any,
) -> None:
    with pytest.raises(Refused) as refused:
        make_market(beside=Strict(limit(actions="plase")))

    assert "strict would fail in register_limits" in str(refused.value)
    assert "name one there is: place" in str(refused.value)


def test_two_limits_of_one_key_are_a_fault(make_market: Any) -> None:
    with pytest.raises(Refused) as refused:
        make_market(beside=Strict(limit(), limit()))

    assert "strict.all" in str(refused.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda asking: 1 / 0,
        lambda asking: "a requirement",
        lambda asking: [None],
        lambda asking: Requirement(why=WHY),
        lambda asking: Requirement(role="a", person="b", why=WHY),
        lambda asking: Requirement(person="b", count=2, why=WHY),
        lambda asking: Requirement(role="a", count=0, why=WHY),
        lambda asking: Requirement(side="middle", why=WHY),
    ],
)
def test_a_limit_that_fails_stops_the_command_and_names_its_module(
    make_market: Any, ask: Any
) -> None:
    fault = fault_of(make_market, limit(ask))

    assert fault.module == "strict"
    assert "limit strict.all" in fault.hook


@pytest.mark.parametrize("content", [(), ("colour",), ("data.",)])
def test_what_approvals_cannot_be_bound_to_is_no_content(content: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="approvals can be bound to"):
        limit(content=content)


def test_an_action_that_cannot_wait_is_refused_with_the_reason(make_market: Any) -> None:
    ask = lambda asking: Requirement(role="admin", why=WHY)  # noqa: E731 - as short as it is read
    shop = make_market(beside=Strict(limit(ask, actions="drop")))
    order = shop.place("omar", "1")

    with shop.desk("omar") as desk:
        decision = desk.preview(order, "drop")

    assert [problem.code for problem in decision.problems] == ["approval.cannot_wait"]


def test_a_preview_says_what_a_command_would_wait_for(shop: Any) -> None:
    with shop.reader("omar") as reader:
        decision = reader.preview(shop.new("600"))
        passing = reader.preview(shop.new("500"))

    assert (decision.allowed, decision.waits, decision.after.status) == (
        True, True, "needs_approval",
    )  # fmt: skip
    assert [one.role for one in decision.requirements] == ["market.head"]
    assert (passing.waits, passing.requirements) == (False, ())


def test_a_waiting_order_stays_readable_when_the_limit_is_gone(make_market: Any, asks: Any) -> None:
    strict = Strict(limit(lambda asking: Requirement(role="admin", why=WHY)))
    shop = make_market(beside=strict)
    order = shop.place("omar", "10")
    with shop.desk("root") as desk:
        desk.admin.switch("strict", "off")

    order = shop.approve("root", order)

    assert order.status == "pending"
