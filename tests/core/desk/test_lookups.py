"""What an actor may look up in the directory."""

import pytest

from orderloom import Actor, Forbidden, Grant, Scope
from orderloom.directory import Product, User


@pytest.fixture
def stocked(toy):
    with toy.desk() as desk:
        desk.directory.save_product(Product(id="P1", name="Cable", unit="MTR"))
        desk.directory.save_user(User(id="robin", grants=[Grant("toy.user")]))
    return toy


def known(toy, actor):
    with toy.reader(actor) as reader:
        look = reader.directory
        return (
            [party.id for party in look.parties()],
            [product.id for product in look.products()],
            [project.id for project in look.projects()],
        )


@pytest.mark.parametrize(
    ("grants", "parties", "products", "projects"),
    [
        ([Grant("toy.viewer")], ["b1", "v1", "v2"], ["P1"], ["summer", "winter"]),
        (
            [Grant("toy.user", Scope("project", "summer"))],
            ["b1", "v1", "v2"], ["P1"], ["summer", "winter"],
        ),
        ([Grant("toy.user", Scope("party", "v1"))], ["v1"], ["P1"], []),
        ([Grant("gone.role")], [], [], []),
        ([], [], [], []),
    ],
    ids=["tenant", "project", "party", "unknown role", "nobody"],
)  # fmt: skip
def test_parties_know_of_themselves_the_house_of_all(stocked, grants, parties, products, projects):
    assert known(stocked, Actor("kim", grants)) == (parties, products, projects)


def test_one_thing_is_known_as_the_list_knows_it(stocked):
    with stocked.reader(stocked.actor("toy.user", "party", "v1")) as reader:
        look = reader.directory
        assert look.party("v1").name == "Vendor One"
        assert look.product("P1").name == "Cable"
        assert (look.party("v2"), look.project("summer"), look.party("x")) == (None, None, None)
    with stocked.reader(Actor("x")) as reader:
        assert (reader.directory.product("P1"), reader.directory.units()) == (None, {})


def test_users_are_for_who_manages_the_tenant(stocked):
    with stocked.reader() as reader:
        assert [user.id for user in reader.directory.users()] == ["robin"]

    with stocked.reader(stocked.actor("toy.user")) as reader:
        for look in (
            lambda: reader.directory.users(),
            lambda: reader.directory.user("robin"),
            lambda: reader.directory.users_with("toy.user", Scope("tenant", "")),
        ):
            with pytest.raises(Forbidden, match=r"tenant\.manage"):
                look()


def test_everybody_may_look_himself_up(stocked):
    with stocked.reader(Actor("robin", [Grant("toy.user")])) as reader:
        assert reader.directory.user("robin").id == "robin"


def test_a_desk_looks_no_further(stocked):
    with stocked.desk(stocked.actor("toy.user", "party", "v1")) as desk:
        assert [party.id for party in desk.directory.parties()] == ["v1"]
        with pytest.raises(Forbidden):
            desk.directory.users()
