"""By whose side a document is issued, and of which orders."""

import pytest

from orderloom import Forbidden, Refused
from orderloom_supplier.documents import DOCUMENTS

OUTLETS = ("purchase_order", "goods_receipt", "ubl_order", "ubl_order_cancellation")
SUPPLIERS = ("delivery_note", "ubl_order_response")
STATUS = {"ubl_order_cancellation": "abandoned"}
OUTLET = ("outlet_orderer", "cafe")
SUPPLIER = ("supplier_manager", "dairy")


def _issued(market, order, document, who):
    with market.desk(market.who(*who)) as desk:
        return desk.issue(order.ref, f"supplier.{document}").revision


def test_each_document_is_that_of_one_side():
    assert {one.key for one in DOCUMENTS} == {f"supplier.{key}" for key in (*OUTLETS, *SUPPLIERS)}


@pytest.mark.parametrize("document", [*OUTLETS, *SUPPLIERS])
def test_a_side_issues_what_it_writes_and_nothing_else(market, document):
    mine, others = (OUTLET, SUPPLIER) if document in OUTLETS else (SUPPLIER, OUTLET)
    order = market.in_status(STATUS.get(document, "completed"))

    with pytest.raises((Forbidden, Refused)) as refused:
        _issued(market, order, document, others)

    assert refused.value.codes == ("right.missing",)
    assert _issued(market, order, document, mine) == 1


@pytest.mark.parametrize("document", [*OUTLETS, *SUPPLIERS])
def test_what_one_side_issued_the_other_reads(market, document):
    mine, others = (OUTLET, SUPPLIER) if document in OUTLETS else (SUPPLIER, OUTLET)
    order = market.in_status(STATUS.get(document, "completed"))
    _issued(market, order, document, mine)

    with market.reader(market.who(*others)) as reader:
        assert [one.type for one in reader.documents(order)] == [f"supplier.{document}"]


@pytest.mark.parametrize(
    ("document", "status", "who"),
    [
        ("delivery_note", "pending", SUPPLIER),
        ("delivery_note", "declined", SUPPLIER),
        ("goods_receipt", "pending", OUTLET),
        ("goods_receipt", "scheduled", OUTLET),
        ("goods_receipt", "abandoned", OUTLET),
    ],
)
def test_what_has_not_happened_is_not_documented(market, document, status, who):
    order = market.in_status(status)

    with pytest.raises(Refused) as refused:
        _issued(market, order, document, who)

    assert refused.value.codes == ("supplier.document.status",)
