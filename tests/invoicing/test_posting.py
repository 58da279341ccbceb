"""A draft becomes an invoice: it gets its number and PDF, and never changes again."""

from datetime import date

import pytest

from orderloom import (
    Forbidden,
    NewLine,
    NewOrder,
    NotFound,
    RecordQuantity,
    Refused,
    Reprice,
    SetLine,
    SetOrder,
)
from orderloom_invoicing import INVOICE, InvoiceData

TODAY = date(2026, 7, 1)


def refusal(house, invoice, options=None):
    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.perform(invoice, "post", options)
    return refused.value.codes


def test_posting_draws_the_next_number(house):
    drafts = [house.by_hand() for _ in range(3)]
    house.do(drafts[1], "void")

    posted = [house.do(draft, "post") for draft in (drafts[2], drafts[0])]

    assert [one.number for one in posted] == ["INV-s1-2026-00001", "INV-s1-2026-00002"]
    assert [one.status for one in posted] == ["posted", "posted"]


def test_a_refused_posting_leaves_no_gap(house):
    untaxed = house.by_hand(NewLine("Chair", "1"))
    refusal(house, untaxed)

    assert house.do(house.by_hand(), "post").number == "INV-s1-2026-00001"


def test_the_dates_follow_from_the_day_and_the_settings(house):
    house.set(payment_days=14)

    data = house.do(house.by_hand(), "post").data[InvoiceData]

    assert (data.issued_on, data.due_on, data.tax_point) == (TODAY, date(2026, 7, 15), None)


def test_a_draft_from_an_order_keeps_the_term_it_was_made_with(house):
    invoice = house.invoice(house.accepted())
    house.set(payment_days=14)

    assert house.do(invoice, "post").data[InvoiceData].due_on == date(2026, 7, 31)


def test_what_is_stated_when_posting_comes_first(house):
    options = {"issued_on": "2026-06-30", "due_on": "2026-08-01", "tax_point": "2026-06-15"}

    data = house.do(house.by_hand(), "post", options).data[InvoiceData]

    days = (data.issued_on, data.due_on, data.tax_point)
    assert days == (date(2026, 6, 30), date(2026, 8, 1), date(2026, 6, 15))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"issued_on": "2026-07-02"}, "invoicing.future_date"),
        ({"due_on": "2026-06-30"}, "invoicing.due_before_date"),
        ({"issued_on": "yesterday"}, "date.malformed"),
    ],
)
def test_a_wrong_date_is_refused(house, options, code):
    assert refusal(house, house.by_hand(), options) == (code,)


def test_everything_that_is_missing_is_told_at_once(house):
    house.set(tax_percent="")
    draft = house.by_hand(NewLine("Chair", "3"), NewLine("Table", "1", price="2"), buyer="")

    assert refusal(house, draft) == (
        "invoicing.no_buyer",
        "invoicing.no_price",
        "invoicing.no_tax",
        "invoicing.no_tax",
    )


def test_an_invoice_of_nothing_is_refused(house):
    with house.desk() as desk:
        draft = desk.place(NewOrder(INVOICE, buyer="b1"))

    assert refusal(house, draft) == ("invoicing.no_lines",)


def test_a_missing_tax_names_the_command_that_sets_it(house):
    house.set(tax_percent="")
    draft = house.by_hand()

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.perform(draft, "post")

    assert "orderloom tenant settings set invoicing tax_percent=20" in str(refused.value)


def test_a_tax_that_is_set_later_reaches_the_draft(house):
    house.set(tax_percent="")
    draft = house.by_hand()
    house.set(tax_percent="20")

    posted = house.do(draft, "post")

    assert str(posted.totals.tax) == "2.00 EUR"


@pytest.mark.parametrize(
    "edit", [SetLine(line=1, quantity="1"), SetOrder(remarks="Sorry"), Reprice()]
)
def test_a_posted_invoice_is_never_changed(house, edit):
    posted = house.posted()

    with house.desk() as desk, pytest.raises(Refused):
        desk.edit(posted, edit)

    assert house.now(posted) == posted


@pytest.mark.parametrize("action", ["post", "void"])
def test_a_posted_invoice_is_neither_posted_again_nor_voided(house, action):
    posted = house.posted()

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.perform(posted, action)

    assert "action.illegal" in refused.value.codes


def test_no_invoice_is_ever_deleted(house):
    drafted, posted = house.by_hand(), house.posted()

    for invoice in (drafted, posted, house.do(drafted, "void")):
        with house.desk() as desk, pytest.raises(Refused) as refused:
            desk.delete(invoice.ref)
        assert refused.value.codes == ("subject.not_deletable",)


def test_the_buyer_sees_an_invoice_once_it_is_posted(house):
    draft, posted = house.by_hand(), house.posted()
    voided = house.do(house.by_hand(), "void")
    buyer = house.actor("invoicing.viewer", "b1")

    assert [one.id for one in house.found(buyer)] == [posted.id]
    for hidden in (draft, voided):
        with house.reader(buyer) as reader, pytest.raises(NotFound):
            reader.get(hidden.ref)


def test_the_seller_sees_his_drafts_and_nobody_elses(house):
    draft = house.by_hand()
    house.by_hand(seller="b2")

    assert [one.id for one in house.found(house.actor("invoicing.clerk", "s1"))] == [draft.id]


def test_another_buyer_sees_nothing(house):
    house.posted()

    assert house.found(house.actor("invoicing.viewer", "b2")) == []


@pytest.mark.parametrize("action", ["post", "void"])
def test_a_viewer_may_do_nothing(house, action):
    draft = house.by_hand()

    with house.desk(house.actor("invoicing.viewer")) as desk, pytest.raises(Forbidden):
        desk.perform(draft, action)


def test_posting_issues_the_pdf(house):
    posted = house.posted()

    with house.desk() as desk:
        (issued,) = desk.documents(posted)
        file = desk.render(issued)

    assert (issued.type, issued.number) == ("invoicing.invoice_pdf", "INV-s1-2026-00001")
    assert file.content.startswith(b"%PDF")


def test_nothing_of_a_draft_can_be_credited(house):
    draft = house.by_hand()

    with house.desk() as desk, pytest.raises(Refused) as refused:
        desk.edit(draft, RecordQuantity(1, "credited", "1"))

    assert refused.value.codes == ("invoicing.draft_credited",)
