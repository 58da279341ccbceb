import pytest

from orderloom import ModuleFault, Refused, SetOrder


def spoil(order):
    """A hook that fails after its order was written."""
    if order.title == "spoil":
        raise ZeroDivisionError


@pytest.fixture
def faulty(make_toy, make_module):
    """An order titled “spoil” fails once it was written."""
    return make_toy(make_module("faulty", on_order_placed=spoil))


def place_together(desk, *news):
    with desk.together():
        for new in news:
            desk.place(new)


def swallow(desk, toy):
    with desk.together(), pytest.raises(ModuleFault):
        desk.place(toy.new(title="spoil"))


def titles(toy):
    with toy.reader() as reader:
        return sorted(order.title for order in reader.find().items)


def test_what_goes_together_is_there_together(toy):
    with toy.desk() as desk:
        place_together(desk, toy.new(title="a"), toy.new(title="b"))

    assert titles(toy) == ["a", "b"]


def test_a_refusal_takes_the_commands_before_it_along_and_leaves_the_desk_usable(toy):
    order = toy.place(title="before")

    def work(desk):
        with desk.together():
            desk.edit(order, SetOrder(title="after"))
            desk.place(toy.new(seller="x"))

    with toy.desk() as desk:
        with pytest.raises(Refused):
            work(desk)
        desk.place(toy.new(title="c"))

    assert titles(toy) == ["before", "c"]
    assert toy.verified().ok


def test_a_failure_after_writing_leaves_the_desk_usable_too(faulty):
    with faulty.desk() as desk:
        with pytest.raises(ModuleFault):
            place_together(desk, faulty.new(title="a"), faulty.new(title="spoil"))
        desk.place(faulty.new(title="b"))

    assert titles(faulty) == ["b"]
    assert faulty.verified().ok


def test_a_failure_after_writing_that_is_swallowed_inside_is_raised_at_the_end(faulty):
    with faulty.desk() as desk:
        with pytest.raises(ModuleFault):
            swallow(desk, faulty)
        desk.place(faulty.new(title="b"))

    assert titles(faulty) == ["b"]


def test_a_desk_spoiled_before_stays_spoiled(faulty):
    def goes_on():
        with faulty.desk() as desk:
            with pytest.raises(ModuleFault):
                desk.place(faulty.new(title="spoil"))
            with pytest.raises(ModuleFault):
                place_together(desk, faulty.new(title="b"))

    with pytest.raises(ModuleFault):
        goes_on()
    assert titles(faulty) == []


def test_blocks_may_be_nested(toy):
    with toy.desk() as desk, desk.together():
        desk.place(toy.new(title="outer"))
        with pytest.raises(Refused):
            place_together(desk, toy.new(title="inner"), toy.new(seller="x"))

    assert titles(toy) == ["outer"]
