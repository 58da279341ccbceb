from datetime import UTC, datetime
from types import SimpleNamespace

import attrs
import pytest

from orderloom import Refused, Series
from orderloom.desk.numbering import _period


def sent(toy, **fields):
    return toy.perform(toy.place(**fields), "send").number


def test_numbers_follow_each_other(toy):
    assert [sent(toy) for _ in range(3)] == ["T-2026-0001", "T-2026-0002", "T-2026-0003"]


def test_a_refused_command_draws_none(toy):
    order = toy.place()
    with pytest.raises(Refused):
        toy.perform(order, "send", options={"a": 1})

    assert sent(toy) == "T-2026-0001"


def test_a_rolled_back_command_returns_its_number(toy):
    order = toy.place()

    def fails():
        with toy.desk() as desk:
            assert desk.perform(order, "send").number == "T-2026-0001"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert sent(toy) == "T-2026-0001"


def test_a_number_is_drawn_once(toy):
    order = toy.perform(toy.place(), "send", "cancel")

    assert order.number == "T-2026-0001"
    assert sent(toy) == "T-2026-0002"


def test_a_project_puts_its_prefix_before(toy):
    assert sent(toy, project="summer") == "S-T-2026-0001"


def test_a_new_year_of_the_tenants_zone_starts_again(toy):
    with toy.desk() as desk:
        desk.admin.update(timezone="Asia/Tokyo")
    sent(toy)
    toy.clock.now = datetime(2026, 12, 31, 16, tzinfo=UTC)  # one o'clock of the next day there

    assert sent(toy) == "T-2027-0001"


def test_an_order_is_found_by_its_number(toy):
    number = sent(toy)

    with toy.reader() as reader:
        assert reader.by_number(number).number == number


def test_another_tenant_counts_on_its_own(toy, make_toy):
    sent(toy)

    assert sent(make_toy()) == "T-2026-0001"


def test_a_project_and_a_seller_of_one_name_count_apart(toy):
    series = Series(
        key="toy.order", pattern="{prefix}{seller}{seq}", per_project=True, per_seller=True
    )
    order = toy.place(seller="v1")
    named_alike = attrs.evolve(order, seller=None, project="v1")

    periods = [_period(series, one, SimpleNamespace()) for one in (order, named_alike)]

    assert periods == ["@v1", "v1"]
