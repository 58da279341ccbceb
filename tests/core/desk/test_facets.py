"""A facet that came with a module, on orders that were there before it."""

import pytest

from orderloom import Action, Facet, NotFound, Status

SHIPPING = Facet(
    "shipping",
    statuses=(
        Status("none", "None", stage="open"),
        Status("out", "Out", stage="done", final=True),
    ),
    start="none",
    actions=(Action("ship", source="none", target="out"),),
)


@pytest.fixture
def later(make_toy, make_module):
    """A toy, and an order placed before the facet came."""

    def extend_lifecycle(lifecycle):
        return lifecycle.with_facet(SHIPPING) if lifecycle.name == "toy.order" else None

    toy = make_toy(off=(make_module("ship", extend_lifecycle=extend_lifecycle),))
    order = toy.place()
    with toy.desk() as desk:
        desk.admin.switch("ship", "on")
    return toy, order


def test_an_order_stands_at_its_start(later):
    toy, order = later

    with toy.reader() as reader:
        now = reader.get(order.id)
        assert reader.find().items == (now,)
        assert reader.at(order, 1).facet("shipping") == "none"

    assert now.facets == (("payment", "unpaid"), ("shipping", "none"))


def test_its_actions_can_be_performed(later):
    toy, order = later

    with toy.reader() as reader:
        views = {view.action.name: view.allowed for view in reader.explain(order)}
    shipped = toy.perform(order.id, "ship")

    assert views["ship"]
    assert (shipped.facet("shipping"), shipped.status) == ("out", "draft")
    assert toy.history(order)[-1].source == "none"
    assert toy.get(order) == shipped
    assert toy.verified().ok


@pytest.mark.parametrize("action", ["cancel", "send", "pay"])
def test_other_actions_keep_the_history_whole(later, action):
    toy, order = later

    moved = toy.perform(order.id, action)

    assert moved.facet("shipping") == "none"
    with toy.reader() as reader:
        assert reader.at(order, 2) == moved
    assert toy.verified().ok


def test_deleting_keeps_the_history_whole(later):
    toy, order = later

    with toy.desk() as desk:
        desk.delete(order.id)

    assert toy.verified().ok


def test_a_facet_an_order_has_not_is_not_found(toy):
    with pytest.raises(NotFound, match="Its facets are: payment"):
        toy.place().facet("shipping")
