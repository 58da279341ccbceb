"""Who may do what with needs, requests and orders: every role, action and department."""

from itertools import product

import attrs
import pytest

from orderloom import (
    Actor,
    Forbidden,
    Grant,
    NewLine,
    NewOrder,
    NotFound,
    OrderloomError,
    Query,
    Refused,
    Scope,
    SetLine,
    SetOrder,
)
from orderloom_procurement.coverage import coverage_of, coverage_table
from orderloom_procurement.editor import add_needs, line_for, sheet
from orderloom_procurement.needs import NewNeed, add_need, change_need
from orderloom_procurement.planning import plan
from orderloom_procurement.records import NEED, ORDER_TYPE, NeedData
from orderloom_procurement.requests.deciding import approve, deny, reopen
from orderloom_procurement.requests.linking import link, need_from, unlink
from orderloom_procurement.requests.listing import request_counts, request_table
from orderloom_procurement.requests.records import REQUEST, RequestData
from orderloom_procurement.requests.stating import NewRequest, add_request, change_request
from orderloom_procurement.rights import may_read

OWN, OTHER = "Audio", "Lighting"


@attrs.frozen
class World:
    """A need and requests in every state, in each of two departments."""

    house: object
    of: dict[str, dict[str, object]]


@pytest.fixture
def world(house):
    made = {}
    with house.desk() as desk:
        for department in (OWN, OTHER):
            need, spare = (add_need(desk, _need(department, name)) for name in ("Need", "Spare"))
            names = ("First", "Second", "Pooled", "Linked")
            asked = [add_request(desk, _request(department, name)) for name in names]
            first, second, pooled, linked = (asked[0], *approve(desk, asked[1:]))
            (linked,) = link(desk, need.id, approve(desk, [linked]))
            (pooled,) = approve(desk, [pooled])
            made[department] = {"need": need, "spare": spare, "first": first, "second": second,
                                "pooled": pooled, "linked": linked}  # fmt: skip
    return World(house, made)


def _request(department, name="New"):
    return NewRequest(
        project="summer",
        department=department,
        name=name,
        quantity=1,
        provider="house",
        payor="house",
    )


def _need(department, name="New"):
    return NewNeed(project="summer", department=department, name=name, quantity=5)


# What is done, in a department with its things; and the permission it takes.
ACTIONS = {
    "read need": (lambda desk, of, _: desk.get(of["need"].ref), "procurement.need.read"),
    "cover need": (
        lambda desk, of, _: coverage_of(desk.reading, of["need"].id), "procurement.need.read",
    ),
    "add need": (lambda desk, _, name: add_need(desk, _need(name)), "procurement.need.manage"),
    "change need": (
        lambda desk, of, _: change_need(desk, of["need"], quantity=6), "procurement.need.manage",
    ),
    "edit need": (
        lambda desk, of, _: desk.edit(of["need"], SetOrder(title="X")), "procurement.need.manage",
    ),
    "delete need": (lambda desk, of, _: desk.delete(of["spare"]), "procurement.need.manage"),
    "note need": (lambda desk, of, _: desk.note(of["need"], "Hm"), "procurement.need.manage"),
    "read request": (lambda desk, of, _: desk.get(of["first"].ref), "procurement.request.read"),
    "submit": (
        lambda desk, _, name: add_request(desk, _request(name)), "procurement.request.submit",
    ),
    "change request": (
        lambda desk, of, _: change_request(desk, of["first"], quantity=2),
        "procurement.request.submit",
    ),
    "withdraw": (lambda desk, of, _: desk.delete(of["first"]), "procurement.request.submit"),
    "reopen": (lambda desk, of, _: reopen(desk, [of["second"]]), "procurement.request.submit"),
    "approve advance": (
        lambda desk, of, _: approve(desk, [of["first"]]), "procurement.request.approve_advance",
    ),
    "deny advance": (
        lambda desk, of, _: deny(desk, [of["first"]], "No"),
        "procurement.request.approve_advance",
    ),
    "approve resource": (
        lambda desk, of, _: approve(desk, [of["second"]]), "procurement.request.approve_resource",
    ),
    "deny resource": (
        lambda desk, of, _: deny(desk, [of["second"]], "No"),
        "procurement.request.approve_resource",
    ),
    "link": (
        lambda desk, of, _: link(desk, of["need"].id, [of["pooled"]]), "procurement.need.manage",
    ),
    "unlink": (lambda desk, of, _: unlink(desk, [of["linked"]]), "procurement.need.manage"),
    "need from requests": (
        lambda desk, of, _: need_from(desk, [of["pooled"]]), "procurement.need.manage",
    ),
}  # fmt: skip

