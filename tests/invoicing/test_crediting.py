"""A posted invoice is taken back by credit notes, never by more than it says."""

from datetime import date

import pytest

from orderloom import Forbidden, Money, NewLine, NewOrder, Refused, SetOrder
from orderloom_invoicing import CREDIT_NOTE, CreditData, InvoiceData, LineData, left, notes_of

TWO = (NewLine("Chair", "3", price="3.335"), NewLine("Table", "2", price="10"))


def credit(house, invoice, *lines, **more):
    given = [{"line": line, "quantity": quantity} for line, quantity in lines]
    return house.do(invoice, "credit", {"lines": given, **more})


def refusal(house, invoice, *lines, **more):
    with pytest.raises(Refused) as refused:
        credit(house, invoice, *lines, **more)
    return refused.value.codes


def total(documents, part="total"):
    return str(Money.sum((getattr(one.totals, part) for one in documents), "EUR"))


def test_a_whole_invoice_is_credited_by_one_note(house):
    invoice = house.posted(*TWO)

    credited = credit(house, invoice, why="Sent back")

    (note,) = house.notes()
    assert (credited.status, credited.totals) == ("credited", invoice.totals)
    assert (note.type, note.kind, note.status, note.number) == (
        CREDIT_NOTE, "invoice", "posted", "CN-s1-2026-00001",
    )  # fmt: skip
    assert note.totals == invoice.totals
    assert (note.buyer, note.seller) == (invoice.buyer, invoice.seller)
    data = note.data[CreditData]
    assert (data.invoice, data.number, data.reason) == (invoice.id, invoice.number, "Sent back")
    assert note.data[InvoiceData].issued_on == date(2026, 7, 1)


def test_some_of_an_invoice_is_credited_by_lines_and_quantities(house):
    invoice = house.posted(*TWO)

    now = credit(house, invoice, (1, "2"))

    (note,) = house.notes()
    assert now.status == "posted"
    assert [str(left(line)) for line in now.lines] == ["1", "2"]
    assert [(line.name, str(line.quantity)) for line in note.lines] == [("Chair", "2")]
    assert note.line(1).data[LineData].source == invoice.line(1).id


def test_credit_notes_add_up_to_the_invoice_to_the_cent(house):
    invoice = house.posted(*TWO)

    for lines in [(1, "1")], [(1, "1"), (2, "1")], []:
        invoice = credit(house, invoice, *lines)

    notes = house.notes()
    chairs = [str(note.line(1).total) for note in notes]
    assert chairs == ["3.34 EUR", "3.33 EUR", "3.34 EUR"]  # each 3.335; 10.01 together
    assert invoice.status == "credited"
    assert (total(notes, "lines"), total([invoice], "lines")) == ("30.01 EUR", "30.01 EUR")
    assert [note.number for note in notes] == [
        "CN-s1-2026-00001",
        "CN-s1-2026-00002",
        "CN-s1-2026-00003",
    ]


def test_discounts_and_surcharges_are_credited_by_their_shares(house):
    house.rules.adjustments = (("discount", "-3", 1), ("freight", "7.5", None))
    invoice = house.posted(*TWO)

    invoice = credit(house, invoice, (1, "1"))
    credit(house, invoice)

    first, rest = house.notes()
    assert (str(first.totals.lines), str(first.totals.adjustments)) == ("2.34 EUR", "0.65 EUR")
    assert total([first, rest], "lines") == "27.01 EUR"
    assert total([first, rest], "adjustments") == "7.50 EUR"


def test_a_tax_rate_that_changes_later_leaves_the_one_of_the_invoice(house):
    invoice = house.posted()
    house.set(tax_percent="25")

    credit(house, invoice)

    (note,) = house.notes()
    assert str(note.lines[0].tax.percent) == "20"


def test_no_more_is_credited_than_was_invoiced(house):
    invoice = credit(house, house.posted(*TWO), (1, "2"))

    assert refusal(house, invoice, (1, "1.000001")) == ("line.exceeded",)
    assert refusal(house, invoice, (2, "1"), (2, "1.5")) == ("line.exceeded",)
    assert len(house.notes()) == 1


@pytest.mark.parametrize(
    ("line", "quantity", "code"),
    [(1, "0", "decimal.too_small"), (1, "-1", "decimal.too_small"), (9, "1", "line.unknown")],
)
def test_what_is_not_there_is_not_credited(house, line, quantity, code):
    assert refusal(house, house.posted(), (line, quantity)) == (code,)


@pytest.mark.parametrize("status", ["draft", "void", "credited"])
def test_only_a_posted_invoice_is_credited(house, status):
    invoice = house.by_hand()
    if status == "void":
        invoice = house.do(invoice, "void")
    if status == "credited":
        invoice = credit(house, house.do(invoice, "post"))

    assert "action.illegal" in refusal(house, invoice)


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-07-02", "invoicing.future_date"), ("2026-06-30", "invoicing.before_invoice")],
)
def test_a_credit_note_is_dated_between_its_invoice_and_today(house, day, code):
    assert refusal(house, house.posted(), issued_on=day) == (code,)


def test_a_credit_note_is_not_written_by_hand(house):
    credit(house, house.posted())
    (note,) = house.notes()
    line = NewLine.like(note.lines[0], price=note.lines[0].price, data=note.lines[0].data)
    again = NewOrder(CREDIT_NOTE, buyer="b1", lines=[line], data=note.data)

    for new in (again, NewOrder(CREDIT_NOTE, buyer="b1")):
        with house.desk() as desk, pytest.raises(Refused) as refused:
            desk.place(new, action="issue")
        assert "invoicing.not_credited" in refused.value.codes


def test_a_credit_note_is_never_changed_or_deleted(house):
    credit(house, house.posted())
    (note,) = house.notes()

    with house.desk() as desk:
        with pytest.raises(Refused):
            desk.edit(note, SetOrder(remarks="Sorry"))
        with pytest.raises(Refused):
            desk.delete(note)

    assert house.now(note) == note


def test_crediting_asks_for_the_right(house):
    invoice = house.posted()
    keeper = house.actor("shop.keeper", "s1")

    with house.desk(keeper) as desk, pytest.raises(Forbidden):
        desk.perform(invoice, "credit")
    with house.desk(house.actor("invoicing.clerk", "s1")) as desk:
        assert desk.perform(invoice, "credit").status == "credited"


def test_the_credit_notes_of_an_invoice_are_known(house):
    invoice = house.posted(*TWO)
    credit(house, credit(house, invoice, (1, "1")), (1, "1"))

    with house.reader() as reader:
        found = notes_of(invoice.id, reader.reading)

    assert list(found) == [note.id for note in house.notes()]


def test_the_buyer_sees_the_credit_note(house):
    invoice = credit(house, house.posted())

    seen = house.found(house.actor("invoicing.viewer", "b1"))

    assert {one.id for one in seen} == {invoice.id, house.notes()[0].id}


def test_a_buyer_who_is_gone_from_the_directory_holds_up_the_credit_and_says_so(house):
    from orderloom.store.engine import writing
    from orderloom.store.schema import parties

    invoice = house.posted()
    with writing(house.loom.engine, house.tenant) as connection:
        here = parties.c.tenant_id == house.tenant
        connection.execute(parties.delete().where(here, parties.c.id == "b1"))

    with pytest.raises(Exception, match="There is no party b1"):
        credit(house, invoice)

    assert house.now(invoice) == invoice
