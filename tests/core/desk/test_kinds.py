"""Bills: a type with lines and money whose kind is not "order"."""

from decimal import Decimal

import pytest

from orderloom import (
    EVERYONE,
    START,
    Action,
    AddLine,
    Lifecycle,
    LineTax,
    NewLine,
    NewOrder,
    NewSubject,
    NotFound,
    OrderType,
    Query,
    Remedy,
    Role,
    Series,
    SetLine,
    Status,
    SubjectRef,
)
from orderloom.worker import Worker

LIFECYCLE = Lifecycle(
    "bills.bill",
    statuses=(
        Status(
            "draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True,
            visible_to={"seller"},
        ),
        Status("posted", "Posted", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action("post", source="draft", target="posted", series="bills.bill"),
    ),
)  # fmt: skip


@pytest.fixture
def bills_module(make_module):
    """The module that owns the type; `heard` is filled with what its hooks are told."""
    heard = []

    def register_order_types():
        return OrderType(
            key="bills.bill", title="Bill", kind="bill", lifecycle=LIFECYCLE,
            buyer="Buyer", seller="Seller",
            series=Series(key="bills.bill", pattern="B-{seq}"),
        )  # fmt: skip

    module = make_module(
        "bills",
        touches={"toy.order"},
        register_order_types=register_order_types,
        tax_line=lambda line, order: (
            LineTax("S", Decimal(10), "all") if order.kind == "bill" else None
        ),
        on_order_placed=lambda order: heard.append(("placed", order.kind)),
        on_lines_changed=lambda order: heard.append(("lines", order.kind)),
        on_status_changed=lambda subject: heard.append(("moved", subject.kind)),
        after_order_event=lambda event, order: heard.append(
            ("after", event.name, len(order.lines))
        ),
        roles=(Role(key="bills.reader", title="Reader", permissions={"bills.bill.read"}),),
    )
    module.heard = heard
    return module


@pytest.fixture
def bills(make_toy, bills_module):
    return make_toy(bills_module)


def bill(toy, **more):
    """200 chairs at 1.25 from v1 to b1, taxed with 10 %."""
    lines = [NewLine("Folding chair", "200", price="1.25")]
    return toy.place(
        NewOrder("bills.bill", **{"seller": "v1", "buyer": "b1", "lines": lines, **more})
    )


def test_a_subject_of_another_kind_has_lines_totals_tax_and_parties(bills):
    placed = bill(bills)

    found = bills.get(placed)

    assert found == placed
    assert (found.kind, found.seller.id, found.buyer.id) == ("bill", "v1", "b1")
    assert [line.name for line in found.lines] == ["Folding chair"]
    assert (str(found.totals.lines), str(found.totals.total)) == ("250.00 EUR", "275.00 EUR")


def test_it_never_shows_up_among_orders(bills):
    order, placed = bills.place(), bill(bills)

    with bills.reader() as reader:
        assert [one.id for one in reader.find().items] == [order.id]
        assert [one.id for one in reader.list().items] == [order.id]
        assert reader.count().value == 1
        assert [one.id for one in reader.find(Query(text="folding")).items] == [order.id]
        with pytest.raises(NotFound):
            reader.get(placed.id)


def test_it_is_asked_for_by_its_kind(bills):
    bills.place()
    posted = bills.perform(bill(bills), "post")

    with bills.reader() as reader:
        assert reader.get(posted.id, kind="bill") == posted
        assert reader.by_number("B-1", kind="bill") == posted
        assert reader.find(Query(kind="bill", text="folding")).items == (posted,)
        assert [one.total for one in reader.list(Query(kind="bill")).items] == [posted.totals.total]
        assert reader.count(Query(kind="bill", total_from=Decimal(275))).value == 1
        assert reader.history(posted)[-1].action == "post"
        assert reader.at(posted, 1).lines == posted.lines


def test_an_id_given_as_text_means_an_order(bills):
    placed = bill(bills)

    with bills.desk() as desk:
        with pytest.raises(NotFound):
            desk.perform(str(placed.id), "post")
        posted = desk.perform(SubjectRef("bill", placed.id), "post")

    assert posted.number == "B-1"


def test_it_is_edited_copied_and_deleted_like_an_order(bills):
    placed = bill(bills)

    edited = bills.edit(
        placed, SetLine(line=1, quantity="100"), AddLine(NewLine("Tent", "1", price="5"))
    )
    with bills.desk() as desk:
        copy = desk.copy(edited)
        gone = desk.delete(edited)

    assert str(bills.get(edited).totals.total) == "143.00 EUR"
    assert (copy.kind, [line.name for line in copy.lines]) == ("bill", ["Folding chair", "Tent"])
    assert gone.deleted_at is not None
    assert bills.verified().ok


def test_the_same_key_places_it_once(bills):
    new = NewOrder("bills.bill", lines=[NewLine("Chair", "1", price="1")])

    with bills.desk() as desk:
        first = desk.place(new, key="k1")
    with bills.desk() as desk:
        again = desk.place(new, key="k1")

    assert again == first
    with bills.reader() as reader:
        assert reader.count(Query(kind="bill")).value == 1


def test_hooks_of_orders_run_for_it(bills, bills_module):
    placed = bill(bills)
    bills.perform(placed, "post")
    while Worker(bills.loom).once(tenant=bills.tenant):
        pass

    assert bills_module.heard == [
        ("placed", "bill"), ("lines", "bill"), ("moved", "bill"),
        ("after", "placed", 1), ("after", "moved", 1),
    ]  # fmt: skip


def test_statuses_show_it_to_the_sides_they_say(bills):
    draft, posted = bill(bills), bills.perform(bill(bills), "post")
    buyer, seller = (bills.actor("bills.reader", "party", id) for id in ("b1", "v1"))

    def seen(actor):
        with bills.reader(actor) as reader:
            assert reader.count(Query(kind="bill")).value == len(
                reader.find(Query(kind="bill")).items
            )
            return {one.id for one in reader.list(Query(kind="bill")).items}

    assert seen(buyer) == {posted.id}
    assert seen(seller) == {draft.id, posted.id}
    with bills.reader(buyer) as reader, pytest.raises(NotFound):
        reader.get(draft.ref)


def test_it_is_read_with_its_lines_while_its_module_is_off(bills):
    placed = bill(bills)
    with bills.desk() as desk:
        park = Remedy(type="bills.bill", status="draft", kind="park")
        desk.admin.switch("bills", "off", [park])

    with bills.reader() as reader:
        found = reader.get(placed.ref)
        listed = reader.find(Query(kind="bill")).items

    assert found.lines == placed.lines
    assert found.totals == placed.totals
    assert listed == (found,)
    assert bills.verified().ok


def test_verifying_reads_orders_and_other_kinds_with_their_lines(bills):
    for _ in range(3):
        bills.place()
        bill(bills)
        bills.place(NewSubject("toy.visit", "Kick-off"))

    report = bills.verified()

    assert report.ok
    assert report.checked >= 9
