"""Approvers are roles that somebody can hold where they are looked for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from orderloom import (
    Escalation,
    Forbidden,
    Grant,
    Module,
    NotFound,
    Problem,
    Project,
    Refused,
    Role,
    Scope,
    SetLine,
)
from orderloom.worker import Worker

OUTLET = Scope("party", "o1")
RULE = """
[[rule]]
name = "large"
type = "market.order"
actions = ["place"]
amount = "100"
currency = "EUR"
{more}

[[rule.approvers]]
{approver}
"""
ESCALATING = 'escalate_hours = 24\nescalate_role = "guild.warden"'


def guild() -> Any:
    """Roles held at parties only (warden), in projects only, in departments only."""

    def role(name: str, scope: str) -> Role:
        allowed = {"market.order.*"}
        return Role(key=f"guild.{name}", title=name.title(), permissions=allowed, scopes=scope)

    roles = (role("warden", "party"), role("foreman", "project"), role("clerk", "department"))
    module = Module("guild", title="Guild", requires="market", touches="market.order", roles=roles)
    return SimpleNamespace(__name__="guild", module=module)


@pytest.fixture(name="guilds")
def guild_market(make_market: Any) -> Any:
    """Makes markets with the guild's roles: wanda is warden of o1, willa of o2."""

    def build(*limits: Any) -> Any:
        shop = make_market(*limits, beside=guild())
        shop.grant("wanda", Grant("guild.warden", OUTLET))
        shop.grant("willa", Grant("guild.warden", Scope("party", "o2")))
        return shop

    return build


def put_in_force(shop: Any, approver: str, more: str = "") -> None:
    with shop.desk("root") as desk:
        desk.approvals.set_policy(RULE.format(approver=approver, more=more))


def problems_of(shop: Any, approver: str, more: str = "") -> list[tuple[str, str, str]]:
    with pytest.raises(Refused) as refused:
        put_in_force(shop, approver, more)
    return [(one.code, one.field, one.message) for one in refused.value.problems]


def waiting(shop: Any, user: str) -> list[Any]:
    with shop.reader(user) as reader:
        return [one.subject.id for one in reader.to_approve()]


# ── policies ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("approver", "told"),
    [
        (
            'role = "guild.warden"',
            "Role guild.warden is held at a party only, not in the whole tenant. To go on, write "
            'scope = "buyer" or scope = "seller".',
        ),
        (
            'role = "guild.warden"\nscope = "project"',
            "Role guild.warden is held at a party only, not in a project. To go on, write "
            'scope = "buyer" or scope = "seller".',
        ),
        (
            'role = "guild.foreman"\nscope = "buyer"',
            "Role guild.foreman is held in a project only, not at a party. To go on, write "
            'scope = "project".',
        ),
        (
            'role = "guild.clerk"',
            "Role guild.clerk is held in a department only, not in the whole tenant. To go on, "
            "name another role.",
        ),
    ],
)
def test_an_approver_whom_nobody_can_be_is_refused_with_what_to_write(
    guilds: Any, approver: str, told: str
) -> None:
    found = problems_of(guilds(), approver)

    assert found == [("policy.scope", "rule[0].approvers[0].scope", told)]


def test_all_that_nobody_can_be_is_said_at_once(guilds: Any) -> None:
    approver = f'role = "guild.warden"\n{ESCALATING}\n\n[[rule.approvers]]\nrole = "guild.foreman"'

    found = problems_of(guilds(), approver, 'roles = ["guild.clerk"]\nexempt = ["guild.nobody"]')

    assert {(code, field) for code, field, _ in found} == {
        ("policy.scope", "rule[0].approvers[0].scope"),
        ("policy.scope", "rule[0].approvers[0].escalate_role"),
        ("policy.scope", "rule[0].approvers[1].scope"),
        ("policy.scope", "rule[0].roles[0]"),
        ("policy.choice", "rule[0].exempt[0]"),
    }


def test_a_draft_is_simulated_with_approvers_there_can_be_only(guilds: Any) -> None:
    shop = guilds()
    draft = RULE.format(approver='role = "guild.warden"', more="")

    with shop.reader("root") as reader, pytest.raises(Refused) as refused:
        reader.simulate(draft, since="2026-07-01")

    assert refused.value.codes == ("policy.scope",)


