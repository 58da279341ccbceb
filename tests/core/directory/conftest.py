"""Two vendors with people of their own, and roles that look after them."""

import pytest

from orderloom import Actor, Grant, Role, Scope, User

V1, V2 = Scope("party", "v1"), Scope("party", "v2")
READ = {"toy.order.read"}


@pytest.fixture
def crew(make_toy, make_module):
    """Lea leads the hands of v1: hal, and hugo who is a viewer too; others are none of hers."""
    roles = (
        Role(
            key="crew.boss", title="Boss", permissions=READ, scopes="party",
            manages={"crew.boss", "crew.lead", "crew.hand"},
        ),
        Role(key="crew.lead", title="Lead", permissions=READ, scopes="party", manages="crew.hand"),
        Role(key="crew.hand", title="Hand", permissions=READ, scopes="party"),
        Role(key="crew.steward", title="Steward", manages="crew.hand"),
    )  # fmt: skip
    toy = make_toy(make_module("crew", roles=roles))
    viewer = Grant("toy.viewer", V1)
    people = {
        "ann": [Grant("admin")],
        "lea": [Grant("crew.lead", V1)],
        "hal": [Grant("crew.hand", V1)],
        "hugo": [Grant("crew.hand", V1), viewer],
        "vic": [viewer],
        "otis": [Grant("crew.hand", V2)],
        "blank": [],
    }
    with toy.desk() as desk:
        for id, grants in people.items():
            desk.directory.save_user(User(id=id, email=f"{id}@crew.example", grants=grants))
    return toy


@pytest.fixture
def lea():
    return Actor("lea", (Grant("crew.lead", V1),))
