"""`Reader.list` shows the heads of what `find` answers: the same subjects, in the same order."""

import random
import sys
from decimal import Decimal

import pytest

from orderloom import (
    START,
    Action,
    Actor,
    Forbidden,
    Grant,
    Lifecycle,
    Money,
    NewLine,
    NewOrder,
    NewSubject,
    NotFound,
    OrderType,
    PartyRef,
    Query,
    Role,
    Scope,
    Status,
)


def hiding(make_module, draft, renamed=()):
    """Orders whose drafts show to their buyer alone."""
    lifecycle = Lifecycle(
        "hid.order",
        statuses=(
            Status(draft, "Draft", stage="draft", visible_to={"buyer"}),
            Status("done", "Done", stage="done", final=True),
        ),
        actions=(
            Action("place", source=START, target=draft),
            Action("finish", source=draft, target="done"),
            Action("take_back", source="done", target=draft),
            Action("touch", source="done", target="done"),
        ),
        renamed=renamed,
    )
    return make_module(
        "hid",
        touches=set(),
        register_order_types=lambda: OrderType(
            key="hid.order", title="Hidden", lifecycle=lifecycle, buyer="B", seller="S"
        ),
        roles=(Role(key="hid.user", title="User", permissions={"hid.order.*"}),),
    )


def heads(subject, status):
    """What both answers have to agree on."""
    names = (
        "kind", "id", "type", "version", "number", "title", "project", "lifecycle", "created_at",
        "updated_at", "deleted_at", "parked",
    )  # fmt: skip
    order = subject.kind == "order"
    parties = (subject.buyer, subject.seller) if order else (None, None)
    return (*(getattr(subject, name) for name in names), status, *parties)


def pages(door, query, limit):
    items, after = [], None
    while True:
        page = door(query, after=after, limit=limit)
        items += page.items
        after = page.next
        if after is None:
            return items


def scope(rng):
    kind = rng.choice(["tenant", "party", "project"])
    ids = {"tenant": [""], "party": ["b1", "v1", "v2"], "project": ["summer", "winter", ""]}
    return Scope(kind, rng.choice(ids[kind]))


def asked(rng):
    return Query(
        type=rng.choice(["", "", "hid.order", "toy.order"]),
        status=rng.sample(["draft", "begun", "done", "sent"], rng.choice([0, 0, 1, 2])),
        party=rng.choice(["", "", "v1"]),
        project=rng.choice(["", "", "summer"]),
        include_deleted=rng.random() < 0.5,
    )


@pytest.fixture
def many(make_toy, make_module):
    """Orders of two types in all statuses, some deleted, by parties and in projects."""

    def build(rng):
        toy = make_toy(hiding(make_module, "draft"))
        for number in range(24):
            new = NewOrder(
                rng.choice(["hid.order", "toy.order"]),
                buyer="b1",
                seller=rng.choice(["v1", "v2"]),
                project=rng.choice(["summer", "winter", ""]),
                title=f"Order {number}",
                lines=[NewLine("x", "1", price=rng.choice([None, "2.50"]))],
            )
            order = toy.place(new)
            if rng.random() < 0.4:
                toy.perform(order, "finish" if order.type == "hid.order" else "send")
            elif order.type == "toy.order" and rng.random() < 0.4:
                with toy.desk() as desk:
                    desk.delete(order)
        return toy

    return build


def check_agreement(toy, rng):
    for _ in range(40):
        roles = rng.choices(["hid.user", "toy.user"], k=rng.choice([1, 1, 2]))
        actor = Actor("someone", tuple(Grant(role, scope(rng)) for role in roles))
        query = asked(rng)
        with toy.reader(actor) as reader:
            found = pages(reader.find, query, 7)
            listed = pages(reader.list, query, 7)

        assert [heads(one, one.status) for one in listed] == [
            heads(one, one.status) for one in found
        ]
        assert [one.total_text for one in listed] == [str(one.totals) for one in found]


@pytest.mark.parametrize("seed", range(3))
def test_a_list_agrees_with_find_whatever_the_scopes_and_filters(many, seed):
    rng = random.Random(seed)

    toy = many(rng)

    check_agreement(toy, rng)


@pytest.mark.parametrize("gone", [False, True])
def test_a_list_agrees_with_find_when_lifecycles_have_changed(many, make_module, gone):
    rng = random.Random(7)
    toy = many(rng)
    renamed = {} if gone else {"draft": "begun"}
    later = hiding(make_module, "begun", renamed=renamed)
    plugins = [each.plugin for each in toy.loom.catalogue.loaded.values()]
    plugins = [later if plugin.module.key == "hid" else plugin for plugin in plugins]

    toy.loom = type(toy.loom)(toy.loom.engine, modules=plugins, clock=toy.clock)

    check_agreement(toy, rng)


def test_a_list_shows_the_parties_the_total_and_the_indexed_fields(toy):
    colour = sys.modules[type(toy).__module__].Colour(name="red")
    lines = [NewLine("Chair", "2", price="2.50"), NewLine("Table", "1")]
    order = toy.place(NewOrder("toy.order", buyer="b1", seller="v1", lines=lines, data=colour))

    with toy.reader() as reader:
        (listed,) = reader.list().items

    assert (listed.buyer, listed.seller) == (order.buyer, PartyRef("v1", "Vendor One"))
    assert listed.total == Money(Decimal(5), "EUR")
    assert (listed.lines, listed.priced) == (2, 1)
    assert listed.total_text == "5.00 EUR (partly priced, 1 of 2)"
    assert (listed.ref, listed.stage) == (order.ref, "draft")
    assert listed.fields == (("toy.colour", "red"),)


def test_what_has_no_price_has_no_total_in_a_list(toy):
    toy.place(NewOrder("toy.order", buyer="b1", lines=[NewLine("Chair", "2")]))

    with toy.reader() as reader:
        (listed,) = reader.list().items

    assert (listed.total, listed.total_text) == (None, "not priced")


def test_subjects_of_other_kinds_are_listed_by_their_kind(toy):
    visit = toy.place(NewSubject("toy.visit", "Kick-off"))

    with toy.reader() as reader:
        (listed,) = reader.list(Query(kind="toy.visit")).items

    assert (listed.id, listed.title, listed.lines) == (visit.id, "Kick-off", 0)


def test_nobody_without_a_right_gets_a_list(toy):
    with toy.reader(Actor("nobody")) as reader, pytest.raises(Forbidden):
        reader.list()


def test_a_desk_checks_again_whether_a_history_may_still_be_read(make_toy, make_module):
    toy = make_toy(hiding(make_module, "draft"))
    vendor = Actor("vendor", (Grant("hid.user", Scope("party", "v1")),))
    new = NewOrder("hid.order", buyer="b1", seller="v1", lines=[NewLine("x", "1")])
    order = toy.perform(toy.place(new), "finish")

    with toy.desk(vendor) as desk:
        desk.get(order.id)
        desk.perform(order.ref, "take_back")

        with pytest.raises(NotFound):
            desk.history(order.ref)
