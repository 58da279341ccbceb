"""The purchasing limit and its approvals, typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderloom import SetLine, User
from orderloom.cli.main import cli
from orderloom.worker import Worker

POLICY = """
[[rule]]
name = "small orders too"
type = "supplier.order"
actions = ["place"]
amount = "5"
currency = "EUR"
exempt = ["supplier.outlet_admin"]

[[rule.approvers]]
role = "supplier.outlet_admin"
scope = "buyer"
"""


@pytest.fixture
def run(market, tmp_path, monkeypatch):
    """Runs `orderloom …` as one of the users; answers what it printed."""
    monkeypatch.chdir(tmp_path)
    url = market.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user="outlet_admin.cafe", code=0):
        base = ["--db", url, "--tenant", market.tenant, "--as", user]
        result = CliRunner(env={"COLUMNS": ""}).invoke(cli, [*base, *map(str, args)])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    return call


@pytest.fixture
def house(market):
    """The user in charge."""
    with market.desk() as desk:
        desk.directory.save_user(User(id=market.house.id, grants=market.house.grants))
    return market.house.id


@pytest.fixture
def held(run, market):
    """An order of the orderer's that waits: he may order 20 EUR, and it comes to 20.40."""
    run("approvals", "allow", "outlet_orderer.cafe", "20", "--party", "cafe")
    return market.order(by=market.who("outlet_orderer", "cafe"))


def test_whoever_places_it_is_told_whom_it_waits_for(run, held):
    said = run(
        "order", "place", "--type", "supplier.order", "--buyer", "cafe", "--seller", "dairy",
        "--line", "product:milk=12", "--line", "product:bread=2", user="outlet_orderer.cafe",
    )  # fmt: skip

    assert "waits for the approval of role supplier.outlet_admin in party cafe" in said
    assert "20.40 EUR" in said


def test_whoever_copies_it_is_told_that_the_copy_waits(run, held):
    said = run("order", "copy", str(held.id), user="outlet_orderer.cafe")

    assert f"is a copy of {held.id} and waits (version 1)." in said
    assert "It waits for the approval of role supplier.outlet_admin in party cafe" in said


def test_the_admin_finds_it_and_approves_it(run, held, market):
    inbox = run("approvals", "inbox")
    told = run("approvals", "approve", str(held.id))
    again = run("approvals", "inbox")

    assert "outlet_orderer.cafe" in inbox
    assert "20.40 EUR" in inbox
    assert f"{market.now(held).number} is approved and now Pending (version 2)." in told
    assert "Nothing waits for you." in again


def test_the_order_itself_says_what_it_waits_for(run, held):
    shown = run("order", "show", str(held.id))
    answered = json.loads(run("order", "show", str(held.id), "--json"))

    assert "It waits for the approval of role supplier.outlet_admin in party cafe" in shown
    assert answered["approval"]["requester"] == "outlet_orderer.cafe"


def test_everybody_else_has_an_empty_inbox(run, held):
    for user in ("outlet_orderer.cafe", "outlet_manager.cafe", "supplier_admin.dairy"):
        assert "Nothing waits for you." in run("approvals", "inbox", user=user)


def test_what_changed_since_it_was_seen_is_not_approved(run, held, market):
    orderer = market.who("outlet_orderer", "cafe")
    with market.desk(orderer) as desk:
        desk.edit(held, SetLine(line=1, quantity="1200"))

    said = run("approvals", "approve", str(held.id), "--seen", held.version, code=2)

    assert "you saw version 1, it is now version 2" in said
    assert market.now(held).status == "needs_approval"


def test_what_a_frozen_order_allows_is_named_to_whoever_may(run, market):
    number = market.in_status("accepted").number

    for user, ways in (
        ("outlet_admin.cafe", "To go on, choose Complete or Abandon."),
        ("outlet_receiver.cafe", "To go on, choose Complete."),
    ):
        told = run("order", "edit", number, "--remove", "2", user=user, code=2)
        assert f"Nothing can be changed while it is Accepted. {ways}" in told


def test_what_cannot_be_deleted_can_be_abandoned_while_it_is_open(run, house, market):
    opened, done = (market.in_status(one).number for one in ("accepted", "completed"))

    first = run("order", "delete", opened, "--yes", user=house, code=2)
    second = run("order", "delete", done, "--yes", user=house, code=2)

    assert "while it is Accepted. To be rid of it, choose Abandon." in first
    assert "while it is Completed. To go on, leave it as it is." in second


