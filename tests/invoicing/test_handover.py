"""Orders get their draft invoice when they are accepted: once, and again if it failed."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import attrs
import pytest

from orderloom import (
    Conflict,
    Forbidden,
    Module,
    ModuleFault,
    NewLine,
    NewOrder,
    NotFound,
    Problem,
    Query,
    Refused,
    RemoveLine,
    SetLine,
    SetOrder,
    SubjectRef,
    hookimpl,
)
from orderloom.store.engine import writing
from orderloom.store.schema import products
from orderloom_invoicing import INVOICE, InvoiceData, hand_over, missing, retry
from orderloom_invoicing.drafting import asked, draft_of

TWO = (NewLine("Chair", "3", price="3.335"), NewLine("Table", "2", price="10"))


def closed_books(*, until):
    """A module that keeps invoices from being made, and fails altogether when asked to."""

    @hookimpl
    def check_order(order):
        if until.fails:
            raise ZeroDivisionError
        if until.conflicts:
            raise Conflict("Somebody was quicker. To go on, try again.", retryable=True)
        if until.closed and order.type == INVOICE:
            return Problem("books.closed", "The books are closed. To invoice, open them.")
        return None

    @hookimpl
    def on_order_placed(order):
        if until.late:
            raise ZeroDivisionError

    manifest = Module("books", title="Books", requires={"invoicing"}, touches={INVOICE})
    hooks = {"check_order": check_order, "on_order_placed": on_order_placed}
    return SimpleNamespace(__name__="books", module=manifest, **hooks)


@attrs.define
class Books:
    closed: bool = True
    fails: bool = False
    conflicts: bool = False
    late: bool = False


@pytest.fixture
def closed(make_house):
    """A house in which no invoice can be made until `house.books` are opened."""
    books = Books()
    house = make_house(closed_books(until=books))
    return SimpleNamespace(house=house, books=books)


def test_an_accepted_order_has_a_draft_with_its_lines_prices_and_taxes(house):
    order = house.accepted(*TWO)

    invoice = house.invoice(order)

    assert (invoice.kind, invoice.type, invoice.status) == ("invoice", INVOICE, "draft")
    assert (invoice.buyer, invoice.seller, invoice.number) == (order.buyer, order.seller, "")
    assert [(one.name, str(one.quantity), str(one.total)) for one in invoice.lines] == [
        ("Chair", "3", "10.01 EUR"),  # 3 x 3.335 = 10.005
        ("Table", "2", "20.00 EUR"),
    ]
    assert invoice.totals == order.totals
    assert str(invoice.totals.total) == "36.01 EUR"  # 30.01 and 20 %: 2.00 + 4.00
    data = invoice.data[InvoiceData]
    assert (data.reference, data.source, data.days) == (order.number, order.ref, 30)
    assert data.issued_on == date(2026, 7, 1)


def test_only_what_is_accepted_is_invoiced(house):
    house.rules.quantities = {1: "2", 2: "0"}

    invoice = house.invoice(house.accepted(*TWO))

    assert [(one.name, str(one.quantity)) for one in invoice.lines] == [("Chair", "2")]
    assert str(invoice.totals.total) == "8.00 EUR"  # 6.67 and 20 %: 1.33


def test_a_tax_rate_that_changes_later_leaves_the_one_of_the_order(house):
    order = house.order()
    house.set(tax_percent="25")

    invoice = house.invoice(house.do(order, "accept"))

    assert str(invoice.lines[0].tax.percent) == "20"
    assert invoice.totals == order.totals


def test_discounts_and_surcharges_go_along(house):
    house.rules.adjustments = (("discount", "-3", 1), ("freight", "7.5", None))

    order = house.accepted(*TWO)
    invoice = house.invoice(order)

    assert str(invoice.totals.total) == "39.91 EUR"  # 7.01 + 20, 20 %: 1.40 + 4.00, 7.50
    assert invoice.totals == order.totals
    assert [(one.key, one.line) for one in invoice.adjustments] == [
        ("discount", invoice.line(1).id),
        ("freight", None),
    ]


def test_of_discounts_and_surcharges_only_the_invoiced_share_goes_along(house):
    house.rules.adjustments = (("discount", "-3", 1), ("freight", "7.5", None))
    house.rules.quantities = {1: "1"}

    invoice = house.invoice(house.accepted(*TWO))

    assert [(one.key, str(one.amount)) for one in invoice.adjustments] == [
        ("discount", "-1.00 EUR"),  # a third
        ("freight", "0.65 EUR"),  # 2.34 of 27.01: 7.50 x 0.08663
    ]


def test_the_adjustments_of_a_line_leave_the_draft_with_it(house):
    house.rules.adjustments = (("discount", "-3", 1),)
    invoice = house.invoice(house.accepted(*TWO))

    with house.desk() as desk:
        changed = desk.edit(invoice, RemoveLine(1))

    assert changed.adjustments == ()
    assert str(changed.totals.total) == "24.00 EUR"


def test_a_second_hand_over_makes_no_second_invoice(house):
    order = house.accepted()
    first = house.handed(order)

    house.do(order, "accept_again")

    assert house.handed(order) == first
    assert len(house.found()) == 1


def test_an_order_has_one_invoice_for_each_purpose(house):
    order = house.accepted()
    house.rules.purpose = "rest"

    house.do(order, "accept_again")

    assert len(house.found()) == 2
    assert house.handed(order, "rest").invoice != house.handed(order).invoice


def test_nothing_to_invoice_is_a_mistake_of_the_module(house):
    house.rules.quantities = {}
    order = house.order()

    with pytest.raises(Exception, match=r"Nothing of order .* is to be invoiced"):
        house.do(order, "accept")

    assert house.now(order).status == "open"


# ── failures ───────────────────────────────────────────────────────────────────────────────


def test_a_refused_draft_leaves_the_acceptance_and_says_why(closed):
    order = closed.house.accepted()

    handed = closed.house.handed(order)

    assert closed.house.now(order).status == "accepted"
    assert (handed.invoice, handed.problem) == (
        None,
        "The books are closed. To invoice, open them.",
    )
    assert closed.house.found() == []


def test_a_module_that_fails_over_the_draft_leaves_the_acceptance_too(closed):
    order = closed.house.order()
    closed.books.fails = True

    accepted = closed.house.do(order, "accept")

    assert accepted.status == "accepted"
    assert "Module books failed in check_order" in closed.house.handed(order).problem


def test_a_draft_that_fails_after_it_was_written_leaves_nothing_behind(closed):
    house, books = closed.house, closed.books
    books.closed, books.late = False, True

    order = house.accepted()

    assert house.now(order).status == "accepted"
    assert "Module books failed in on_order_placed" in house.handed(order).problem
    assert house.handed(order).invoice is None
    assert house.found() == []


def test_a_conflict_is_not_swallowed(closed):
    order = closed.house.order()
    closed.books.conflicts = True

    with pytest.raises(Conflict, match="Somebody was quicker"):
        closed.house.do(order, "accept")

    assert closed.house.now(order).status == "open"
    assert closed.house.handed(order) is None


def test_who_accepts_needs_the_right_to_hand_over(house):
    order = house.order()

    house.do(order, "accept", by=house.actor("shop.helper", "s1"))

    assert house.now(order).status == "accepted"
    assert "invoicing.invoice.hand_over" in house.handed(order).problem


def test_the_right_in_the_scope_of_the_seller_is_enough(house):
    order = house.order()

    house.do(order, "accept", by=house.actor("shop.keeper", "s1"))

    assert house.invoice(order).status == "draft"


def test_orders_without_their_invoice_are_listed_to_whoever_may_see_them(closed):
    house = closed.house
    orders = [house.accepted()]
    house.clock.move(hours=1)
    orders.append(house.accepted(buyer="b2"))

    def seen(actor):
        with house.reader(actor) as reader:
            return [order.id for order, _ in missing(reader)]

    assert seen(house.actor("admin")) == [order.id for order in orders]
    assert seen(house.actor("shop.customer", "b2")) == [orders[1].id]
    assert seen(house.actor("shop.customer", "elsewhere")) == []


def test_a_hand_over_is_tried_again_by_hand(closed):
    house = closed.house
    house.rules.quantities = {1: "2"}
    order = house.accepted(*TWO)
    house.clock.move(days=3)
    closed.books.closed = False

    with house.desk() as desk:
        made = retry(desk, order.id)

    assert house.handed(order).invoice == made.id
    assert house.handed(order).problem == ""
    assert [str(one.quantity) for one in made.lines] == ["2"]
    assert made.data[InvoiceData].issued_on == date(2026, 7, 1)
    with house.reader() as reader:
        assert missing(reader) == ()


def test_a_hand_over_over_which_a_module_failed_succeeds_once_it_is_mended(closed):
    house, books = closed.house, closed.books
    books.closed, books.late = False, True
    order = house.accepted()
    with pytest.raises(ModuleFault, match="books failed in on_order_placed"), house.desk() as desk:
        retry(desk, order.id)
    books.late = False

    with house.desk() as desk:
        made = retry(desk, order.id)

    assert (house.handed(order).invoice, house.handed(order).problem) == (made.id, "")
    assert [invoice.id for invoice in house.found()] == [made.id]
    assert house.do(made, "post").number == "INV-s1-2026-00001"


def test_trying_again_makes_no_second_invoice(house):
    order = house.accepted()

    with house.desk() as desk, pytest.raises(Refused) as refused:
        retry(desk, order.id)

    assert refused.value.codes == ("invoicing.handed_over",)
    assert len(house.found()) == 1


def test_trying_again_tells_why_it_is_refused_again(closed):
    order = closed.house.accepted()

    with closed.house.desk() as desk, pytest.raises(Refused, match="The books are closed"):
        retry(desk, order.id)


def test_what_nobody_asked_for_is_not_handed_over(house):
    order = house.order()

    with house.desk() as desk:
        with pytest.raises(NotFound):
            retry(desk, order.id)
        with pytest.raises(NotFound):
            retry(desk, uuid4())


def test_trying_again_asks_for_the_right(closed):
    house = closed.house
    order = house.accepted()
    closed.books.closed = False

    with house.desk(house.actor("shop.helper", "s1")) as desk, pytest.raises(Forbidden):
        retry(desk, order.id)
    with house.desk(house.actor("shop.keeper", "s1")) as desk:
        assert retry(desk, order.id).status == "draft"


def test_who_lacks_the_right_is_not_told_of_the_draft(house):
    order = house.accepted()
    draft = house.handed(order).invoice

    with house.desk(house.actor("shop.helper", "s1")) as desk, pytest.raises(Forbidden) as refused:
        retry(desk, order.id)

    assert refused.value.codes == ("right.missing",)
    assert str(draft) not in str(refused.value)


def test_an_order_of_others_reads_as_one_nobody_asked_to_invoice(house):
    told = []
    for order in (house.accepted(), house.order()):
        with (
            house.desk(house.actor("shop.keeper", "elsewhere")) as desk,
            pytest.raises(NotFound) as refused,
        ):
            retry(desk, order.id)
        told.append(str(refused.value).replace(str(order.id), "ORDER"))

    assert told[0] == told[1]
    assert "hand-over of order" in told[0]


def test_an_order_lacks_its_invoice_again_once_the_draft_is_void(house):
    order = house.accepted()
    voided = house.do(house.invoice(order), "void")

    lacking = house.handed(order)
    with house.desk() as desk:
        made = retry(desk, order.id)

    assert (lacking.invoice, lacking.problem) == (None, "The draft was voided.")
    assert made.id != voided.id
    assert house.handed(order).invoice == made.id


# ── what the right to hand over does not give ──────────────────────────────────────────────


def test_a_draft_nobody_asked_for_cannot_be_handed_over(house):
    order = house.order()
    new = NewOrder(INVOICE, buyer="b1", data=InvoiceData(source=order.ref))

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.place(new, action="hand_over")

    assert refused.value.codes == ("invoicing.not_asked",)


@pytest.mark.parametrize(
    "change",
    [
        {"buyer": "b2"},
        {"seller": ""},
        {"lines": [NewLine("Chair", "3", price="99")]},
        {"data": InvoiceData(reference="mine")},
    ],
)
def test_another_draft_than_the_one_asked_for_cannot_be_handed_over(closed, change):
    house = closed.house
    order = house.accepted()
    closed.books.closed = False
    with house.reader() as reader:
        wanted = draft_of(order, asked(order, reader.reading), "", reader.reading)
    if "data" in change:
        change = {"data": (attrs.evolve(wanted.data[0], reference="mine"),)}

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.place(attrs.evolve(wanted, **change), action="hand_over")

    assert "invoicing.not_asked" in refused.value.codes


def test_the_source_of_an_invoice_is_not_made_up(house):
    order = house.order()
    new = NewOrder(INVOICE, buyer="b1", data=InvoiceData(source=order.ref))

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.place(new)

    assert refused.value.codes == ("invoicing.source",)


def test_where_an_invoice_comes_from_stays(house):
    invoice = house.invoice(house.accepted())
    other = attrs.evolve(invoice.data[InvoiceData], source=SubjectRef("order", uuid4()))

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.edit(invoice, SetOrder(data=other))

    assert refused.value.codes == ("invoicing.origin",)


# ── drafts ─────────────────────────────────────────────────────────────────────────────────


def test_a_draft_can_be_changed_and_keeps_its_tax(house):
    invoice = house.invoice(house.accepted())
    house.set(tax_percent="25")

    with house.desk() as desk:
        changed = desk.edit(invoice, SetLine(line=1, quantity="2", price="5"))

    assert str(changed.totals.total) == "12.00 EUR"  # 10.00 and 20 %


def test_invoices_never_show_up_among_orders(house):
    order = house.accepted()

    with house.reader() as reader:
        assert [one.id for one in reader.find().items] == [order.id]
        assert reader.count(Query(kind="invoice")).value == 1


def test_a_product_there_is_no_more_does_not_hold_up_the_invoice(house):
    order = house.order(NewLine("Book", "1", price="8", product="BOOK"))
    with writing(house.loom.engine, house.tenant) as connection:  # as a host may
        connection.execute(products.delete().where(products.c.tenant_id == house.tenant))

    invoice = house.invoice(house.do(order, "accept"))

    assert [(one.name, one.product) for one in invoice.lines] == [("Book", "")]


def test_a_hand_over_can_name_reference_and_date(house):
    order = house.order()

    with house.desk() as desk:
        made = hand_over(
            order, desk.reading, reference="PO 7", date=date(2026, 6, 3), purpose="advance",
            quantities={order.line(1).id: Decimal("1.5")},
        )  # fmt: skip

    with house.reader() as reader:
        data = reader.get(made.invoice, kind="invoice").data[InvoiceData]
    assert (data.reference, data.issued_on, data.purpose) == ("PO 7", date(2026, 6, 3), "advance")