NEEDS = ("procurement.need.read", "procurement.need.manage")
ORDERS = tuple(f"procurement.order.{name}" for name in ("read", "create", "edit", "delete"))
SEE, SUBMIT = "procurement.request.read", "procurement.request.submit"
FIRST, SECOND = "procurement.request.approve_advance", "procurement.request.approve_resource"
ROLES = {
    "admin": {*NEEDS, *ORDERS, SEE, SUBMIT, FIRST, SECOND},
    "procurement.buyer": {*NEEDS, *ORDERS, SEE},
    "procurement.viewer": {"procurement.need.read", "procurement.order.read", SEE},
    "procurement.order_manager": {*ORDERS},
    "procurement.requester": {SEE, SUBMIT},
    "procurement.advance_manager": {SEE, SUBMIT, FIRST},
    "procurement.resource_manager": {*NEEDS, SEE, SECOND},
}
TITLES = {
    "admin": "Admin",
    "procurement.buyer": "Buyer",
    "procurement.viewer": "Procurement viewer",
    "procurement.order_manager": "Order manager",
    "procurement.requester": "Requester",
    "procurement.advance_manager": "Advance manager",
    "procurement.resource_manager": "Resource manager",
}
SEEING = {NEED: "procurement.need.read", REQUEST: SEE}


def _who(role, *scopes):
    return Actor("kim", tuple(Grant(role, scope) for scope in scopes or (Scope("tenant", ""),)))


class _UndoneError(Exception):
    """Rolls a desk back, so that one world serves every action."""


def _outcome(world, actor, action, department):
    """None if it may be done, else the refusal; nothing is kept."""
    act, _ = ACTIONS[action]
    try:
        with world.house.desk(actor) as desk:
            act(desk, world.of[department], department)
            raise _UndoneError
    except _UndoneError:
        return None
    except (Forbidden, NotFound) as refusal:
        return refusal


