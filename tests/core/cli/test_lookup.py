from types import SimpleNamespace
from uuid import UUID

import pytest

from orderloom import NotFound, Refused
from orderloom.cli.lookup import find_order, short_ids
from orderloom.cli.session import Session


@pytest.fixture
def find(shell, folder, shop):
    """Finds an order in what the database holds by now."""
    session = Session([shop])
    session.configure({}, folder)

    def find(name):
        with session.reader() as reader:
            return find_order(reader, name)

    yield find
    session.close()


def test_an_order_is_found_by_id_and_by_its_beginning(order, find):
    names = (order, order.upper(), order[:-1], order.replace("-", "")[:20])

    assert [str(find(name).id) for name in names] == [order] * 4


def test_an_order_is_found_by_number(shell, order, find):
    shell("order", "do", order, "send")

    assert str(find("S-1").id) == order


def test_a_deleted_order_is_found_to_be_restored(shell, order, find):
    shell("order", "delete", order, "--yes")

    assert find(order[:13]).deleted_at is not None


@pytest.mark.parametrize("name", ["0000", "ffffffff", "ffffffffffff", "S-9", "%", "", " "])
def test_what_is_not_there_is_not_found(order, find, name):
    with pytest.raises(NotFound):
        find(name)


def test_a_name_that_acts_on_the_terminal_is_refused(find):
    with pytest.raises(Refused):
        find("\x1b[2J")


def test_seven_digits_are_too_few(order, find):
    with pytest.raises(NotFound):
        find(order[:7])


def test_a_beginning_of_several_ids_names_them(shell, order, find):
    other = shell.json("order", "copy", order)["id"]

    with pytest.raises(Refused) as refused:
        find(order[:8])

    assert refused.value.codes == ("order.ambiguous",)
    assert order in str(refused.value)
    assert other in str(refused.value)


def test_ids_are_shown_as_short_as_they_differ():
    ids = (
        "01a1fb96-4cae-732c-b2c9-7efc84406da8",
        "01a1fb96-4cae-732c-b2c9-7efc8440ffff",
        "01a1fb97-0000-7000-8000-000000000000",
    )
    orders = [SimpleNamespace(id=UUID(id)) for id in ids]

    assert short_ids(orders) == [ids[0][:33], ids[1][:33], "01a1fb97"]
