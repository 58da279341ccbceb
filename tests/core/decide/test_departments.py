"""Types that say which department their subjects belong to."""

from __future__ import annotations

import pytest

from orderloom import (
    EVERYONE,
    START,
    Action,
    Actor,
    Field,
    Forbidden,
    Grant,
    Lifecycle,
    ModuleFault,
    NewSubject,
    NotFound,
    Query,
    Refused,
    Role,
    Scope,
    SetOrder,
    Status,
    SubjectType,
    User,
)

ROOM = "rooms.booking"
BAR, HALL = Scope("department", "Bar"), Scope("department", "Hall")
BOOKINGS = Lifecycle(
    ROOM,
    statuses=(
        Status("asked", "Asked", stage="open", editable_by={EVERYONE}, deletable=True),
        Status("given", "Given", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="asked"),
        Action("give", source="asked", target="given"),
    ),
)


def _department(booking):
    return booking.title.partition(" ")[0] if " " in booking.title else ""


def _rooms(make_module, *, named="rooms.department", **more):
    more = {"of": _department, "indexed": True, **more}
    return make_module(
        "rooms",
        register_subjects=lambda: SubjectType(
            key=ROOM, title="Booking", lifecycle=BOOKINGS, department="rooms.department"
        ),
        register_fields=lambda: Field(key=named, title="Department", type=ROOM, **more),
        roles=(
            Role(key="rooms.clerk", title="Clerk", permissions={"rooms.booking.*"}),
            Role(key="rooms.guest", title="Guest", permissions={"rooms.booking.read"}),
        ),
    )


@pytest.fixture
def rooms(make_toy, make_module):
    return make_toy(_rooms(make_module))


def _book(toy, *titles, actor=None):
    with toy.desk(actor or toy.ann) as desk:
        return [desk.place(NewSubject(ROOM, title, project="summer")) for title in titles]


def _clerk(*scopes, role="rooms.clerk"):
    return Actor("kim", tuple(Grant(role, scope) for scope in scopes))


def test_a_role_in_a_department_holds_for_its_subjects(rooms):
    own, other = _book(rooms, "Bar table", "Hall table")

    with rooms.desk(_clerk(BAR)) as desk:
        desk.perform(own, "give")
        with pytest.raises(NotFound):
            desk.perform(other, "give")
        desk.place(NewSubject(ROOM, "Bar stool"))
        with pytest.raises(Forbidden):
            desk.place(NewSubject(ROOM, "Hall stool"))


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        ((BAR,), ["Bar stool", "Bar table"]),
        ((BAR, HALL), ["Bar stool", "Bar table", "Hall table"]),
        ((Scope("department", "bar"),), []),
        ((Scope("department", ""),), []),
        ((Scope("project", "summer"),), ["Bar stool", "Bar table", "Hall table", "table"]),
    ],
)
def test_lists_and_counts_hold_what_the_departments_have(rooms, scopes, seen):
    _book(rooms, "Bar table", "Hall table", "Bar stool", "table")

    with rooms.reader(_clerk(*scopes)) as reader:
        assert sorted(one.title for one in reader.find(Query(kind=ROOM)).items) == seen
        assert reader.count(Query(kind=ROOM)).value == len(seen)


def test_an_admin_of_a_department_sees_it_alone(rooms):
    _book(rooms, "Bar table", "Hall table")

    with rooms.reader(_clerk(BAR, role="admin")) as reader:
        assert [one.title for one in reader.find(Query(kind=ROOM)).items] == ["Bar table"]
        with pytest.raises(Forbidden):
            reader.find()  # orders of the toy know no departments


def test_filters_narrow_what_a_department_has(rooms):
    _book(rooms, "Bar table", "Bar stool", "Hall table")
    query = Query(kind=ROOM, fields={"rooms.department": "Hall"})

    with rooms.reader(_clerk(BAR)) as reader:
        assert reader.find(query).items == ()
        assert [one.title for one in reader.find(Query(kind=ROOM, text="stool")).items] == [
            "Bar stool"
        ]


def test_a_subject_that_changes_department_shows_in_the_new_one(rooms):
    (booking,) = _book(rooms, "Bar table")

    with pytest.raises(Forbidden, match="in department Hall"), rooms.desk(_clerk(BAR)) as desk:
        desk.edit(booking, SetOrder(title="Hall table"))
    rooms.edit(booking, SetOrder(title="Hall table"))

    for scope, count in ((BAR, 0), (HALL, 1)):
        with rooms.reader(_clerk(scope)) as reader:
            assert reader.count(Query(kind=ROOM)).value == count


def test_a_missing_right_names_roles_and_department(rooms):
    (booking,) = _book(rooms, "Bar table")

    with rooms.reader(_clerk(BAR, role="rooms.guest")) as reader:
        (view,) = reader.explain(booking.ref)

    (problem,) = view.problems
    assert problem.code == "right.missing"
    assert view.lifted_by == ("role Admin or Clerk in department Bar",)