@pytest.mark.parametrize("role", ROLES)
def test_a_role_in_a_department_holds_there_and_nowhere_else(world, role):
    actor = _who(role, Scope("department", OWN))

    allowed = {
        (action, department)
        for action, department in product(ACTIONS, (OWN, OTHER))
        if _outcome(world, actor, action, department) is None
    }

    assert allowed == {
        (action, OWN) for action, (_, needed) in ACTIONS.items() if needed in ROLES[role]
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_refusal_names_the_roles_and_the_department_that_may(world, role):
    """What he may not even see is not there; the rest is forbidden with who can lift it."""
    seen = {"procurement.need.read", "procurement.request.read"}
    actor = Actor("kim", (Grant("procurement.viewer"), Grant(role, Scope("department", OWN))))

    for action, department in product(ACTIONS, (OWN, OTHER)):
        refusal = _outcome(world, actor, action, department)
        needed = ACTIONS[action][1]
        if needed in seen or (department == OWN and needed in ROLES[role]):
            assert refusal is None, (action, department)
            continue
        (problem,) = refusal.problems
        may = sorted(TITLES[one] for one in ROLES if needed in ROLES[one])
        assert problem.code == "right.missing"
        assert problem.lifted_by == f"role {' or '.join(may)} in department {department}"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("where", ["tenant", "project", "elsewhere"])
def test_a_role_in_the_tenant_or_project_holds_for_all_its_departments(world, role, where):
    scopes = {
        "tenant": Scope("tenant", ""),
        "project": Scope("project", "summer"),
        "elsewhere": Scope("project", "winter"),
    }
    actor = _who(role, scopes[where])

    allowed = {
        (action, department)
        for action, department in product(ACTIONS, (OWN, OTHER))
        if _outcome(world, actor, action, department) is None
    }

    held = set() if where == "elsewhere" else ROLES[role]
    assert allowed == {
        (action, department)
        for action, department in product(ACTIONS, (OWN, OTHER))
        if ACTIONS[action][1] in held
    }


def test_what_cannot_be_seen_is_not_there_rather_than_forbidden(world):
    """Whether there is something in another department is nobody else's business."""
    actor = _who("procurement.viewer", Scope("department", OWN))

    with world.house.desk(actor) as desk:
        for name in ("need", "first"):
            thing = world.of[OTHER][name]
            for look in (desk.get, desk.history, desk.explain):
                with pytest.raises(NotFound):
                    look(thing.ref)
            with pytest.raises(NotFound):
                desk.edit(thing, SetOrder(title="X"))


@pytest.mark.parametrize("kind", [NEED, REQUEST])
@pytest.mark.parametrize("role", ROLES)
def test_lists_and_counts_hold_what_the_department_has(world, role, kind):
    actor = _who(role, Scope("department", OWN))
    query = Query(kind=kind)

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        if SEEING[kind] not in ROLES[role]:
            with pytest.raises(Forbidden):
                reader.find(query)
            return
        found = reader.find(query, limit=100).items
        counted = reader.count(query).value

    data = NeedData if kind == NEED else RequestData
    assert {one.data[data].department for one in found} == {OWN}
    assert len(found) == counted == (2 if kind == NEED else 4)


def test_two_departments_are_seen_by_two_grants(world):
    actor = _who("procurement.viewer", Scope("department", OWN), Scope("department", OTHER))

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        assert reader.count(Query(kind=NEED)).value == 4
        assert len(coverage_table(reader.reading, "summer")) == 4


def test_a_page_of_a_department_goes_on_behind_the_others(world):
    actor = _who("procurement.viewer", Scope("department", OWN))

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        first = reader.find(Query(kind=REQUEST), limit=3)
        second = reader.find(Query(kind=REQUEST), limit=3, after=first.next)

    assert (len(first.items), len(second.items), second.next) == (3, 1, None)


def test_coverage_editor_planner_and_counts_show_the_own_department_only(world):
    order = world.house.order()
    actor = _who("procurement.buyer", Scope("department", OWN))
    reader_of_orders = Grant("procurement.order_manager", Scope("project", "summer"))
    actor = Actor("kim", (*actor.grants, reader_of_orders))

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        table = coverage_table(reader.reading, "summer")
        asked = coverage_table(reader.reading, "summer", department=OTHER)
        groups = [name for name, _ in sheet(reader.reading, order)]
        left = {one.need.department for one in plan(reader.reading, "summer").left}
        counts = request_counts(reader.reading, "summer")
        asked_for = {row.department for row in request_table(reader.reading, "summer")}
        with pytest.raises(NotFound):
            coverage_of(reader.reading, world.of[OTHER]["need"].id)

    assert {one.need.department for one in table} == {OWN}
    assert (asked, groups, left, list(counts)) == ((), [OWN], {OWN}, [OWN])
    assert asked_for == {OWN}


def test_who_sees_no_department_at_all_is_told_whom_to_ask(world):
    actor = _who("procurement.order_manager")

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        for permission in ("procurement.need.read", "procurement.request.read"):
            with pytest.raises(Forbidden, match=f"ask an admin for {permission}"):
                may_read(reader, "summer", permission)
        assert coverage_table(reader.reading, "summer") == ()


def test_orders_belong_to_all_departments(world):
    mixed = world.house.order((world.of[OWN]["need"], "1"), (world.of[OTHER]["need"], "1"))
    manager = _who("procurement.order_manager", Scope("project", "summer"))
    of_department = _who("procurement.order_manager", Scope("department", OWN))

    with world.house.desk(manager) as desk:
        assert desk.get(mixed.ref).lines == mixed.lines
        assert desk.count().value == 1
        desk.perform(mixed, "cancel")
    with world.house.desk(of_department) as desk:
        with pytest.raises(NotFound):
            desk.get(mixed.ref)
        with pytest.raises(Forbidden):
            desk.find()


def test_a_need_nobody_showed_him_is_not_put_on_an_order(world):
    manager = Grant("procurement.order_manager", Scope("project", "summer"))
    viewer = Grant("procurement.viewer", Scope("department", OWN))
    actor = Actor("kim", (manager, viewer))
    own, other = world.of[OWN]["need"], world.of[OTHER]["need"]
    order = world.house.order()

    with world.house.desk(actor) as desk:
        order = add_needs(desk, order, [own.id])
        with pytest.raises(NotFound):
            add_needs(desk, order, [other.id])
        for lines in ([line_for(other, 1)], [line_for(own, 1), line_for(other, 1)]):
            with pytest.raises(Refused, match="see this in Lighting") as refused:
                desk.place(NewOrder(ORDER_TYPE, project="summer", lines=lines))
            assert "right.missing" in refused.value.codes
        desk.place(NewOrder(ORDER_TYPE, project="summer", lines=[NewLine("Freight", 1)]))


def test_what_is_on_an_order_already_its_editor_may_change(world):
    manager = _who("procurement.order_manager", Scope("project", "summer"))
    order = world.house.order((world.of[OTHER]["need"], "2"))

    with world.house.desk(manager) as desk:
        after = desk.edit(order, SetLine(line=1, quantity="1"))

    assert str(after.lines[0].quantity) == "1"


def test_moving_to_another_department_takes_the_right_in_both(world):
    actor = _who("procurement.buyer", Scope("department", OWN))
    both = _who("procurement.buyer", Scope("department", OWN), Scope("department", OTHER))
    spare = world.of[OWN]["spare"]

    with pytest.raises(Forbidden, match="in department Lighting"), world.house.desk(actor) as desk:
        change_need(desk, spare, department=OTHER)
    with world.house.desk(both) as desk:
        change_need(desk, spare, department=OTHER)


def test_explain_names_role_and_department_of_whoever_may_approve(world):
    actor = _who("procurement.requester", Scope("department", OWN))

    with world.house.loom.reader(world.house.tenant, actor) as reader:
        views = {one.action.name: one for one in reader.explain(world.of[OWN]["second"].ref)}

    assert views["reopen"].allowed
    assert views["approve_resource"].lifted_by == (
        "role Admin or Resource manager in department Audio",
    )
    assert views["deny_resource"].lifted_by == views["approve_resource"].lifted_by
    assert not views["triage"].allowed


def test_rights_are_those_of_this_moment(world):
    """A right that is gone is gone for the next command, whatever was seen before."""
    manager = _who("procurement.advance_manager", Scope("department", OWN))
    first = world.of[OWN]["first"]
    with world.house.desk(manager) as desk:
        seen = desk.get(first.ref)

    with pytest.raises(OrderloomError), world.house.desk(Actor("kim")) as desk:
        approve(desk, [seen])

    assert world.house.now(first).status == "needs_advance"