def test_the_list_names_both_sides(run, market):
    market.order()

    listed = run("order", "list", user="outlet_admin.cafe")

    assert "Sample Cafe" in listed
    assert "Sample Dairy" in listed


def test_help_says_whose_action_it_is_in_the_words_of_the_type(run, market):
    number = market.order().number

    assert "For the Supplier." in run("order", "do", number, "accept", "--help")
    assert "For the Outlet." in run("order", "do", number, "abandon", "--help")


def test_a_strike_places_the_rest(run, held, market):
    told = run("approvals", "approve", str(held.id), "--strike", "2")

    order = market.now(held)
    assert "Line 2 (Bread) was struck." in told
    assert (order.status, [line.name for line in order.lines]) == ("pending", ["Milk"])


def test_a_refusal_is_in_the_history_with_its_reason(run, held, market):
    run("approvals", "refuse", str(held.id), "--reason", "Too much milk.")

    history = run("order", "history", str(held.id))
    assert market.now(held).status == "abandoned"
    assert "refuse: Needs Approval → Abandoned (asked by outlet_orderer.cafe)" in history
    assert "reason: Too much milk." in history


def test_show_says_who_has_to_approve_and_who_has(run, held):
    before = run("approvals", "show", str(held.id))
    run("approvals", "approve", str(held.id))
    after = run("approvals", "show", str(held.id))

    assert "role supplier.outlet_admin in party cafe (1 missing)" in before
    assert "(done)" in after
    assert "approved by outlet_admin.cafe" in after


def test_a_delegate_stands_in_until_he_is_revoked(run, held, market):
    made = run("approvals", "delegate", "outlet_manager.cafe", "--from", "2026-01-01", "--until",
               "2099-12-31", "--json")  # fmt: skip
    assert "outlet_manager.cafe" in run("approvals", "delegations")
    assert str(held.id) in run("approvals", "inbox", user="outlet_manager.cafe")

    run("approvals", "revoke", json.loads(made)["id"])

    assert "Nothing waits for you." in run("approvals", "inbox", user="outlet_manager.cafe")


def test_only_an_admin_of_the_outlet_sets_what_its_people_may_order(run, market):
    for user in ("outlet_manager.cafe", "outlet_admin.bistro", "supplier_admin.dairy"):
        said = run("approvals", "allow", "outlet_orderer.cafe", "99999", "--party", "cafe",
                   user=user, code=2)  # fmt: skip
        assert "supplier.limit.manage" in said


def test_what_is_set_is_listed_and_taken_off(run):
    run("approvals", "allow", "outlet_orderer.cafe", "20", "--party", "cafe", "--per", "week")
    assert "20.00 EUR" in run("approvals", "allowances")

    run("approvals", "allow", "outlet_orderer.cafe", "none", "--party", "cafe", "--per", "week")

    assert "20.00 EUR" not in run("approvals", "allowances")


def test_an_amount_of_a_role_holds_for_its_holders_and_is_taken_off(run, market):
    orderer = market.who("outlet_orderer", "cafe")
    role = ("approvals", "allow", "--role", "supplier.outlet_orderer", "--party", "cafe")

    said = run(*role, "20", "--currency", "EUR")
    held = market.order(by=orderer).status
    gone = run(*role, "none")

    assert said == (
        "Each supplier.outlet_orderer may order up to 20.00 EUR per order in party cafe "
        "(supplier.purchasing).\n"
    )
    assert gone == (
        "Nothing is set for supplier.outlet_orderer per order in party cafe any more "
        "(supplier.purchasing).\n"
    )
    assert (held, market.order(by=orderer).status) == ("needs_approval", "pending")


def test_amounts_of_users_and_roles_are_listed_together_or_alone(run):
    run("approvals", "allow", "outlet_orderer.cafe", "20", "--party", "cafe")
    run("approvals", "allow", "--role", "supplier.outlet_manager", "70", "--party", "cafe",
        "--per", "week")  # fmt: skip

    both = run("approvals", "allowances", "--json")
    of_role = run("approvals", "allowances", "--role", "supplier.outlet_manager", "--json")

    rows = [json.loads(line) for line in both.splitlines()]
    assert [(one["user"], one["role"], one["per"]) for one in rows] == [
        ("", "supplier.outlet_manager", "week"), ("outlet_orderer.cafe", "", "order"),
    ]  # fmt: skip
    assert of_role.splitlines() == both.splitlines()[:1]
    assert "70.00 EUR" in run("approvals", "allowances")


