"""Every action from every status by every role: what table 1.2 does not have is refused."""

import pytest

from orderloom import Forbidden, NotFound, Refused
from orderloom.lifecycle import START
from orderloom_supplier.lifecycle import ORDERS

ADMIN, MANAGER, ORDERER, RECEIVER = (
    "outlet_admin", "outlet_manager", "outlet_orderer", "outlet_receiver",
)  # fmt: skip
RESOLVER = "outlet_orderer+outlet_dispute_resolver"
ORDERING = {ADMIN, MANAGER, ORDERER, RESOLVER}
OUTLET = {*ORDERING, RECEIVER, "outlet_finance"}
SUPPLIER = {"supplier_admin", "supplier_manager"}
ROLES = sorted({*OUTLET, "outlet_subscriber", *SUPPLIER})

#: Table 1.2 of systems.md with the rules of 1.3, by hand: who may do what from where.
TABLE = {
    ("needs_approval", "abandon"): ORDERING,
    ("pending", "accept"): SUPPLIER,
    ("pending", "accept_and_schedule"): SUPPLIER,
    ("pending", "decline"): SUPPLIER,
    ("pending", "abandon"): ORDERING,
    ("accepted", "schedule"): SUPPLIER,
    ("accepted", "abandon"): ORDERING,
    ("accepted", "complete"): {*ORDERING, RECEIVER},
    ("partially_accepted", "schedule"): SUPPLIER,
    ("partially_accepted", "abandon"): ORDERING,
    ("partially_accepted", "complete"): {*ORDERING, RECEIVER},
    ("scheduled", "reschedule"): SUPPLIER,
    ("scheduled", "abandon"): ORDERING,
    ("scheduled", "complete"): {*ORDERING, RECEIVER},
    ("completed", "dispute"): {*ORDERING, RECEIVER},
    ("completed", "reorder"): ORDERING,
    ("in_dispute", "resolve"): {ADMIN, MANAGER, RESOLVER},
    ("completed_after_dispute", "dispute"): {*ORDERING, RECEIVER},
    ("completed_after_dispute", "reorder"): ORDERING,
}
OPTIONS = {
    "schedule": {"tomorrow": True},
    "reschedule": {"tomorrow": True},
    "accept_and_schedule": {"tomorrow": True},
}
ACTIONS = [one for one in ORDERS.actions if START not in one.source]
STATUSES = [one.name for one in ORDERS.statuses]


def _actor(market, role):
    first, *more = role.split("+")
    party = "dairy" if role in SUPPLIER else "cafe"
    return market.who(first, party, *more)


def _outcome(market, order, action, role):
    """ "done", or the refusal; taken back either way."""

    class TakenBack(Exception):
        pass

    try:
        with market.desk(_actor(market, role)) as desk:
            desk.perform(order.ref, action, OPTIONS.get(action))
            raise TakenBack
    except TakenBack:
        return "done"
    except (Refused, NotFound) as error:
        return error


@pytest.mark.parametrize("status", STATUSES)
def test_the_table_is_what_is_possible(market, status):
    order = market.in_status(status)

    possible = {
        (status, action.name): {
            role for role in ROLES if _outcome(market, order, action.name, role) == "done"
        }
        for action in ACTIONS
    }

    assert {key: roles for key, roles in possible.items() if roles} == {
        key: roles for key, roles in TABLE.items() if key[0] == status
    }


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_names_who_may_and_when(market, status):
    order = market.in_status(status)
    titles = {one.name: one.title for one in ORDERS.statuses}
    unclear = []
    for action in ACTIONS:
        for role in ROLES:
            error = _outcome(market, order, action.name, role)
            if error == "done" or role == "outlet_subscriber":
                continue
            if isinstance(error, NotFound):
                assert (status, role in SUPPLIER) == ("needs_approval", True)
                continue
            told = " ".join(problem.message for problem in error.problems)
            sources = [titles[one] for one in action.source]
            if status not in action.source and not all(one in told for one in sources):
                unclear.append((action.name, role, told))
            side = {"buyer": "Outlet", "seller": "Supplier"}[action.side]
            wrong_person = isinstance(error, Forbidden) or status in action.source
            if wrong_person and f"ask the {side}" not in told and "ask role" not in told:
                unclear.append((action.name, role, told))

    assert unclear == []


def test_somebody_without_a_right_is_told_the_roles_that_have_it(market):
    order = market.in_status("in_dispute")

    error = _outcome(market, order, "resolve", ORDERER)

    assert error.problems[0].message == (
        "You may not do this: it needs the permission supplier.order.resolve. To go on, ask role "
        "Admin or Dispute resolver or Outlet admin or Outlet manager."
    )


def test_a_wrong_status_names_the_right_ones(market):
    order = market.in_status("pending")

    error = _outcome(market, order, "complete", RECEIVER)

    assert error.problems[0].message.startswith(
        "Complete is not possible from Pending. To do it, start from Accepted or Partially "
        "Accepted or Scheduled For Delivery."
    )


@pytest.mark.parametrize("role", ["outlet_admin@bistro", "supplier_admin@bakery"])
@pytest.mark.parametrize("status", STATUSES)
def test_the_orders_of_others_are_unknown(market, status, role):
    order = market.in_status(status)
    who = market.who(*role.split("@"))

    for action in ACTIONS:
        with market.desk(who) as desk, pytest.raises(NotFound):
            desk.perform(order.ref, action.name, OPTIONS.get(action.name))


def test_a_subscriber_knows_of_no_order(market):
    order = market.in_status("completed")

    assert isinstance(_outcome(market, order, "reorder", "outlet_subscriber"), NotFound)


@pytest.mark.parametrize(
    ("action", "allowed"),
    [("place", {ADMIN, MANAGER, ORDERER, RESOLVER}), ("place_on_behalf", SUPPLIER)],
)
def test_only_the_side_of_a_creating_action_creates(market, action, allowed):
    done = set()
    for role in ROLES:
        try:
            market.order(by=_actor(market, role), action=action)
            done.add(role)
        except Forbidden:
            pass

    assert done == allowed


def test_the_titles_are_those_of_the_document():
    assert [one.title for one in ORDERS.statuses] == [
        "Needs Approval", "Pending", "Accepted", "Partially Accepted", "Scheduled For Delivery",
        "Completed", "Completed after dispute", "In Dispute", "Abandoned", "Declined",
    ]  # fmt: skip


def test_completed_after_dispute_carries_a_red_mark():
    assert {one.name: one.tone for one in ORDERS.statuses if one.tone} == {
        "completed_after_dispute": "red"
    }
