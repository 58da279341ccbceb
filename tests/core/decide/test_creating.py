"""Actions that create: checked, asked about and followed by documents like any other."""

import pytest

from orderloom import (
    START,
    Action,
    DocumentType,
    Lifecycle,
    NewLine,
    NewOrder,
    OrderType,
    Problem,
    Refused,
    Status,
)
from orderloom.documents import Paragraph

LIFECYCLE = Lifecycle(
    "made.order",
    statuses=(
        Status("draft", "Draft", stage="draft"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="draft", issues="made.slip"),
        Action("finish", source="draft", target="done"),
    ),
)


@pytest.fixture
def making(make_toy, make_module):
    """A toy with a type that prints a slip as soon as an order is placed."""

    def build(**hooks):
        return make_toy(
            make_module(
                "made",
                touches=set(),
                register_order_types=lambda: OrderType(
                    key="made.order", title="Made", lifecycle=LIFECYCLE
                ),
                register_documents=lambda: DocumentType(
                    key="made.slip",
                    title="Slip",
                    type="made.order",
                    build=lambda inputs, reading: (Paragraph(inputs.subject.title),),
                ),
                **hooks,
            )
        )

    return build


def new(title="x"):
    return NewOrder("made.order", title=title, lines=[NewLine("x", "1")])


def test_its_documents_are_issued(making):
    toy = making()

    order = toy.place(new())

    with toy.reader() as reader:
        assert [issued.type for issued in reader.documents(order)] == ["made.slip"]


def test_a_document_that_cannot_be_printed_refuses_it_before_writing(making):
    toy = making()

    with toy.desk() as desk:
        assert not desk.preview(new("\U00012000")).allowed
        with pytest.raises(Refused):
            desk.place(new("\U00012000"))
        desk.place(new())

    assert toy.count() == 1


def test_a_guard_of_actions_may_refuse_it(making):
    def check_action(action, order, after):
        if action.name == "place" and order.title == "no" and after == order:
            return Problem("made.no", "Not this one. To place it, call it otherwise.")
        return None

    toy = making(check_action=check_action)

    with pytest.raises(Refused) as refused:
        toy.place(new("no"))

    assert refused.value.codes == ("made.no",)
    assert toy.place(new("yes")).status == "draft"


def test_a_guard_is_not_shown_half_an_order(making):
    def check_action(action, order):
        return Problem("made.seen", "Seen.") if action.name == "place" else None

    toy = making(check_action=check_action)

    with pytest.raises(Refused) as refused:
        toy.place(NewOrder("made.order", lines=[NewLine("x", "0")]))

    assert "made.seen" not in refused.value.codes
