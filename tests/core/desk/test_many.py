import pytest

from orderloom import Claim, Forbidden, ModuleFault, NewLine, Problem, Refused, SetOrder


def test_many_orders_are_placed_in_order(toy):
    with toy.desk() as desk:
        made = desk.place_many(toy.new(title=f"order {n}") for n in range(7))

    assert [order.title for order in made] == [f"order {n}" for n in range(7)]
    assert [toy.get(order) for order in made] == made
    assert toy.verified().ok


def test_they_are_found_newest_first_in_pages(toy):
    with toy.desk() as desk:
        desk.place_many(toy.new(title=str(n)) for n in range(7))

    with toy.reader() as reader:
        first = reader.find(limit=5)
        rest = reader.find(after=first.next, limit=5)

    assert [order.title for order in (*first.items, *rest.items)] == list("6543210")
    assert rest.next is None


def test_the_problems_of_all_come_at_once_with_their_index(toy):
    news = [toy.new(), toy.new(seller="x"), toy.new(lines=[NewLine("", 0)])]

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.place_many(news)

    assert [problem.field for problem in refused.value.problems] == [
        "[1].seller",
        "[2].lines[0].name",
        "[2].lines[0].quantity",
    ]


def test_a_chunk_refused_takes_the_chunks_before_with_it_and_leaves_the_desk_usable(toy):
    news = [toy.new(title="a"), toy.new(title="b"), toy.new(seller="x")]

    with toy.desk() as desk:
        with pytest.raises(Refused) as refused:
            desk.place_many(news, chunk=1)
        desk.place(toy.new(title="c"))

    assert refused.value.problems[0].field == "[2].seller"
    with toy.reader() as reader:
        assert [order.title for order in reader.find().items] == ["c"]


def test_a_generator_is_read_chunk_by_chunk(make_module, make_toy):
    seen = []

    def check_order(order):
        seen.append(order.title)

    toy = make_toy(make_module("eye", check_order=check_order))

    def news():
        for n in range(4):
            seen.append(f"read {n}")
            yield toy.new(title=str(n))

    with toy.desk() as desk:
        desk.place_many(news(), chunk=2)

    assert seen == ["read 0", "read 1", "0", "1", "read 2", "read 3", "2", "3"]


@pytest.mark.parametrize("chunk", [0, -1])
def test_a_chunk_holds_at_least_one(toy, chunk):
    with toy.desk() as desk, pytest.raises(Refused):
        desk.place_many([toy.new()], chunk=chunk)


def test_none_is_fine(toy):
    with toy.desk() as desk:
        assert desk.place_many([]) == []


def test_who_may_place_none_is_forbidden(toy):
    with toy.desk(toy.actor("toy.viewer")) as desk, pytest.raises(Forbidden):
        desk.place_many([toy.new(), toy.new()])


def test_orders_that_claim_the_same_row_are_decided_one_after_the_other(make_toy, make_module):
    """The second sees what the hook of the first wrote."""
    target = {}

    def claim_rows(command, before):
        return Claim("ol_subject", target["id"]) if target and before is None else None

    def check_order(order, reading):
        if target and reading.subject("order", target["id"]).title == "taken":
            return Problem("one.taken", "It is taken. To go on, take another one.")
        return None

    def on_order_placed(order, writing):
        if target and order.title == "take":
            writing.edit(writing.subject("order", target["id"]), SetOrder(title="taken"))

    hooks = (claim_rows, check_order, on_order_placed)
    toy = make_toy(make_module("one", **{hook.__name__: hook for hook in hooks}))
    target["id"] = toy.place().id

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.place_many([toy.new(title="take"), toy.new(title="take")])

    assert [problem.field for problem in refused.value.problems] == ["[1]"]
    with toy.reader() as reader:
        assert reader.get(target["id"]).title == ""


def test_a_hook_that_fails_after_writing_spoils_the_desk(make_toy, make_module):
    toy = make_toy(make_module("faulty", on_order_placed=lambda order: 1 / 0))

    def swallows():
        with toy.desk() as desk, pytest.raises(ModuleFault):
            desk.place_many([toy.new(), toy.new()])

    with pytest.raises(ModuleFault):
        swallows()
    assert toy.count() == 0


def test_no_more_than_one_chunk_is_held(toy):
    held = []

    def news(desk):
        for _ in range(6):
            held.append(len(desk.reading.latest))
            yield toy.new()

    with toy.desk() as desk:
        made = desk.place_many(news(desk), chunk=2)

    assert held == [0] * 6
    assert len(made) == 6


def test_each_of_many_is_handed_over_as_its_chunk_is_written(toy):
    given = []

    with toy.desk() as desk:
        answer = desk.place_many(
            (toy.new(title=f"order {n}") for n in range(5)), chunk=2, each=given.append
        )

    assert answer == []
    assert [order.title for order in given] == [f"order {n}" for n in range(5)]
    with toy.reader() as reader:
        assert [reader.get(order.id) for order in given] == given


def test_many_under_a_key_are_handed_over_once_more_when_the_key_comes_again(toy):
    news = [toy.new(), toy.new(title="b")]
    first, again = [], []

    for given in (first, again):
        with toy.desk() as desk:
            assert desk.place_many(news, key="k1", each=given.append) == []

    assert len(first) == 2
    assert again == first


def test_whoever_takes_them_and_fails_places_none(toy):
    def take(order):
        raise LookupError(order.title)

    with pytest.raises(LookupError, match="a"), toy.desk() as desk:
        desk.place_many([toy.new(title="a")], each=take)

    with toy.reader() as reader:
        assert reader.find().items == ()
