"""A role says in which kinds of scope it may be granted."""

import pytest

from orderloom import Actor, Forbidden, Grant, Refused, Role, Scope, User
from orderloom.directory import IMPORTERS, read_rows, users

USERS = next(one for one in IMPORTERS if one.key == "users")
V1 = Scope("party", "v1")


def refusal_of(toy, work):
    with toy.desk() as desk, pytest.raises(Refused) as refusal:
        work(desk)
    return refusal.value


def test_a_role_may_be_granted_anywhere_unless_it_says_otherwise():
    assert Role(key="a.b", title="B").scopes == {"tenant", "party", "department", "project"}


def test_a_role_names_kinds_of_scope_there_are():
    with pytest.raises(Refused) as refusal:
        Role(key="a.b", title="B", scopes={"party", "planet", "projct"})

    assert refusal.value.codes == ("scope.unknown_kind", "scope.unknown_kind")
    assert "project" in str(refusal.value)


def test_a_role_is_held_somewhere():
    with pytest.raises(Refused) as refusal:
        Role(key="a.b", title="B", scopes=())

    assert refusal.value.codes == ("role.nowhere",)


@pytest.mark.parametrize(
    "work",
    [
        lambda desk: desk.directory.grant("hal", "crew.hand"),
        lambda desk: desk.directory.save_user(User(id="new", grants=[Grant("crew.hand")])),
        lambda desk: desk.directory.check_grants((Grant("crew.hand"),)),
        lambda desk: desk.webhooks.add("own", "https://127.0.0.1/x", ["toy.order"], "crew.hand"),
    ],
    ids=["grant", "save_user", "check_grants", "webhook"],
)
def test_a_role_of_parties_is_not_granted_in_the_whole_tenant(crew, work):
    (problem,) = refusal_of(crew, work).problems

    assert (problem.code, problem.message) == (
        "grant.scope",
        "Role crew.hand is held at a party, not in the whole tenant. To grant it, name one: "
        "crew.hand@party:ID.",
    )


def test_nor_in_a_project_which_is_told_but_once(crew):
    refusal = refusal_of(crew, lambda desk: desk.directory.grant("hal", "crew.hand@project:summer"))

    assert refusal.codes == ("grant.scope",)


def test_nor_by_a_file(crew):
    with crew.desk() as desk:
        result = read_rows(USERS, b"id,grants\nhal,crew.hand\n", desk)

    assert [(one.field, one.code) for one in result.problems] == [
        ("line 2, column grants", "grant.scope")
    ]


def test_what_was_granted_before_stays(crew):
    with crew.desk() as desk:
        old = User(id="old", name="Old", grants=[Grant("crew.hand")])
        users.save_user(desk.reading.connection, crew.tenant, old)

    with crew.desk() as desk:
        desk.directory.grant("old", "crew.hand@party:v1")
        desk.directory.save_user(User(id="old", name="New", grants=[Grant("crew.hand")]))
        held = desk.directory.user("old")

    assert (held.name, held.grants) == ("New", (Grant("crew.hand"),))


def test_a_role_that_only_manages_others_may_be_granted_where_they_hold(crew):
    with crew.desk() as desk:
        desk.directory.grant("vic", "crew.steward@party:v1")
    steward = Actor("vic", (Grant("crew.steward", V1),))

    with crew.desk(steward) as desk:
        desk.directory.deactivate_user("hal")
    with pytest.raises(Refused) as refusal, crew.desk() as desk:
        desk.directory.grant("vic", "crew.steward@project:summer")

    assert refusal.value.codes == ("grant.idle",)
    assert "grant it in a party or the whole tenant" in str(refusal.value)


def test_a_manager_is_told_where_a_role_is_held_as_anybody_is(crew):
    lea = Actor("lea", (Grant("crew.lead", V1),))

    with pytest.raises(Forbidden) as refusal, crew.desk(lea) as desk:
        desk.directory.grant("hal", "crew.hand")

    assert refusal.value.codes == ("grant.scope",)
