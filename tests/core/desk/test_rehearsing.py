from __future__ import annotations

import pytest

from orderloom import ModuleFault, NewSubject, NotFound, Problem, Query, Refused


@pytest.fixture
def visits(make_toy, make_module):
    """Sending an order plans a visit; others watch and hear of it."""

    def on_status_changed(subject, action, writing):
        if action.name == "send":
            writing.place(NewSubject("toy.visit", f"Visit for {subject.number}"))

    def after_status_changed():
        raise AssertionError("nothing is committed")

    return make_toy(
        make_module(
            "visits",
            on_status_changed=on_status_changed,
            check_action=lambda action: None,
            on_subject_placed=lambda subject: None,
            after_status_changed=after_status_changed,
        )
    )


def rehearsed(toy, order, action="send", **more):
    with toy.desk() as desk:
        return desk.rehearse(order, action, **more)


def test_every_hook_call_is_told_nested_ones_too(visits):
    order = visits.place()

    tried = rehearsed(visits, order)

    assert [(call.hook, call.module, call.depth) for call in tried.calls] == [
        ("check_action", "visits", 0),
        ("on_status_changed", "visits", 0),
        ("check_action", "visits", 1),
        ("on_subject_placed", "visits", 1),
    ]
    assert {call.subject.split()[0] for call in tried.calls} == {"toy.order", "toy.visit"}


def test_what_would_be_owed_is_told(visits):
    tried = rehearsed(visits, visits.place())

    assert {(owed.source, owed.recipient) for owed in tried.owed} == {
        ("toy.sent", "desk@vendor.example"),
        ("visits:after_status_changed", ""),
    }


def test_the_outcome_is_told_and_nothing_of_it_stays(visits):
    order = visits.place()

    tried = rehearsed(visits, order)

    assert (tried.after.status, tried.after.number, tried.error) == ("sent", "T-2026-0001", None)
    assert visits.get(order) == order
    assert visits.names(order) == ["place"]
    with visits.reader() as reader:
        assert reader.count(Query(kind="toy.visit")).value == 0
        assert reader.deliveries() == ()
        assert reader.documents(order) == ()


def test_the_number_is_given_back(visits):
    first, second = visits.place(), visits.place()

    rehearsed(visits, first)

    assert visits.perform(second, "send").number == "T-2026-0001"


def test_the_desk_goes_on_after_it(visits):
    order = visits.place()

    with visits.desk() as desk:
        desk.rehearse(order, "cancel")
        sent = desk.perform(order, "send")

    assert visits.get(order) == sent


def test_what_refuses_it_is_answered(make_toy, make_module):
    def check_action(action):
        if action.name == "send":
            return Problem("picky.no", "Not today. To send it, wait.")

    toy = make_toy(make_module("picky", check_action=check_action))

    tried = rehearsed(toy, toy.place())

    assert tried.after is None
    assert isinstance(tried.error, Refused)
    assert tried.error.codes == ("picky.no",)
    assert [call.result for call in tried.calls] == ["1 problem: picky.no"]


def test_a_hook_that_fails_after_the_write_is_answered_and_the_desk_is_whole(make_toy, make_module):
    def on_status_changed():
        raise ValueError("Oh.")

    toy = make_toy(make_module("clumsy", on_status_changed=on_status_changed))
    order = toy.place()

    with toy.desk() as desk:
        tried = desk.rehearse(order, "send")
        noted = desk.note(order, "It was tried.")

    assert isinstance(tried.error, ModuleFault)
    assert toy.history(order)[-1].id == noted.id
    assert toy.get(order).status == "draft"


def test_an_order_that_is_not_there_is_not_found(visits):
    with pytest.raises(NotFound):
        rehearsed(visits, "01900000-0000-7000-8000-000000000000")