def test_hooks_learn_where_a_permission_holds(rooms):
    actor = Actor("kim", (Grant("rooms.clerk", BAR), Grant("rooms.guest"), Grant("gone", HALL)))

    with rooms.reader(actor) as reader:
        assert reader.reading.scopes("rooms.booking.give") == (BAR,)
        assert reader.reading.scopes("rooms.booking.read") == (BAR, Scope("tenant", ""))
        assert reader.reading.scopes("tenant.manage") == ()


@pytest.mark.parametrize("wrong", [{"indexed": False}, {"named": "rooms.other"}])
def test_a_type_whose_department_no_list_could_be_narrowed_by_is_a_fault(
    make_toy, make_module, wrong
):
    toy = make_toy(off=(_rooms(make_module, **wrong),))

    with pytest.raises((ModuleFault, Refused), match="no indexed field of it"), toy.desk() as desk:
        desk.admin.switch("rooms", "on")


def test_a_field_that_fails_is_the_fault_of_its_module(make_toy, make_module):
    def broken(booking):
        raise KeyError("department")

    toy = make_toy(_rooms(make_module, of=broken))

    with pytest.raises(ModuleFault, match=r"rooms.*field rooms\.department"):
        _book(toy, "Bar table")


# ── granting ───────────────────────────────────────────────────────────────────────────────


def test_a_role_is_granted_in_a_department_before_its_first_subject(rooms):
    with rooms.desk() as desk:
        desk.directory.save_user(User(id="kim"))
        desk.directory.grant("kim", "rooms.clerk@department:Bar")

    assert rooms.loom.actor(rooms.tenant, "kim").grants == (Grant("rooms.clerk", BAR),)


@pytest.mark.parametrize("name", ["bar", "BAR", "Bars", "Bra", "abr"])
def test_a_department_that_was_probably_misspelt_is_refused_with_what_was_meant(rooms, name):
    _book(rooms, "Bar table")

    with pytest.raises(Refused) as refused, rooms.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=[f"rooms.clerk@department:{name}"]))

    (problem,) = refused.value.problems
    assert problem.code == "grant.department_misspelt"
    assert "write Bar" in problem.message


def test_of_departments_that_are_listed_no_others_are_granted(make_toy, make_module):
    rooms = make_toy(_rooms(make_module, listed=lambda reading: ("Bar", "Hall")))
    _book(rooms, "Barn table")

    with rooms.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=["rooms.clerk@department:Bar"]))
    for wrong, named in (("Barn", "name one of: Bar."), ("Zzz", "name one of: Bar, Hall.")):
        with pytest.raises(Refused) as refused, rooms.desk() as desk:
            desk.directory.grant("kim", f"rooms.clerk@department:{wrong}")
        (problem,) = refused.value.problems
        assert problem.code == "grant.unknown_department"
        assert named in problem.message


def test_a_list_of_departments_that_fails_is_the_fault_of_its_module(make_toy, make_module):
    rooms = make_toy(_rooms(make_module, listed=lambda reading: reading.nothing))

    fault = pytest.raises(ModuleFault, match=r"rooms.*listed of rooms\.department")
    with fault, rooms.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=["rooms.clerk@department:Bar"]))


def test_the_departments_of_another_tenant_count_for_nothing(rooms):
    _book(rooms, "Bar table")
    other = f"{rooms.tenant}x"
    rooms.loom.create_tenant(other, title="Other", modules=["toy", "rooms"])

    with rooms.loom.desk(other, rooms.ann) as desk:
        desk.directory.save_user(User(id="kim", grants=["rooms.clerk@department:bar"]))


@pytest.mark.parametrize(
    ("grant", "places"),
    [
        ("toy.user@department:Bar", "grant it in a project, a party or the whole tenant"),
        ("rooms.clerk@party:v1", "grant it in a project, a department or the whole tenant"),
        ("audit.auditor@project:summer", "grant it in the whole tenant"),
    ],
)
def test_a_role_that_would_hold_for_nothing_where_it_is_granted_is_refused(
    make_toy, make_module, grant, places
):
    auditor = Role(key="audit.auditor", title="Auditor", permissions={"tenant.audit"})
    toy = make_toy(_rooms(make_module), make_module("audit", roles=(auditor,)))

    with pytest.raises(Refused) as refused, toy.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=[grant]))

    (problem,) = refused.value.problems
    assert problem.code == "grant.idle"
    assert places in problem.message


def test_a_role_with_a_right_no_command_asks_for_may_be_granted_anywhere(make_toy, make_module):
    waiter = Role(key="rights.waiter", title="Waiter", permissions={"rights.serve"})
    toy = make_toy(_rooms(make_module), make_module("rights", roles=(waiter,)))

    with toy.desk() as desk:
        saved = desk.directory.save_user(
            User(id="kim", grants=["rights.waiter@department:Bar", "rights.waiter@party:v1"])
        )

    assert len(saved.after.grants) == 2


def test_without_a_type_that_knows_departments_such_a_role_is_refused(toy):
    with pytest.raises(Refused) as refused, toy.desk() as desk:
        desk.directory.save_user(User(id="kim", grants=["toy.user@department:Bar"]))

    assert refused.value.codes == ("grant.department",)