def test_who_holds_a_role_at_the_buyer_approves_where_the_policy_says_so(guilds: Any) -> None:
    shop = guilds()
    put_in_force(shop, 'role = "guild.warden"\nscope = "buyer"')
    order = shop.place("omar", "200")

    assert (waiting(shop, "wanda"), waiting(shop, "willa")) == ([order.id], [])
    assert shop.approve("wanda", order).status == "pending"


def test_a_role_held_in_the_tenant_may_be_looked_for_at_the_buyer(
    make_market: Any,
) -> None:
    shop = make_market()
    put_in_force(shop, 'role = "market.chief"\nscope = "buyer"')

    assert shop.approve("cleo", shop.place("omar", "200")).status == "pending"


# ── escalations of policies ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "approver", ['role = "market.head"\nscope = "buyer"', 'person = "hana"\nscope = "buyer"']
)
def test_an_escalation_is_to_holders_at_the_place_of_the_approver(
    guilds: Any, approver: str
) -> None:
    shop = guilds()
    put_in_force(shop, f"{approver}\n{ESCALATING}")
    order = shop.place("omar", "200")
    shop.clock.move(hours=24)

    Worker(shop.loom).once(tenant=shop.tenant)

    assert (waiting(shop, "wanda"), waiting(shop, "willa")) == ([order.id], [])
    with shop.desk("willa") as desk, pytest.raises(NotFound):
        desk.approve(order.ref)
    assert shop.approve("wanda", order.ref).status == "pending"


@pytest.mark.parametrize(
    ("approver", "scope"),
    [
        ('side = "buyer"', Scope("party", "o1")),
        ('side = "seller"', Scope("party", "s1")),
        ('role = "market.head"\nscope = "seller"', Scope("party", "s1")),
        ('person = "hana"\nscope = "buyer"', Scope("party", "o1")),
    ],
)
def test_where_an_escalation_looks_is_the_place_of_its_requirement(
    guilds: Any, approver: str, scope: Scope
) -> None:
    shop = guilds()
    put_in_force(shop, f"{approver}\n{ESCALATING}")

    with shop.reader("omar") as reader:
        (asked,) = reader.preview(shop.new("200")).requirements

    assert (asked.scope, asked.escalation.scope) == (scope, scope)


def test_before_its_hours_are_over_an_escalation_lets_nobody_approve(guilds: Any) -> None:
    shop = guilds()
    put_in_force(shop, f'role = "market.head"\nscope = "buyer"\n{ESCALATING}')
    order = shop.place("omar", "200")

    assert waiting(shop, "wanda") == []
    with pytest.raises(Forbidden):
        shop.approve("wanda", order)


def test_an_escalation_is_to_holders_in_the_whole_tenant_too(guilds: Any) -> None:
    shop = guilds()
    escalating = ESCALATING.replace("guild.warden", "market.chief")
    put_in_force(shop, f'role = "guild.warden"\nscope = "buyer"\n{escalating}')
    order = shop.place("omar", "200")
    shop.clock.move(hours=24)

    Worker(shop.loom).once(tenant=shop.tenant)

    assert waiting(shop, "cleo") == [order.id]
    assert shop.approve("cleo", order.ref).status == "pending"


@pytest.mark.parametrize(
    ("approver", "ways"),
    [
        ('role = "market.head"', 'write scope = "buyer" or scope = "seller"'),
        ('role = "guild.foreman"\nscope = "project"', "name another role"),
    ],
)
def test_an_escalation_to_a_role_nobody_can_hold_there_is_refused(
    guilds: Any, approver: str, ways: str
) -> None:
    ((code, field, told),) = problems_of(guilds(), f"{approver}\n{ESCALATING}")

    assert (code, field) == ("policy.scope", "rule[0].approvers[0].escalate_role")
    assert told.endswith(f"To go on, {ways}.")


