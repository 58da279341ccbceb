"""Every action and every other door from every status by every role.

What table 1.2 does not have is refused, and says who may, and when.
"""

import pytest

from orderloom import Forbidden, Money, NotFound, Refused, Scope, SetOrder, Upload
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
    ("abandoned", "reorder"): ORDERING,  # 1.3: as a copy, by the same code
    ("declined", "reorder"): ORDERING,
}
OPTIONS = {
    "schedule": {"tomorrow": True},
    "reschedule": {"tomorrow": True},
    "accept_and_schedule": {"tomorrow": True},
}
ACTIONS = [one for one in ORDERS.actions if START not in one.source]
STATUSES = [one.name for one in ORDERS.statuses]


#: How a refusal names the roles that may.
TITLES = {
    ADMIN: "Outlet admin",
    MANAGER: "Outlet manager",
    ORDERER: "Orderer",
    RECEIVER: "Receiver",
    "supplier_admin": "Supplier admin",
    "supplier_manager": "Supplier manager",
}
WAITING, UNDECIDED, ALWAYS = {"needs_approval"}, {"needs_approval", "pending"}, set(STATUSES)

#: What is no action, and creating once more: who may, and in which statuses. Nobody deletes.
DOORS = {
    "approve": ({ADMIN}, WAITING),
    "refuse": ({ADMIN}, WAITING),
    "edit": (ORDERING, UNDECIDED),
    "delete": (set(), set()),
    "restore": (set(), set()),
    "attach": ({*ORDERING, RECEIVER, *SUPPLIER}, ALWAYS),
    "note": ({*ORDERING, RECEIVER, *SUPPLIER}, ALWAYS),
    "place": (ORDERING, set()),
    "place_on_behalf": (SUPPLIER, set()),
}
#: What a refusal says of the status.
WHEN = {
    "approve": "It does not wait for any approval (it is {status}).",
    "refuse": "It does not wait for any approval (it is {status}).",
    "edit": "Nothing can be changed while it is {status}.",
    "delete": "It cannot be deleted while it is {status}.",
    "restore": "It is not deleted.",
    "place": "Place is not possible from {status}. To do it, start from a new one.",
    "place_on_behalf": "Place on behalf is not possible from {status}. To do it, start from a new",
}
PAPER = Upload("file", "paper.pdf", b"%PDF-1.4\n%%EOF")
THROUGH = {
    "edit": lambda desk, ref: desk.edit(ref, SetOrder(remarks="Ring twice")),
    "attach": lambda desk, ref: desk.attach(ref, PAPER),
    "note": lambda desk, ref: desk.note(ref, "Sour"),
    "place": lambda desk, ref: desk.perform(ref, "place"),
    "place_on_behalf": lambda desk, ref: desk.perform(ref, "place_on_behalf"),
}


def _actor(market, role):
    first, *more = role.split("+")
    party = "dairy" if role in SUPPLIER else "cafe"
    return market.who(first, party, *more)


class TakenBack(Exception):
    pass


def _tried(market, role, run):
    """ "done", or the refusal; taken back either way."""
    try:
        with market.desk(_actor(market, role)) as desk:
            run(desk)
            raise TakenBack
    except TakenBack:
        return "done"
    except (Refused, NotFound) as error:
        return error


def _outcome(market, order, action, role):
    return _tried(market, role, lambda desk: desk.perform(order.ref, action, OPTIONS.get(action)))


def _through(market, order, door, role):
    run = THROUGH.get(door, lambda desk, ref: getattr(desk, door)(ref))
    return _tried(market, role, lambda desk: run(desk, order.ref))


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


@pytest.mark.parametrize("status", STATUSES)
def test_every_other_door_is_open_to_whom_the_table_names_and_tells_the_rest(market, status):
    order = market.in_status(status)
    title = {one.name: one.title for one in ORDERS.statuses}[status]
    wrong = []
    for door, (people, statuses) in DOORS.items():
        for role in ROLES:
            outcome = _through(market, order, door, role)
            said = _said(door, role, status, title)
            if role in people and status in statuses and not _is_blind(role, status):
                fits = outcome == "done"
            elif _is_blind(role, status):
                fits = isinstance(outcome, NotFound)
            else:
                fits = outcome != "done" and all(one in str(outcome) for one in said)
            if not fits:
                wrong.append((door, role, said, str(outcome)))

    assert wrong == []


def _is_blind(role, status):
    return role == "outlet_subscriber" or (status == "needs_approval" and role in SUPPLIER)


def _said(door, role, status, title):
    """What a refusal has to say: whom to ask, and that it is not the time."""
    people, statuses = DOORS[door]
    said = [] if status in statuses else [WHEN[door].format(status=title)]
    if door in ("approve", "refuse"):
        return said or ["ask role supplier.outlet_admin in party cafe"]
    if role not in people:
        said += ["ask role", *(TITLES[one] for one in people if one in TITLES)]
    return said


@pytest.mark.parametrize("action", ["place", "place_on_behalf"])
def test_only_those_of_the_table_create_and_the_rest_is_told_who_may(market, action):
    allowed = DOORS[action][0]
    titles = sorted(TITLES[one] for one in allowed if one in TITLES)
    begins = {"place": "pending", "place_on_behalf": "accepted"}[action]
    found = {}
    for role in ROLES:
        try:
            found[role] = market.order(by=_actor(market, role), action=action).status
        except Forbidden as error:
            found[role] = [one for one in titles if one in str(error)]

    assert found == {role: begins if role in allowed else titles for role in ROLES}


@pytest.mark.parametrize("role", sorted(ORDERING - {ADMIN}))
def test_above_his_limit_whoever_is_no_admin_waits(market, role):
    by = _actor(market, role)
    with market.desk() as desk:
        limits = {"limit": "supplier.purchasing", "scope": Scope("party", "cafe")}
        desk.approvals.allow(by.id, Money("20.39", "EUR"), **limits)

    order = market.order(by=by)  # comes to 20.40 EUR

    assert order.status == "needs_approval"


def test_the_titles_are_those_of_the_document():
    assert [one.title for one in ORDERS.statuses] == [
        "Needs Approval", "Pending", "Accepted", "Partially Accepted", "Scheduled For Delivery",
        "Completed", "Completed after dispute", "In Dispute", "Abandoned", "Declined",
    ]  # fmt: skip


def test_completed_after_dispute_carries_a_red_mark():
    assert {one.name: one.tone for one in ORDERS.statuses if one.tone} == {
        "completed_after_dispute": "red"
    }
