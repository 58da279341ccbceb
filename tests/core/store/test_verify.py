"""A row that was changed behind our back is found; what really happened is not."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa

from orderloom import (
    START,
    Action,
    Facet,
    Lifecycle,
    NewSubject,
    OrderType,
    Remedy,
    SetOrder,
    Status,
)
from orderloom.orders import codec
from orderloom.store import schema
from orderloom.store.engine import writing

SUBJECTS, LINES, FIELDS = schema.subjects, schema.lines, schema.subject_fields
EVENTS, LIFECYCLES = schema.events, schema.lifecycles
EVENTS_SAY = "differs from what its events say: "
COLUMNS = "its columns do not follow from its content: "


@pytest.fixture
def moved(toy):
    """An order whose latest events (paid, noted) hold no record."""
    order = toy.perform(toy.place(project="summer"), "send", "pay")
    with toy.desk() as desk:
        desk.note(order, "Call before delivery")
    return order


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("status", "done", EVENTS_SAY + "status"),
        ("facets", "", EVENTS_SAY + "facets"),
        ("number", "T-9999", EVENTS_SAY + "number"),
        ("deleted_at", SUBJECTS.c.updated_at, EVENTS_SAY + "deleted_at"),
        ("version", 9, EVENTS_SAY + "version"),
        ("project", "winter", EVENTS_SAY + "project"),
        ("created_by", "bob", EVENTS_SAY + "created_by"),
        ("stage", "done", COLUMNS + "stage"),
        ("total", Decimal(1), COLUMNS + "total"),
        ("total", None, COLUMNS + "total"),
        ("buyer", "b1", COLUMNS + "buyer"),
        ("seller", "v2", COLUMNS + "seller"),
        ("fields", '{"toy.colour":"red"}', COLUMNS + "fields"),
        ("content", "{", "it cannot be read"),
    ],
)
def test_a_changed_column_is_named(toy, moved, column, value, what):
    _change(toy, _row(toy, moved).values({column: value}))

    assert what in _found(toy)


def test_a_changed_currency_of_a_subject_without_money_is_named(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off"))
    _change(toy, _row(toy, visit).values(currency="USD"))

    assert _found(toy) == {COLUMNS + "currency"}


def test_a_changed_text_of_a_person_is_named(toy):
    order = toy.perform(toy.place(remarks="Ask at the gate"), "send")
    content = sa.func.replace(SUBJECTS.c.content, "Ask at the gate", "Pay in cash")
    _change(toy, _row(toy, order).values(content=content))

    assert _found(toy) == {EVENTS_SAY + "remarks"}


def test_an_indexed_value_changed_on_its_own_is_named(toy, moved):
    row = {"tenant_id": toy.tenant, "kind": "order", "subject_id": moved.id}
    _change(toy, FIELDS.insert().values(**row, field="toy.colour", value="red"))

    assert _found(toy) == {COLUMNS + "fields"}


def test_a_line_changed_after_a_later_move_is_named(toy, moved):
    line = LINES.update().where(LINES.c.tenant_id == toy.tenant, LINES.c.subject_id == moved.id)
    _change(toy, line.values(quantity=Decimal(1)))

    assert _found(toy) == {EVENTS_SAY + "lines"}


def test_what_is_wrong_with_the_tenant_itself_is_told_by_its_key(toy):
    named = (SUBJECTS.c.tenant_id == toy.tenant, SUBJECTS.c.kind == "tenant")
    _change(toy, SUBJECTS.update().where(*named).values(currency="USD"))

    assert {one.where for one in toy.verified().findings} == {f"tenant {toy.tenant}"}


def test_a_personal_part_removed_without_an_erasure_is_named(toy, moved):
    event = EVENTS.update().where(EVENTS.c.tenant_id == toy.tenant, EVENTS.c.subject_id == moved.id)
    _change(toy, event.where(EVENTS.c.name == "placed").values(personal=None, salt=None))

    assert _found(toy) == {"its personal part is gone"}


def test_after_an_erasure_all_but_the_names_is_still_compared(toy, moved):
    with toy.desk() as desk:
        desk.erase_personal(moved, reason="asked")
    assert _found(toy) == set()

    _change(toy, _row(toy, moved).values(title="Golden chairs"))

    assert _found(toy) == {EVENTS_SAY + "title"}


@pytest.mark.parametrize("text", ["garbage", "5", '{"record":5}'])
def test_an_unreadable_event_is_named_and_the_others_are_still_checked(toy, moved, text):
    other = toy.place()
    _change(toy, _row(toy, other).values(status="done"))
    event = EVENTS.update().where(EVENTS.c.tenant_id == toy.tenant, EVENTS.c.subject_id == moved.id)
    _change(toy, event.values(text=text, hash=codec.digest(text)))

    found = _found(toy)

    assert {"its text belongs to another event", "its events cannot be read"} <= found
    assert EVENTS_SAY + "status" in found


def test_a_changed_declaration_is_named(toy, moved):
    text = sa.func.replace(LIFECYCLES.c.text, '"dropped"', '"done"')
    _change(toy, _declaration(toy).values(text=text))

    assert _found(toy) == {"its declaration was changed"}


def test_a_removed_declaration_is_named(toy, moved):
    _change(toy, LIFECYCLES.delete().where(LIFECYCLES.c.tenant_id == toy.tenant))

    assert _found(toy) == {"the declaration of its lifecycle is gone"}


# ── what happens by itself ─────────────────────────────────────────────────────────────────

COLD = Lifecycle(
    "cold.order",
    statuses=(
        Status("fresh", "Fresh", stage="draft", deletable=True, editable_by={"buyer"}),
        Status("kept", "Kept", stage="open"),
        Status("gone", "Gone", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="fresh"),
        Action("keep", source="fresh", target="kept"),
        Action("drop", source="kept", target="gone"),
    ),
    facets=(
        Facet(
            "paper",
            statuses=(
                Status("none", "None", stage="open"),
                Status("filed", "Filed", stage="done", final=True),
            ),
            start="none",
            actions=(Action("file", source="none", target="filed"),),
        ),
    ),
)
# The first status by a new name, in another stage.
RENAMED = attrs.evolve(
    COLD,
    statuses=(
        Status("new", "New", stage="open", deletable=True, editable_by={"buyer"}),
        *COLD.statuses[1:],
    ),
    actions=(
        Action("place", source=START, target="new"),
        Action("keep", source="new", target="kept"),
        COLD.actions[2],
    ),
    renamed={"fresh": "new"},
)


@pytest.fixture
def renaming(make_toy, make_module):
    """An order in a status that has another name since; with the toy of the present code."""

    def cold(lifecycle):
        record = OrderType(key="cold.order", title="Cold", lifecycle=lifecycle)
        return make_module("cold", touches=set(), register_order_types=lambda: record)

    before = make_toy(cold(COLD))
    order = before.place(attrs.evolve(before.new(), type="cold.order"))
    now = attrs.evolve(before, loom=make_toy(cold(RENAMED)).loom)
    return now, now.get(order)


def _delete(desk, order):
    desk.delete(order)


def _file(desk, order):
    desk.perform(order, "file")


def _edit(desk, order):
    desk.edit(order, SetOrder(title="Ice"))


def _restored(desk, order):
    desk.restore(desk.delete(order))


@pytest.mark.parametrize("do", [None, _delete, _file, _edit, _restored])
def test_a_renamed_status_is_no_difference(renaming, do):
    toy, order = renaming
    if do is not None:
        with toy.desk() as desk:
            do(desk, order)

    assert order.status == "new"
    assert _found(toy) == set()


def test_a_status_that_is_not_the_new_name_is_a_difference(renaming):
    toy, order = renaming
    _change(toy, _row(toy, order).values(status="kept", stage="open"))

    assert _found(toy) == {EVENTS_SAY + "status"}


@pytest.fixture
def shipped(make_toy, make_module):
    """An order that has a facet since a module was switched on."""
    shipping = make_module("shipping", extend_lifecycle=_shipped)
    toy = make_toy(off=(shipping,))
    order = toy.place()
    with toy.desk() as desk:
        desk.admin.switch("shipping", "on")
    return toy, order


def test_a_facet_that_came_later_is_no_difference(shipped):
    toy, order = shipped

    toy.perform(order, "send", "cancel")

    assert _found(toy) == set()
    _change(toy, _row(toy, order).values(facets='[["payment","unpaid"],["shipping","out"]]'))
    assert _found(toy) == {EVENTS_SAY + "facets"}


def test_mapping_a_status_after_a_facet_came_is_no_difference(shipped):
    toy, order = shipped

    with toy.desk() as desk:
        desk.admin.map_status("toy.order", "draft", "sent")

    assert dict(toy.get(order).facets)["shipping"] == "none"
    assert _found(toy) == set()


def _shipped(lifecycle):
    if lifecycle.name != "toy.order":
        return None
    statuses = (
        Status("none", "None", stage="open"), Status("out", "Out", stage="done", final=True)
    )  # fmt: skip
    actions = (Action("ship", source="none", target="out"),)
    return lifecycle.with_facet(Facet("shipping", statuses=statuses, start="none", actions=actions))


def test_a_parked_subject_is_no_difference(make_toy, make_module):
    cold = make_module(
        "cold", touches=set(),
        register_order_types=lambda: OrderType(key="cold.order", title="Cold", lifecycle=COLD),
    )  # fmt: skip
    toy = make_toy(cold)
    toy.place(attrs.evolve(toy.new(), type="cold.order"))
    with toy.desk() as desk:
        parking = Remedy(type="cold.order", status="fresh", kind="park")
        desk.admin.switch("cold", "off", [parking])

    assert _found(toy) == set()


def _change(toy, statement):
    with writing(toy.loom.engine, toy.tenant) as connection:
        connection.execute(statement)


def _row(toy, subject):
    return SUBJECTS.update().where(SUBJECTS.c.tenant_id == toy.tenant, SUBJECTS.c.id == subject.id)


def _declaration(toy):
    named = (LIFECYCLES.c.tenant_id == toy.tenant, LIFECYCLES.c.name == "toy.order")
    return LIFECYCLES.update().where(*named)


def _found(toy):
    return {finding.what for finding in toy.verified().findings}
