"""The messages as documents of orders: issued, frozen, and true to the order."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from orderloom import Delivery, DocumentInputs, Refused
from orderloom_supplier.ubl import new_order, read_cancellation, read_order, read_response
from orderloom_supplier.ubl.messages import order_message

ORDER, RESPONSE = "supplier.ubl_order", "supplier.ubl_order_response"
CANCELLATION = "supplier.ubl_order_cancellation"


@pytest.fixture
def issued(market):
    """Issues a document of an order and answers its file."""

    def issue(order, document):
        with market.desk() as desk:
            return desk.render(desk.issue(order.ref, document))

    return issue


@pytest.fixture
def order(market):
    return market.order(delivery=Delivery(instructions="Back gate."), remarks="Before nine.")


def test_an_order_says_what_was_ordered(order, issued, faults):
    file = issued(order, ORDER)

    message = read_order(file.content)
    assert (file.name, file.mime) == (f"{order.number}-r1.xml", "application/xml")
    assert faults(file.content.decode(), "Order") == []
    assert (message.number, message.issued_on.isoformat()) == (order.number, "2026-07-01")
    assert (message.buyer.id, message.buyer.name) == ("cafe", "Sample Cafe")
    assert (message.seller.id, message.note) == ("dairy", "Before nine.")
    assert message.seller.contact.email == "desk@dairy.example"
    assert [(line.id, line.product, str(line.total)) for line in message.lines] == [
        ("1", "milk", "14.40 EUR"),
        ("2", "bread", "6.00 EUR"),
    ]
    assert str(message.total) == "20.40 EUR"


def test_taxes_go_with_their_lines(market, issued):
    market.sell(product="milk", price="1.20", tax_percent="4", tax_category="S", pack="6")

    message = read_order(issued(market.order(), ORDER).content)

    milk, bread = message.lines
    assert (milk.tax.category, milk.tax.percent, bread.tax) == ("S", Decimal(4), None)
    assert (str(message.tax), str(message.total)) == ("0.58 EUR", "20.98 EUR")


def test_what_was_written_can_be_placed_again_as_it_was(market, order, issued):
    message = read_order(issued(order, ORDER).content)

    with market.desk() as desk:
        again = desk.place(new_order(message))

    assert again.totals == order.totals
    assert [(line.name, line.quantity, line.product) for line in again.lines] == [
        (line.name, line.quantity, line.product) for line in order.lines
    ]
    assert (again.delivery, again.remarks) == (order.delivery, order.remarks)


def test_a_party_whose_key_is_a_participant_is_addressed_by_it(market, issued):
    with market.desk() as desk:
        cafe = desk.directory.party("cafe")
        desk.directory.save_party(attrs.evolve(cafe, id="0088:7300010000001"))

    message = read_order(
        issued(market.order(outlet="0088:7300010000001", by=market.house), ORDER).content
    )

    assert (message.buyer.endpoint, message.seller.endpoint) == ("0088:7300010000001", "")


@pytest.mark.parametrize(
    ("answer", "code", "lines"),
    [
        (None, "AP", []),
        ({"strike": [2]}, "CA", [("1", "5", "12"), ("2", "7", "0")]),
        (
            {"reduce": [{"line": 1, "quantity": "6"}]},
            "CA",
            [("1", "3", "6"), ("2", "5", "2")],
        ),
    ],
)
def test_a_response_says_what_was_accepted(market, order, issued, answer, code, lines):
    accepted = market.do(order, "accept", answer)

    message = read_response(issued(accepted, RESPONSE).content)

    assert (message.number, message.order) == (f"{order.number}-R1", order.number)
    assert (message.code, message.seller.name, message.seller.contact) == (
        code,
        "Sample Dairy",
        None,
    )
    assert [(line.id, line.code, str(line.quantity)) for line in message.lines] == lines


@pytest.mark.parametrize("answer", [None, {"strike": [2]}])
def test_a_response_is_valid_by_the_schema(market, order, issued, faults, answer):
    file = issued(market.do(order, "accept", answer), RESPONSE)

    assert faults(file.content.decode(), "OrderResponse") == []


def test_a_response_promises_the_day_of_the_delivery(market, order, issued):
    scheduled = market.do(market.do(order, "accept"), "schedule", {"on": "2026-07-03"})

    assert (
        read_response(issued(scheduled, RESPONSE).content).promised_on.isoformat() == "2026-07-03"
    )


@pytest.mark.parametrize(("status", "code"), [("pending", "AB"), ("declined", "RE")])
def test_a_response_without_acceptance_says_so(market, issued, status, code):
    message = read_response(issued(market.in_status(status), RESPONSE).content)

    assert (message.code, message.lines) == (code, ())


def test_an_abandoned_order_can_be_cancelled(market, order, issued, faults):
    file = issued(market.do(order, "abandon"), CANCELLATION)

    message = read_cancellation(file.content)
    assert faults(file.content.decode(), "OrderCancellation") == []
    assert (message.order, message.note) == (order.number, "The order is abandoned.")


def test_an_order_that_stands_cannot_be_cancelled(order, issued):
    with pytest.raises(Refused) as refused:
        issued(order, CANCELLATION)

    assert refused.value.codes == ("supplier.ubl.not_abandoned",)


def test_a_unit_of_ones_own_has_no_code_there(market, order):
    first, second = order.lines
    changed = attrs.evolve(order, lines=(first, attrs.evolve(second, unit="TRAY")))
    inputs = DocumentInputs(
        subject=changed, number="1", revision=1, issued_at=order.updated_at, language="en"
    )

    with pytest.raises(Refused) as refused, market.reader() as reader:
        order_message(inputs, reader.reading)

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("supplier.ubl.unit", "lines[1].unit")
