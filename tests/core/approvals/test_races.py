"""Several people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from orderloom import Escalation, Refused, Scope, SetLine
from orderloom.store import timers
from orderloom.worker import Worker


def at_once(*works: Any) -> list[Any]:
    """What each answers, or the codes it is refused with, when all begin together."""
    barrier = Barrier(len(works))

    def run(work: Any) -> Any:
        barrier.wait()
        try:
            return work()
        except Refused as refused:
            return refused.codes

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def approving(shop: Any, user: str, ref: Any) -> Any:
    def work() -> Any:
        actor = shop.actor(user)
        return shop.loom.run(shop.tenant, actor, lambda desk: desk.approve(ref)).status

    return work


def placing(shop: Any, user: str, amount: str) -> Any:
    def work() -> Any:
        actor = shop.actor(user)
        return shop.loom.run(shop.tenant, actor, lambda desk: desk.place(shop.new(amount))).status

    return work


def test_of_two_approvers_at_once_one_lets_it_take_effect(shop: Any) -> None:
    for _ in range(5):
        order = shop.place("omar", "600")

        found = at_once(*(approving(shop, user, order.ref) for user in ("hana", "hugo")))

        assert sorted(found, key=str) == [("approval.none",), "pending"]
        assert shop.events(order) == ["held", "placed"]


def test_two_orders_at_once_do_not_share_one_budget(make_market: Any) -> None:
    shop = make_market()
    shop.allow("omar", "1000", per="day")
    second = placing(shop, "omar", "600")

    with ThreadPoolExecutor(1) as pool:
        with shop.desk("omar") as desk:
            first = desk.place(shop.new("600"))
            later = pool.submit(second)
            with pytest.raises(TimeoutError):
                later.result(timeout=0.5)  # it waits, for what the first one leaves of the budget
        statuses = [first.status, later.result()]

    assert statuses == ["pending", "needs_approval"]


def test_two_orders_at_once_do_not_share_the_budget_of_a_role(make_market: Any) -> None:
    shop = make_market()
    shop.allow_role("market.orderer", "1000", per="day")
    second, of_another = (placing(shop, user, "600") for user in ("omar", "olga"))

    with ThreadPoolExecutor(1) as pool:
        with shop.desk("omar") as desk:
            first = desk.place(shop.new("600"))
            later = pool.submit(second)
            with pytest.raises(TimeoutError):
                later.result(timeout=0.5)
        statuses = [first.status, later.result(), of_another()]

    assert statuses == ["pending", "needs_approval", "pending"]


def test_an_approval_and_an_edit_at_once_never_place_what_nobody_approved(shop: Any) -> None:
    for _ in range(5):
        order = shop.place("omar", "600")

        def edit(ref: Any = order.ref) -> Any:
            change = SetLine(line=1, price="60000")
            actor = shop.actor("omar")
            return shop.loom.run(shop.tenant, actor, lambda desk: desk.edit(ref, change)).status

        at_once(approving(shop, "hana", order.ref), edit)

        with shop.reader("root") as reader:
            after = reader.get(order.id)
            names = [event.name for event in reader.history(order)]
        price = after.lines[0].price.amount
        # Approved first: the edit sends it back. Edited first: what is approved is the new price.
        expected = "needs_approval" if names[1] == "placed" else "pending"
        assert (after.status, int(price)) == (expected, 60000)


def test_the_same_approval_twice_by_one_key_votes_once(make_market: Any, asks: Any) -> None:
    head = {"role": "market.head", "scope": Scope("party", "o1"), "count": 2}
    shop = make_market(asks(head))
    order = shop.place("omar", "10")

    first = shop.approve("hana", order.ref, key="k1")
    again = shop.approve("hana", order.ref, key="k1")

    assert (first.version, again.version) == (2, 2)
    assert shop.events(order) == ["held", "approved"]


def test_an_approval_rolled_back_was_never_cast(shop: Any) -> None:
    order = shop.place("omar", "600")

    def cut_short() -> None:
        with shop.desk("hana") as desk:
            desk.approve(order)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_short()

    assert shop.events(order) == ["held"]
    assert shop.approve("hana", order).number == "M-0001"


# ── workers ────────────────────────────────────────────────────────────────────────────────


def overdue(shop: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What four workers come to who all found the same overdue approvals, and why."""
    found = Barrier(4)
    real = timers.due_timers

    def due_timers(*args: Any) -> Any:
        due = real(*args)
        found.wait(timeout=60)
        return due

    with monkeypatch.context() as patch, ThreadPoolExecutor(4) as pool:
        patch.setattr(timers, "due_timers", due_timers)
        rounds = list(pool.map(lambda _: Worker(shop.loom).once(tenant=shop.tenant), range(4)))
    done = [one for each in rounds for one in each if one.what == "timer"]
    return [(one.outcome, one.reason) for one in done]


HEAD = {"role": "market.head", "scope": Scope("party", "o1")}


@pytest.mark.parametrize(
    ("asked", "event"),
    [
        ({"expires_hours": 24}, "refused"),
        ({"escalation": Escalation(hours=24, role="market.chief")}, "escalated"),
    ],
)
def test_several_workers_at_once_do_what_is_overdue_once(
    make_market: Any, asks: Any, monkeypatch: pytest.MonkeyPatch, asked: Any, event: str
) -> None:
    shop = make_market(asks({**HEAD, **asked}))
    orders = [shop.place("omar", "10") for _ in range(6)]
    shop.clock.move(hours=24)

    outcomes = overdue(shop, monkeypatch)

    assert set(outcomes) <= {("run", ""), ("passed", "")}
    assert len(outcomes) == 4 * 6
    assert outcomes.count(("run", "")) == 6
    assert all(shop.events(order) == ["held", event] for order in orders)
    assert Worker(shop.loom).once(tenant=shop.tenant) == []
