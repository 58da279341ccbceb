import pytest
import sqlalchemy as sa

from orderloom import Delivery, NewLine, NewSubject, Party, Refused
from orderloom.values import Address


def test_a_placed_order_is_read_back_equal(toy):
    order = toy.place(
        project="summer", buyer="b1", title="Chairs", remarks="Ring\ntwice",
        lines=[NewLine("Chair", "200", price="1.25", specs={"Colour": "red"}, note="n")],
        delivery=Delivery(method="pickup", address=Address(("Main Street 1",)), instructions="i"),
        bill_to=Address(("Main Street 2",), city="Sampletown", country="AT"),
    )  # fmt: skip

    assert toy.get(order) == order
    assert (order.version, order.status, order.number) == (1, "draft", "")


def test_a_subject_that_is_no_order_is_placed_and_read_back(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off", project="summer"))

    assert toy.get(visit) == visit
    assert (visit.kind, visit.status) == ("toy.visit", "planned")


def test_a_refused_order_leaves_the_desk_usable_and_nothing_behind(toy):
    with toy.desk() as desk:
        with pytest.raises(Refused):
            desk.place(toy.new(seller="ghost"))
        order = desk.place(toy.new())

    assert toy.count() == 1
    assert toy.names(order) == ["place"]
    assert toy.verified().ok


def test_leaving_the_desk_by_an_error_takes_everything_back(toy):
    def fails():
        with toy.desk() as desk:
            desk.place(toy.new())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert toy.count() == 0


def test_what_a_desk_wrote_it_reads(toy):
    with toy.desk() as desk:
        order = desk.place(toy.new())
        assert desk.get(order.id) == order
        assert desk.perform(order, "send").number == "T-2026-0001"


def test_many_lines_and_orders_ask_the_directory_once(toy):
    asked = []

    def note(connection, cursor, statement, *rest):
        asked.extend(word for word in ("ol_unit", "ol_party") if f"FROM {word} " in statement)

    with toy.desk() as desk:
        sa.event.listen(toy.loom.engine, "before_cursor_execute", note)
        desk.place_many(toy.new(lines=[NewLine("Chair", 1, "dozen")] * 20) for _ in range(5))
        sa.event.remove(toy.loom.engine, "before_cursor_execute", note)

    assert sorted(asked) == ["ol_party", "ol_unit"]


def test_a_party_saved_meanwhile_is_known_to_the_next_command(toy):
    with toy.desk() as desk:
        with pytest.raises(Refused):
            desk.place(toy.new(seller="v9"))
        desk.directory.save_party(Party("v9", "Vendor Nine"))

        assert desk.place(toy.new(seller="v9")).seller.name == "Vendor Nine"
