"""Several approvers, levels, delegation, escalation and expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orderloom import Escalation, Forbidden, Refused, Scope, SetLine
from orderloom.worker import Worker

OUTLET = Scope("party", "o1")
HEAD = {"role": "market.head", "scope": OUTLET}
CHIEF = {"role": "market.chief"}


def test_two_different_people_have_to_approve(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**HEAD, "count": 2}))
    order = shop.approve("hana", shop.place("omar", "10"))
    assert (order.status, shop.events(order)) == ("needs_approval", ["held", "approved"])

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order)
    assert refused.value.codes == ("approval.twice",)

    assert shop.approve("hugo", order).status == "pending"


def test_levels_are_voted_on_in_their_order(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**CHIEF, "level": 2}, HEAD))
    order = shop.place("omar", "10")

    with pytest.raises(Forbidden) as early:
        shop.approve("cleo", order)
    assert early.value.codes == ("approval.not_yet",)

    order = shop.approve("hana", order)
    assert order.status == "needs_approval"
    assert shop.approve("cleo", order).status == "pending"


def test_whoever_fits_several_levels_is_asked_once(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"person": "hana", "level": 2}, HEAD))
    order = shop.place("omar", "10")

    assert shop.approve("hana", order).status == "pending"


def test_a_named_person_approves_and_no_admin_in_his_place(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"person": "hugo"}))
    order = shop.place("omar", "10")

    for user in ("hana", "root"):
        with pytest.raises(Forbidden):
            shop.approve(user, order)
    assert shop.approve("hugo", order).status == "pending"


def test_a_side_approves_through_any_of_its_users(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({"side": "buyer"}))
    order = shop.place("omar", "10")

    with shop.reader("olga") as reader:
        assert [one.subject.id for one in reader.to_approve()] == [order.id]
    assert shop.approve("olga", order).status == "pending"


def test_the_list_of_what_waits_names_only_what_is_due_to_its_reader(
    make_market: Any, asks: Any
) -> None:
    shop = make_market(asks({**CHIEF, "level": 2}, HEAD))
    order = shop.place("omar", "10")

    def waiting(user: str) -> list[Any]:
        with shop.reader(user) as reader:
            return [one.subject.id for one in reader.to_approve()]

    assert [waiting(user) for user in ("hana", "hugo", "cleo", "omar", "hera", "sven")] == [
        [order.id], [order.id], [], [], [], [],
    ]  # fmt: skip
    shop.approve("hana", order)
    assert [waiting(user) for user in ("hana", "hugo", "cleo")] == [[], [], [order.id]]


def test_the_list_goes_on_where_a_page_ended(make_market: Any, asks: Any) -> None:
    shop = make_market(asks(HEAD))
    placed = [shop.place("omar", "10").id for _ in range(5)]

    seen: list[Any] = []
    after = None
    with shop.reader("hana") as reader:
        while page := reader.to_approve(after=after, limit=2):
            seen += [one.subject.id for one in page]
            after = page[-1].id

    assert seen == placed


# ── delegation ─────────────────────────────────────────────────────────────────────────────


def delegate(shop: Any, principal: str, to: str, days: int = 1) -> Any:
    now = shop.clock.now
    with shop.desk(principal) as desk:
        return desk.approvals.delegate(to, starts=now, ends=now + timedelta(days=days))


def test_a_delegate_approves_in_his_principals_stead_within_the_window(shop: Any) -> None:
    order = shop.place("omar", "600")
    delegate(shop, "hana", "olga")

    with shop.reader("olga") as reader:
        assert len(reader.to_approve()) == 1
    order = shop.approve("olga", order)

    with shop.reader("olga") as reader:
        (vote,) = reader.approval(order).votes
    assert (order.status, vote.voter, vote.principal) == ("pending", "olga", "hana")


def test_outside_the_window_a_delegate_is_nobody(shop: Any) -> None:
    order = shop.place("omar", "600")
    delegate(shop, "hana", "olga")
    shop.clock.move(days=1)

    with pytest.raises(Forbidden):
        shop.approve("olga", order)


def test_a_revoked_delegation_counts_for_nothing(shop: Any) -> None:
    order = shop.place("omar", "600")
    made = delegate(shop, "hana", "olga")
    with shop.desk("hana") as desk:
        desk.approvals.revoke(made.id)

    with pytest.raises(Forbidden):
        shop.approve("olga", order)


def test_a_delegate_of_a_delegate_is_nobody(shop: Any) -> None:
    order = shop.place("omar", "600")
    delegate(shop, "hana", "cleo")
    delegate(shop, "cleo", "olga")

    with pytest.raises(Forbidden):
        shop.approve("olga", order)


def test_nobody_approves_his_own_order_as_a_delegate(shop: Any) -> None:
    order = shop.place("omar", "600")
    delegate(shop, "hana", "omar")

    with pytest.raises(Forbidden) as refused:
        shop.approve("omar", order)
    assert refused.value.codes == ("approval.own",)


def test_nor_is_it_listed_for_him(shop: Any) -> None:
    shop.place("omar", "600")
    delegate(shop, "hana", "omar")

    with shop.reader("omar") as reader:
        assert reader.to_approve() == ()


def test_principal_and_delegate_are_one_person_of_two(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**HEAD, "count": 2}))
    order = shop.place("omar", "10")
    delegate(shop, "hana", "olga")
    order = shop.approve("olga", order)

    with pytest.raises(Refused) as refused:
        shop.approve("hana", order)
    assert refused.value.codes == ("approval.twice",)


def test_two_delegates_of_one_principal_are_one_person_of_two(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**HEAD, "count": 2}))
    order = shop.place("omar", "10")
    delegate(shop, "hana", "olga")
    delegate(shop, "hana", "cleo")
    order = shop.approve("olga", order)

    with pytest.raises(Forbidden):
        shop.approve("cleo", order)
    assert shop.approve("hugo", order).status == "pending"


def test_whoever_changed_it_does_not_approve_it_through_a_delegate(shop: Any) -> None:
    order = shop.edit("hana", shop.place("omar", "600"), SetLine(line=1, price="601"))
    delegate(shop, "hana", "cleo")

    with pytest.raises(Forbidden) as refused:
        shop.approve("cleo", order)
    assert refused.value.codes == ("approval.not_yours",)


def test_a_window_that_ends_before_it_begins_is_refused_with_everything_else(shop: Any) -> None:
    with shop.desk("hana") as desk, pytest.raises(Refused) as refused:
        desk.approvals.delegate("nobody", starts="2026-08-02", ends="2026-07-02")

    assert refused.value.codes == ("user.unknown", "delegation.window")


def test_nobody_delegates_to_himself_or_the_rights_of_others(shop: Any) -> None:
    with shop.desk("hana") as desk, pytest.raises(Refused):
        desk.approvals.delegate("hana", starts="2026-07-02", ends="2026-07-03")
    with shop.desk("omar") as desk, pytest.raises(Forbidden):
        desk.approvals.delegate("omar", principal="hana", starts="2026-07-02", ends="2026-07-03")


# ── escalation and expiry ──────────────────────────────────────────────────────────────────


def test_when_nobody_approves_in_time_somebody_else_may(make_market: Any, asks: Any) -> None:
    escalation = Escalation(hours=24, role="market.chief")
    shop = make_market(asks({**HEAD, "escalation": escalation}))
    order = shop.place("omar", "10")
    with pytest.raises(Forbidden):
        shop.approve("cleo", order)
    shop.clock.move(hours=24)

    Worker(shop.loom).once(tenant=shop.tenant)

    with shop.reader("cleo") as reader:
        assert len(reader.to_approve()) == 1
        order = reader.get(order.id)
    assert shop.events(order) == ["held", "escalated"]
    assert shop.approve("cleo", order).status == "pending"


def test_the_first_approvers_may_still_approve_after_an_escalation(
    make_market: Any, asks: Any
) -> None:
    escalation = Escalation(hours=24, role="market.chief")
    shop = make_market(asks({**HEAD, "escalation": escalation}))
    order = shop.place("omar", "10")
    shop.clock.move(hours=24)
    Worker(shop.loom).once(tenant=shop.tenant)

    assert shop.approve("hana", order.ref).status == "pending"


def test_what_nobody_approves_at_all_expires(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**HEAD, "expires_hours": 72}))
    order = shop.place("omar", "10")
    shop.clock.move(hours=71, minutes=59)
    Worker(shop.loom).once(tenant=shop.tenant)
    assert shop.events(order) == ["held"]
    shop.clock.move(minutes=1)

    Worker(shop.loom).once(tenant=shop.tenant)

    with shop.reader("omar") as reader:
        order = reader.get(order.id)
        event = reader.history(order)[-1]
    assert (order.status, event.name) == ("dropped", "refused")
    assert event.reason == "nobody approved it in time"


def test_nobody_lets_it_expire_before_its_time(make_market: Any, asks: Any) -> None:
    shop = make_market(asks({**HEAD, "expires_hours": 72}))
    order = shop.place("omar", "10")

    with shop.desk("omar") as desk, pytest.raises(Refused) as refused:
        desk.expire(order)
    assert refused.value.codes == ("approval.not_expired",)
