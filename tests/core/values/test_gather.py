import pytest

from orderloom.errors import Problem, Refused
from orderloom.values import Gather, Money, decimal_of, positive, unit_of


def test_accepted_values_are_handed_through():
    gather = Gather()

    quantity = gather.take(decimal_of, "2.50", "quantity", minimum=0)
    gather.done()

    assert str(quantity) == "2.5"


def test_problems_of_all_inputs_are_raised_together_in_order():
    gather = Gather()
    quantity = gather.take(positive, "0", "lines[0].quantity")
    unit = gather.take(unit_of, "furlongs", "lines[0].unit")
    gather.add(Problem("order.empty", "To place an order, add a line."))

    with pytest.raises(Refused) as refusal:
        gather.done()

    assert (quantity, unit) == (None, None)
    assert refusal.value.codes == ("decimal.too_small", "unit.unknown", "order.empty")
    assert refusal.value.problems == gather.problems


def test_a_gate_with_two_problems_gives_both():
    gather = Gather()

    gather.take(Money.of, "x", "EUROS", "price")

    assert [problem.field for problem in gather.problems] == ["price", "price.currency"]


def _leave_a_block_with_a_problem():
    with Gather() as gather:
        gather.take(positive, "-1", "quantity")


def test_leaving_the_block_raises_what_was_gathered():
    with pytest.raises(Refused, match="quantity"):
        _leave_a_block_with_a_problem()


def _fail_inside_a_block():
    with Gather() as gather:
        gather.take(positive, "-1", "quantity")
        raise KeyError("bug")


def test_another_error_leaves_the_block_untouched():
    with pytest.raises(KeyError, match="bug"):
        _fail_inside_a_block()