def test_whoever_approved_by_escalation_is_asked_again_once_a_rule_is_in_the_way(
    make_market: Any, asks: Any
) -> None:
    shut: list[str] = []

    def guards(action: Any, order: Any, after: Any) -> Any:
        text = "The shop is shut. To order, wait until it opens."
        return Problem("market.shut", text) if shut and action.name == "place" else None

    escalation = Escalation(hours=24, role="market.chief")
    head = {"role": "market.head", "scope": OUTLET, "escalation": escalation}
    shop = make_market(asks(head), guards=guards)
    order = shop.place("omar", "10")
    shop.clock.move(hours=24)
    Worker(shop.loom).once(tenant=shop.tenant)
    shut.append("yes")

    held = shop.approve("cleo", order.ref)

    assert (held.status, waiting(shop, "cleo")) == ("needs_approval", [order.id])


# ── what is known at the decision only ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"role": "guild.warden"},
            "market.always asks for an approval that nobody can give: role guild.warden is held "
            "at a party only, not in the whole tenant. To go on, ask an admin to mend the limit.",
        ),
        (
            {"role": "guild.clerk", "scope": OUTLET},
            "market.always asks for an approval that nobody can give: role guild.clerk is held "
            "in a department only, not at a party. To go on, ask an admin to mend the limit.",
        ),
        (
            {
                "role": "market.head",
                "scope": OUTLET,
                "escalation": Escalation(hours=24, role="guild.warden"),
            },
            "market.always asks for an approval that nobody can give: role guild.warden is held "
            "at a party only, not in the whole tenant. To go on, ask an admin to mend the limit.",
        ),
    ],
)
def test_a_limit_that_asks_whom_nobody_can_be_refuses_the_command(
    guilds: Any, asks: Any, asked: dict[str, Any], told: str
) -> None:
    shop = guilds(asks(asked))
    with shop.reader("omar") as reader:
        decision = reader.preview(shop.new("10"))
    assert [(one.code, one.message) for one in decision.problems] == [("limit.nobody", told)]

    with pytest.raises(Refused) as refused:
        shop.place("omar", "10")

    assert refused.value.codes == ("limit.nobody",)
    with shop.reader("root") as reader:
        assert reader.find().items == ()


@pytest.fixture
def by_foreman(guilds: Any) -> Any:
    """Orders over 100.00 EUR need the foreman of their project; there is one."""
    shop = guilds()
    with shop.desk("root") as desk:
        desk.directory.save_project(Project("summer", "Summer festival"))
    put_in_force(shop, 'role = "guild.foreman"\nscope = "project"')
    return shop


LACKING = (
    "policy.large asks for an approval that nobody can give: role guild.foreman is held in a "
    "project only, not in the whole tenant. To go on, name a project, or ask an admin to mend the "
    "limit."
)


def test_an_order_without_a_project_cannot_wait_for_its_foreman(by_foreman: Any) -> None:
    in_project = by_foreman.place("omar", "200", project="summer")
    assert in_project.status == "needs_approval"

    with pytest.raises(Refused) as refused:
        by_foreman.place("omar", "200")

    assert [one.message for one in refused.value.problems] == [LACKING]


def test_nor_can_one_that_grows_beyond_what_was_allowed(by_foreman: Any) -> None:
    order = by_foreman.place("omar", "50")

    with pytest.raises(Refused) as refused:
        by_foreman.edit("omar", order, SetLine(line=1, price="200"))

    assert [one.message for one in refused.value.problems] == [LACKING]
    with by_foreman.reader("omar") as reader:
        assert reader.get(order.id) == order


HEAD_OVER_20 = """role = "guild.foreman"
scope = "project"

[[rule]]
name = "small"
type = "market.order"
actions = ["place"]
amount = "20"
currency = "EUR"

[[rule.approvers]]
role = "market.head"
scope = "buyer"
"""


@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("omar", LACKING),
        (
            "hana",  # whose limits they are not
            "It needs an approval nobody can give. To go on, ask an admin to mend the limits.",
        ),
    ],
)
def test_nor_can_one_that_grows_while_it_waits_for_others(
    by_foreman: Any, user: str, told: str
) -> None:
    put_in_force(by_foreman, HEAD_OVER_20)
    order = by_foreman.place("omar", "50")
    assert order.status == "needs_approval"

    with pytest.raises(Refused) as refused:
        by_foreman.edit(user, order, SetLine(line=1, price="200"))

    assert [one.message for one in refused.value.problems] == [told]
