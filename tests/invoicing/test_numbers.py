"""Each seller numbers his own invoices and credit notes, without a gap."""

import pytest

from orderloom import Party
from orderloom.store import numbering
from orderloom.store.engine import writing


def posted(house, seller):
    return house.do(house.by_hand(seller=seller), "post").number


def add(house, *ids):
    with house.desk() as desk:
        for id in ids:
            desk.directory.save_party(Party(id, "Another Seller"))


def test_sellers_in_one_transaction_each_begin_with_one(house):
    drafts = [house.by_hand(seller=seller) for seller in ("s1", "b2", "s1")]

    with house.desk() as desk:
        numbers = [desk.perform(draft.ref, "post").number for draft in drafts]

    assert numbers == ["INV-s1-2026-00001", "INV-b2-2026-00001", "INV-s1-2026-00002"]


def test_a_rollback_leaves_no_seller_a_gap(house):
    drafts = [house.by_hand(seller=seller) for seller in ("s1", "b2")]

    def fails():
        with house.desk() as desk:
            for draft in drafts:
                desk.perform(draft.ref, "post")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    numbers = [house.do(draft, "post").number for draft in drafts]
    assert numbers == ["INV-s1-2026-00001", "INV-b2-2026-00001"]


def test_credit_notes_are_numbered_by_seller_too(house):
    for seller in ("s1", "b2"):
        house.do(house.do(house.by_hand(seller=seller), "post"), "credit")

    assert {note.number for note in house.notes()} == {"CN-s1-2026-00001", "CN-b2-2026-00001"}


def test_an_invoice_is_found_by_the_number_of_its_seller(house):
    numbers = [posted(house, seller) for seller in ("s1", "b2")]

    found = [house.found(number=number) for number in numbers]

    assert [[one.seller.id for one in page] for page in found] == [["s1"], ["b2"]]


def test_an_invoice_is_found_by_a_part_of_its_number(house):
    number = posted(house, "s1")
    posted(house, "b2")

    assert [one.number for one in house.found(text="inv-s1-2026")] == [number]


def test_ids_that_differ_in_case_alone_share_no_number(house):
    add(house, "S1")

    assert (posted(house, "s1"), posted(house, "S1")) == ("INV-s1-2026-00001", "INV-S1-2026-00001")


def test_ids_that_are_cut_short_share_no_number(house):
    ids = ["a" * 40 + "b", "a" * 40 + "c"]
    add(house, *ids)

    numbers = [posted(house, id) for id in ids]

    assert [number[: len("INV-") + 28] for number in numbers] == ["INV-" + "a" * 27 + "~"] * 2
    assert len(set(numbers)) == 2
    assert {len(number) for number in numbers} == {len("INV-") + 40 + len("-2026-00001")}


def test_an_id_of_other_letters_can_be_typed(house):
    add(house, "Käserei")

    number = posted(house, "Käserei")

    assert number.startswith("INV-Kaserei~")
    assert number.isascii()


def test_an_invoice_without_a_seller_goes_on_with_the_numbers_there_were(house):
    with writing(house.loom.engine, house.tenant) as connection:  # of a time without sellers
        numbering.draw(connection, house.tenant, "invoicing.invoice", "2026", 7)

    numbers = [posted(house, ""), posted(house, "s1")]

    assert numbers == ["INV-2026-00008", "INV-s1-2026-00001"]


def test_a_seller_may_be_called_like_a_year(house):
    add(house, "2026")

    assert [posted(house, ""), posted(house, "2026")] == ["INV-2026-00001", "INV-2026-2026-00001"]
