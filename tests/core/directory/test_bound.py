import pytest

from orderloom.directory import BoundDirectory, User
from orderloom.values import Address, Grant, Party, Project, Unit


@pytest.fixture
def told():
    return []


@pytest.fixture
def directory(connection, told, tenant):
    return BoundDirectory(connection, tenant, lambda what, body: told.append((what, body)))


def test_a_new_party_is_told_without_its_personal_data(directory, told):
    directory.save_party(Party("V", "Vendor", roles={"vendor"}, address=Address(("Yard 1",))))

    assert told == [
        (
            "party",
            {
                "id": "V",
                "created": True,
                "changed": {"id": [None, "V"], "roles": [None, ["vendor"]]},
                "personal": ["address", "name"],
            },
        )
    ]


def test_a_changed_project_is_told_with_old_and_new(directory, told):
    directory.save_project(Project("summer", "Summer"))

    directory.save_project(Project("summer", "Summer 2027"))

    assert told[1][1]["changed"] == {"title": ["Summer", "Summer 2027"]}


def test_what_changed_nothing_is_not_told(directory, told):
    directory.save_project(Project("summer", "Summer"))

    directory.save_project(Project("summer", "Summer"))

    assert len(told) == 1


def test_a_grant_is_told_as_a_change_of_the_user(directory, told):
    directory.save_user(User(id="robin"))

    directory.grant("robin", Grant("admin"))

    what, body = told[1]
    assert (what, body["changed"]) == ("user", {"grants": [None, [{"role": "admin"}]]})


def test_units_are_read_again_after_one_was_saved(directory):
    before = dict(directory.units())

    directory.save_unit(Unit("U", "u", "u", 0))

    assert (before, list(directory.units())) == ({}, ["U"])
