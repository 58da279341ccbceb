import pytest

from orderloom import LinePrice, NewLine, Price, Problem, Query, Refused, SetOrder


@pytest.fixture
def deleted(toy):
    order = toy.place()
    with toy.desk() as desk:
        return desk.delete(order, reason="Double")


def test_a_deleted_order_is_hidden_and_can_be_read(toy, deleted):
    assert deleted.deleted_at == toy.clock.now
    with toy.reader() as reader:
        assert reader.find().items == ()
        assert reader.find(Query(include_deleted=True)).items == (deleted,)
        assert reader.get(deleted.id) == deleted


def test_nothing_can_be_done_with_it(toy, deleted):
    for command in (
        lambda desk: desk.edit(deleted, SetOrder(title="x")),
        lambda desk: desk.perform(deleted, "send"),
        lambda desk: desk.delete(deleted),
        lambda desk: desk.issue(deleted, "toy.slip"),
    ):
        with toy.desk() as desk, pytest.raises(Refused) as refused:
            command(desk)
        assert refused.value.codes == ("subject.deleted",)


def test_restoring_brings_it_back_as_it_was(toy, deleted):
    with toy.desk() as desk:
        order = desk.restore(deleted)

    assert (order.deleted_at, order.status, order.lines) == (None, "draft", deleted.lines)
    assert toy.names(order) == ["place", "deleted", "restored"]
    assert toy.verified().ok


def test_what_is_not_deleted_cannot_be_restored(toy):
    order = toy.place()

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.restore(order)

    assert refused.value.codes == ("subject.not_deleted",)


def test_a_status_may_forbid_it(toy):
    order = toy.perform(toy.place(), "send")

    with toy.desk() as desk, pytest.raises(Refused, match="rid of it, choose Cancel or Judge"):
        desk.delete(order)


def test_a_module_may_forbid_it(make_toy, make_module):
    def check_delete(subject):
        return Problem("keep.it", "It is needed. To delete it, ask Kim.")

    toy = make_toy(make_module("keep", check_delete=check_delete))
    order = toy.place()

    with toy.desk() as desk, pytest.raises(Refused, match="ask Kim"):
        desk.delete(order)


def test_what_comes_back_has_the_prices_it_had(make_toy, make_module):
    asked = []

    def price_line(line, order):
        asked.append(order.deleted_at)
        return LinePrice(price=Price.of("2", "EUR"), rule="list") if len(asked) > 1 else None

    toy = make_toy(make_module("prices", price_line=price_line))
    order = toy.place(lines=[NewLine("Tent", "1")])
    with toy.desk() as desk:
        gone = desk.delete(order)

        back = desk.restore(gone)

    assert (back.lines, back.totals) == (order.lines, order.totals)
    assert len(asked) == 1


def test_what_comes_back_is_checked_as_if_it_were_new(make_toy, make_module):
    seen = []
    toy = make_toy(make_module("eye", check_line=lambda line, before, order: seen.append(before)))
    order = toy.place()
    with toy.desk() as desk:
        gone = desk.delete(order)
        seen.clear()

        desk.restore(gone)

    assert seen == [None]
