import sys

import pytest

from orderloom import NewSubject, NotFound, Query, Refused, SetOrder


def test_filters_narrow_what_is_found(toy, colour):
    chairs = toy.place(title="Chairs", project="summer", data=colour("red"))
    tables = toy.perform(toy.place(title="Tables", seller="v2", data=colour("blue")), "send")

    def found(**query):
        with toy.reader() as reader:
            assert reader.count(Query(**query)).value == len(reader.find(Query(**query)).items)
            return [order.id for order in reader.find(Query(**query)).items]

    assert found() == [tables.id, chairs.id]
    assert found(type="toy.order", project="summer") == [chairs.id]
    assert found(stage="open") == [tables.id]
    assert found(status="draft") == [chairs.id]
    assert found(party="v2") == [tables.id]
    assert found(text="tabl") == [tables.id]
    assert found(text="fold chair") == [tables.id, chairs.id]
    assert found(fields={"toy.colour": "red"}) == [chairs.id]
    assert found(kind="toy.visit") == []


def test_an_indexed_field_follows_the_data(toy, colour):
    order = toy.place(data=colour("red"))

    toy.edit(order, SetOrder(data=colour("green")))

    with toy.reader() as reader:
        assert reader.count(Query(fields={"toy.colour": "red"})).value == 0
        assert reader.count(Query(fields={"toy.colour": "green"})).value == 1


@pytest.fixture
def colour(toy):
    """A record of the toy's own data class."""
    cls = sys.modules[type(toy).__module__].Colour
    return lambda name: cls(name=name)


def test_subjects_of_other_kinds_are_found_by_their_kind(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off"))

    with toy.reader() as reader:
        assert reader.find(Query(kind="toy.visit")).items == (visit,)
        assert reader.find().items == ()


@pytest.mark.parametrize(
    "query",
    [
        {"text": "a\x00b"},
        {"number": "\ud800"},
        {"party": "\x00"},
        {"fields": {"toy.colour": "\x00"}},
    ],
)
def test_a_filter_no_database_takes_is_refused(toy, query):
    with toy.reader() as reader, pytest.raises(Refused):
        reader.find(Query(**query))


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_page_holds_one_to_a_thousand(toy, limit):
    with toy.reader() as reader, pytest.raises(Refused, match="1 to 1000"):
        reader.find(limit=limit)


def test_a_number_or_id_that_is_not_there_is_not_found(toy):
    with toy.reader() as reader:
        with pytest.raises(NotFound):
            reader.by_number("T-1999-0001")
        with pytest.raises(NotFound):
            reader.get("019f1d8c-e200-75c9-a01f-1259ccdd907b")
        with pytest.raises(Refused):
            reader.get("banana")
