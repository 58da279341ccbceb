import pytest

from orderloom import Problem, Query, Refused
from orderloom_invoicing import INVOICE, KIND, InvoiceData, handed_over, handover, retry
from orderloom_supplier import CartItem, place_cart


def _invoices(market):
    with market.reader() as reader:
        return reader.find(Query(kind=KIND, type=INVOICE)).items


@pytest.mark.parametrize(
    ("action", "options"),
    [("accept", None), ("accept_and_schedule", {"tomorrow": True})],
)
def test_accepting_drafts_an_invoice_under_the_number_of_the_order(market, action, options):
    order = market.do(market.order(), action, options)

    (invoice,) = _invoices(market)
    assert (invoice.status, invoice.number) == ("draft", "")
    assert invoice.data[InvoiceData].reference == order.number
    assert str(invoice.totals.total) == "20.40 EUR"
    with market.reader() as reader:
        assert handed_over(order, reader.reading).invoice == invoice.id


def test_only_what_was_accepted_is_invoiced(market):
    options = {"strike": [2], "reduce": [{"line": 1, "quantity": 6}]}

    market.do(market.order(), "accept", options)

    (invoice,) = _invoices(market)
    assert [(line.product, str(line.quantity)) for line in invoice.lines] == [("milk", "6")]
    assert str(invoice.totals.total) == "7.20 EUR"


def test_an_order_on_behalf_is_invoiced_at_once(market):
    order = market.order(action="place_on_behalf")

    (invoice,) = _invoices(market)
    assert invoice.data[InvoiceData].reference == order.number
    assert len(invoice.lines) == 2


def test_a_pending_order_has_no_invoice(market):
    market.order()

    assert _invoices(market) == ()


def test_abandoning_keeps_the_draft(market):
    order = market.in_status("accepted")

    market.do(order, "abandon")

    assert [one.status for one in _invoices(market)] == ["draft"]


def test_the_rest_of_the_way_drafts_no_second_invoice(market):
    market.in_status("completed_after_dispute")

    assert len(_invoices(market)) == 1


def test_a_failed_hand_over_fails_nothing_else_and_is_retried_by_hand(market, monkeypatch):

    def refuse(*args):
        raise Refused([Problem("sample.shut", "The books are shut. To go on, open them.")])

    with monkeypatch.context() as shut:
        shut.setattr(handover, "draft_of", refuse)
        order = market.do(market.order(), "accept")
    with market.reader() as reader:
        failed = handed_over(order, reader.reading)
    with market.desk(market.who("supplier_manager", "dairy")) as desk:
        invoice = retry(desk, order.id)

    assert (order.status, failed.invoice) == ("accepted", None)
    assert "The books are shut." in failed.problem
    assert str(invoice.totals.total) == "20.40 EUR"


def test_a_cart_on_behalf_is_invoiced_order_by_order(market):
    with market.desk() as desk:
        cart = [CartItem(product="bread", quantity=1, supplier=one) for one in ("dairy", "bakery")]
        place_cart(desk, "cafe", cart, action="place_on_behalf")

    assert sorted(one.seller.id for one in _invoices(market)) == ["bakery", "dairy"]


def test_the_outlet_sees_the_draft_of_nobody(market):
    market.in_status("accepted")

    with market.reader(market.who("outlet_admin", "cafe")) as reader:
        found = reader.find(Query(kind=KIND)).items
    with market.reader(market.who("supplier_manager", "bakery")) as reader:
        of_others = reader.find(Query(kind=KIND)).items

    assert (found, of_others) == ((), ())


def test_the_tax_of_the_invoicing_settings_stands_in_where_the_list_states_none(market):
    with market.desk() as desk:
        desk.admin.set("invoicing", {"tax_percent": "10"})
    market.sell(product="bread", price="3.00", tax_category="S", tax_percent="20")

    order = market.order(("milk", "12"), ("bread", "1"))

    assert [str(line.tax.percent) for line in order.lines] == ["10", "20"]
