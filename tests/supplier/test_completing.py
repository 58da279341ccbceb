import pytest

from orderloom import Refused
from orderloom_supplier import progress, received_of


@pytest.mark.parametrize("status", ["accepted", "partially_accepted", "scheduled"])
def test_a_delivery_is_confirmed_from_every_status_of_a_taken_order(market, status):
    order = market.do(market.in_status(status), "complete", {"note": "All fresh."})

    assert order.status == "completed"


def test_what_arrived_is_what_was_accepted(market):
    accepted = market.do(market.order(), "accept", {"reduce": [{"line": 1, "quantity": 6}]})

    order = market.do(accepted, "complete")

    assert [str(one) for one in received_of(order).values()] == ["6", "2"]


def test_an_excluded_line_did_not_arrive(market):
    order = market.do(market.in_status("scheduled"), "complete", {"exclude": [1]})

    assert [str(one) for one in received_of(order).values()] == ["0", "2"]


def test_a_struck_line_never_arrives(market):
    order = market.do(market.in_status("partially_accepted"), "complete")

    assert [str(one) for one in received_of(order).values()] == ["12", "0"]


def test_of_an_order_entered_on_behalf_everything_arrives(market):
    order = market.do(market.order(action="place_on_behalf"), "complete")

    assert [str(one) for one in received_of(order).values()] == ["12", "2"]


@pytest.mark.parametrize(
    ("status", "options", "code"),
    [
        ("accepted", {"exclude": [1, 2]}, "supplier.complete.nothing_received"),
        ("partially_accepted", {"exclude": [1]}, "supplier.complete.nothing_received"),
        ("accepted", {"exclude": [3]}, "supplier.line.unknown"),
    ],
)
def test_what_is_no_delivery_is_refused(market, status, options, code):
    order = market.in_status(status)

    with pytest.raises(Refused) as refused:
        market.do(order, "complete", options)

    assert refused.value.codes == (code,)


def test_a_dispute_is_counted_and_resolved(market):
    order = market.in_status("in_dispute")

    resolved = market.do(order, "resolve")

    assert (resolved.status, progress(resolved).disputes) == ("completed_after_dispute", 1)


def test_a_second_dispute_is_allowed_and_counted(market):
    order = market.do(market.in_status("completed_after_dispute"), "dispute", {"note": "Again"})

    assert (order.status, progress(order).disputes) == ("in_dispute", 2)
    assert progress(market.do(order, "resolve")).disputes == 2


def test_action_needed_is_cleared_by_resolving(market):
    order = market.do(market.in_status("accepted"), "complete", {"action_needed": True})
    flagged = progress(order).action_needed

    resolved = market.do(market.do(order, "dispute"), "resolve")

    assert (flagged, progress(resolved).action_needed) == (True, False)


def test_nothing_has_to_be_looked_into_unless_somebody_says_so(market):
    assert not progress(market.in_status("completed")).action_needed


def test_a_copy_starts_without_schedule_and_disputes(market):
    order = market.in_status("completed_after_dispute")

    with market.desk() as desk:
        copy = desk.copy(order)

    assert (progress(copy).disputes, progress(copy).order) == (0, copy.id)
    assert [line.quantities for line in copy.lines] == [(), ()]
