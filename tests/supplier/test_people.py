"""Those who run a party look after its people, and after no others."""

import pytest
from click.testing import CliRunner

from orderloom import Forbidden, Grant, Refused, Scope, User
from orderloom.cli.main import cli
from orderloom_supplier.rights import ROLES

CAFE, DAIRY = Scope("party", "cafe"), Scope("party", "dairy")


def at(party, role):
    return Grant(f"supplier.{role}", Scope("party", party))


@pytest.fixture
def run(market):
    """Runs `orderloom …` as one of the users; answers the result."""
    url = market.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user):
        base = ["--db", url, "--tenant", market.tenant, "--as", user]
        return CliRunner().invoke(cli, [*base, *args])

    return call


def given(market, who, role, party, user):
    """Whether somebody may give a role to a user."""
    try:
        with market.desk(who) as desk:
            desk.directory.grant(user, at(party, role))
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("role", "party", "managed"),
    [
        ("outlet_admin", "cafe", {
            "outlet_admin", "outlet_manager", "outlet_orderer", "outlet_dispute_resolver",
            "outlet_receiver", "outlet_finance", "outlet_subscriber",
        }),
        ("outlet_manager", "cafe", {"outlet_orderer", "outlet_receiver"}),
        ("outlet_orderer", "cafe", set()),
        ("outlet_finance", "cafe", set()),
        ("supplier_admin", "dairy", {
            "supplier_admin", "supplier_manager", "supplier_pricing", "supplier_users",
        }),
        ("supplier_manager", "dairy", set()),
        ("supplier_users", "dairy", {"supplier_manager", "supplier_pricing"}),
    ],
)  # fmt: skip
def test_a_role_gives_the_roles_it_manages_and_no_others(market, role, party, managed):
    elsewhere = "bistro" if party == "cafe" else "bakery"
    clerk = [Grant("invoicing.clerk", CAFE), Grant("invoicing.clerk", DAIRY)]
    with market.desk() as desk:
        desk.directory.save_user(User(id="new", grants=clerk))

    who = market.who(role, party)

    names = [one.key.partition(".")[2] for one in ROLES]
    assert {one for one in names if given(market, who, one, party, "new")} == managed
    assert not any(given(market, who, one, elsewhere, "new") for one in names)


def test_a_manager_with_the_option_looks_after_managers_but_not_herself(market):
    pia = market.who("supplier_manager", "dairy", "supplier_users")
    new = User(id="max", email="max@dairy.example", grants=[at("dairy", "supplier_manager")])

    with market.desk(pia) as desk:
        desk.directory.save_user(new)

    for user, role in ((pia.id, "supplier_pricing"), ("max", "supplier_users"),
                       ("max", "supplier_admin"), (pia.id, "supplier_admin")):  # fmt: skip
        assert not given(market, pia, role, "dairy", user)


@pytest.mark.parametrize("role", [one.key for one in ROLES])
def test_no_role_is_granted_without_a_party(market, role):
    with market.desk() as desk, pytest.raises(Refused) as refusal:
        desk.directory.save_user(User(id="new", grants=[Grant(role)]))

    assert refusal.value.codes == ("grant.scope",)


def test_a_manager_says_how_her_people_hear_of_orders(market):
    manager = market.who("outlet_manager", "cafe")

    with market.desk(manager) as desk:
        desk.notifications.wish("supplier.accepted", "off", user="outlet_orderer.cafe")
        wishes = desk.notifications.wishes("outlet_orderer.cafe")

    assert {(one.topic, one.how) for one in wishes if one.channel == "mail"} >= {
        ("supplier.accepted", "off"), ("supplier.declined", "now"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "user", ["outlet_admin.cafe", "outlet_finance.cafe", "outlet_orderer.bistro", "nobody", ""]
)
def test_but_nobody_elses(market, user):
    manager = market.who("outlet_manager", "cafe")

    with market.desk(manager) as desk, pytest.raises(Forbidden, match=r"tenant\.manage"):
        desk.notifications.wish("supplier.accepted", "off", user=user)


# ── the command line ───────────────────────────────────────────────────────────────────────


def test_a_manager_adds_lists_and_lets_go_her_people(run):
    manager = "outlet_manager.cafe"
    role = "supplier.outlet_receiver@party:cafe"

    added = run("user", "add", "rob", "--email", "rob@cafe.example", "--grant", role, user=manager)
    listed = run("user", "list", user=manager)
    shown = run("user", "show", "rob", user=manager)
    gone = run("user", "deactivate", "rob", user=manager)
    after = run("--as", "rob", "order", "list", user="rob")

    assert (added.output, gone.output) == ("User rob was created.\n", "User rob was changed.\n")
    assert role in shown.output
    assert "outlet_admin.cafe" in listed.output
    assert "bistro" not in listed.output
    assert "dairy" not in listed.output
    assert "is deactivated" in after.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("grant", "outlet_orderer.cafe", "supplier.outlet_admin@party:cafe"),
            "You may not give or take supplier.outlet_admin in party cafe. To have it done, ask "
            "role Admin, or Outlet admin in party cafe.",
        ),
        (
            ("grant", "outlet_manager.cafe", "supplier.outlet_orderer@party:cafe"),
            "Nobody changes himself",
        ),
        (
            ("grant", "outlet_orderer.cafe", "supplier.outlet_receiver"),
            "Role supplier.outlet_receiver is held at a party, not in the whole tenant. To grant "
            "it, name one: supplier.outlet_receiver@party:ID.",
        ),
        (
            ("grant", "outlet_orderer.bistro", "supplier.outlet_orderer@party:cafe"),
            "There is no user 'outlet_orderer.bistro'.",
        ),
        (("show", "outlet_orderer.bistro"), "There is no user 'outlet_orderer.bistro'."),
        (
            ("add", "outlet_orderer.bistro", "--grant", "supplier.outlet_orderer@party:cafe"),
            "The id outlet_orderer.bistro is taken.",
        ),
        (("add", "rob"), "Without a role, nobody but role Admin could look after rob."),
        (("deactivate", "outlet_finance.cafe"), "outlet_finance.cafe also holds"),
    ],
)
def test_what_a_manager_may_not_is_told_with_who_may(run, words, told):
    result = run("user", *words, user="outlet_manager.cafe")

    assert result.exit_code == 2, result.output
    assert told in " ".join(result.output.split())


def test_who_manages_nobody_sees_nobody(run):
    result = run("user", "list", user="outlet_orderer.cafe")

    assert result.exit_code == 2
    assert "tenant.manage" in result.output