def test_whoever_loses_his_own_amount_is_told_that_those_of_his_roles_hold(run):
    said = run("approvals", "allow", "outlet_orderer.cafe", "none", "--party", "cafe")

    assert said == (
        "outlet_orderer.cafe has no amount of his own per order in party cafe any more; what is "
        "set for his roles holds (supplier.purchasing).\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("outlet_orderer.cafe",),
        ("20", "--role", "supplier.outlet_orderer", "outlet_orderer.cafe"),
        ("--role", "supplier.outlet_orderer"),
        (),
    ],
)
def test_an_amount_is_for_a_user_or_for_a_role(run, words):
    said = run("approvals", "allow", *words, "--party", "cafe", code=2)

    assert "It takes a user and an amount, or --role and an amount." in said


def test_a_role_the_limit_does_not_ask_for_is_refused(run):
    said = run("approvals", "allow", "--role", "supplier.outlet_receiver", "20", "--party", "cafe",
               code=2)  # fmt: skip

    assert "supplier.outlet_manager, supplier.outlet_orderer" in said


@pytest.mark.parametrize(
    ("amount", "said"),
    [("-1", "less than nothing"), ("1e3", "number"), ("NaN", "number"), ("x", "number")],
)
def test_an_amount_that_is_none_is_refused(run, amount, said):
    answer = run("approvals", "allow", "outlet_orderer.cafe", "--party", "cafe", "--", amount,
                 code=2)  # fmt: skip

    assert said in answer


def test_a_draft_policy_is_simulated_put_in_force_and_listed(run, market, house):
    Path("draft.toml").write_text(POLICY)
    market.order(by=market.who("outlet_orderer", "cafe"))

    before = run("approvals", "simulate", "draft.toml", "--since", "2026-01-01", user=house)
    run("approvals", "policy", "set", "draft.toml", user=house)

    order = market.order(by=market.who("outlet_orderer", "cafe"))
    assert "1 would newly wait" in before
    assert "20.40 EUR" in before
    assert order.status == "needs_approval"
    assert "small orders too" in run("approvals", "policy", "show", user=house)


def test_a_policy_with_mistakes_names_each_of_them(run, market, house):
    Path("draft.toml").write_text(POLICY.replace("place", "plaze").replace("EUR", "EURO"))

    said = run("approvals", "policy", "set", "draft.toml", user=house, code=2)

    assert "rule[0].actions[0]" in said
    assert "rule[0].amount" in said or "EURO" in said


def test_an_approver_at_an_outlet_is_not_looked_for_in_the_whole_tenant(run, market, house):
    Path("draft.toml").write_text(POLICY.replace('scope = "buyer"\n', ""))

    said = run("approvals", "policy", "set", "draft.toml", user=house, code=2)

    assert "rule[0].approvers[0].scope" in said
    assert 'write scope = "buyer" or scope = "seller"' in said
    assert "There are no rules." in run("approvals", "policy", "show", user=house)


def test_an_outlets_manager_approves_what_was_escalated_to_him(run, market, house):
    escalating = 'escalate_hours = 24\nescalate_role = "supplier.outlet_manager"\n'
    Path("draft.toml").write_text(POLICY + escalating)
    run("approvals", "policy", "set", "draft.toml", user=house)
    order = market.order(by=market.who("outlet_orderer", "cafe"))
    manager = "outlet_manager.cafe"
    assert "Nothing waits for you." in run("approvals", "inbox", user=manager)
    market.clock.move(hours=24)

    Worker(market.loom).once(tenant=market.tenant)

    assert str(order.id) in run("--json", "approvals", "inbox", user=manager)
    run("approvals", "approve", str(order.id), user=manager)
    assert market.now(order).status == "pending"


def test_a_policy_file_that_is_not_there_is_said(run, house):
    assert "no such file" in run("approvals", "policy", "set", "gone.toml",
                                 user=house, code=2)  # fmt: skip
