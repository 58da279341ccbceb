"""What is no input of the right class at all: refused with its field at every door."""

from datetime import timedelta

import pytest

from orderloom import NewSubject, Query, Refused
from orderloom.orders.commands import Place


def refusal(call):
    with pytest.raises(Refused) as refused:
        call()
    return [(one.code, one.field) for one in refused.value.problems]


@pytest.mark.parametrize("name", [None, 5, []])
def test_an_action_is_named_by_a_text(toy, name):
    order = toy.place()

    with toy.desk() as desk:
        assert refusal(lambda: desk.perform(order, name)) == [("input.unfit", "action")]
        assert refusal(lambda: desk.rehearse(order, name)) == [("input.unfit", "action")]
        assert refusal(lambda: Place(toy.new(), name)) == [("input.unfit", "action")]


@pytest.mark.parametrize(
    ("call", "code", "field"),
    [
        (lambda door, order: door.at(order, "x"), "input.unfit", "version"),
        (lambda door, order: door.at(order, True), "input.unfit", "version"),
        (lambda door, order: door.history(order, since="x"), "input.unfit", "since"),
        (lambda door, order: door.history(order, since=2**63), "input.unfit", "since"),
        (lambda door, order: door.history(order, limit="x"), "input.unfit", "limit"),
        (lambda door, order: door.to_approve(after="x"), "id.malformed", "after"),
        (lambda door, order: door.deliveries(limit="x"), "find.limit", "limit"),
        (lambda door, order: door.deliveries(limit=0), "find.limit", "limit"),
        (lambda door, order: door.deliveries("lost"), "input.unfit", "state"),
        (lambda door, order: door.mark_read(5), "input.unfit", "ids"),
        (lambda door, order: door.mark_read("x"), "input.unfit", "ids"),
        (lambda door, order: door.webhooks.rotate("erp", 5), "input.unfit", "overlap"),
        (lambda door, order: door.webhooks.rotate("erp", timedelta.max), "input.unfit", "overlap"),
        (lambda door, order: door.webhooks.rotate("erp", timedelta(-1)), "input.unfit", "overlap"),
    ],
)
def test_what_fits_no_field_is_refused_with_it(toy, call, code, field):
    order = toy.place()

    with toy.desk() as desk:
        assert refusal(lambda: call(desk, order)) == [(code, field)]


@pytest.mark.parametrize("types", [5, None, [5], [[]]])
def test_a_webhook_hears_of_types_that_are_texts(toy, types):
    with toy.desk() as desk:
        found = refusal(lambda: desk.webhooks.add("erp", "https://192.0.2.1/", types))

    assert found == [("input.unfit", "types")]


@pytest.mark.parametrize("role", ["admin", "toy.viewer"])
def test_a_type_is_no_kind(toy, role):
    with toy.reader(toy.actor(role)) as reader, pytest.raises(Refused) as refused:
        reader.find(Query(kind="toy.order"))

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("find.unknown_kind", "kind")
    assert "kind order and the type toy.order" in problem.message
    assert "the kinds there are: order, toy.visit" in problem.message


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, ("input.unfit", "which")),
        (7, ("input.unfit", "which")),
        ("dead", ("id.malformed", "which")),
        ([7], ("id.malformed", "which[0]")),
    ],
)
def test_what_names_no_deliveries_is_refused_by_name(toy, given, found):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.resend(given)

    assert [(one.code, one.field) for one in refused.value.problems] == [found]


@pytest.mark.parametrize("given", [None, 7, "T-1", ("order", "id")])
def test_what_names_no_order_to_copy_is_refused_by_name(toy, given):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.copy(given)

    assert refused.value.codes == ("id.malformed",)


def test_only_an_order_is_copied(toy):
    visit = toy.place(NewSubject("toy.visit", "Visit"))

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.copy(visit)

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("input.unfit", "order")
    assert "an order, its ref or its id" in problem.message
