import attrs
import pytest

from orderloom import (
    Action,
    Actor,
    Conflict,
    Grant,
    NewLine,
    NewOrder,
    NewSubject,
    Problem,
    Refused,
    SetLine,
)


@attrs.frozen
class Shares:
    of: int = 0


def shared(order, options):
    return 1 // options.of


def test_an_illegal_action_is_refused_with_what_is_possible(toy):
    order = toy.place()

    with pytest.raises(Refused) as refused:
        toy.perform(order, "finish")

    assert refused.value.codes == ("action.illegal",)
    assert toy.get(order) == order


@pytest.mark.parametrize(
    ("refuses", "actor", "offered"),
    [
        ((), "toy.user", r"From Draft you can: Send, Cancel\.$"),
        (("send",), "toy.user", r"From Draft you can: Cancel\.$"),
        ((), "toy.viewer", r"start from Sent\.$"),
    ],
)
def test_instead_of_an_illegal_action_only_those_are_named_that_are_open(
    make_toy, make_module, refuses, actor, offered
):
    def check_action(action):
        if action.name in refuses:
            raise RuntimeError("the guard is asleep")

    toy = make_toy(make_module("guard", check_action=check_action))
    order = toy.place()

    with pytest.raises(Refused, match=offered), toy.desk(toy.actor(actor)) as desk:
        desk.perform(order, "finish")


def test_an_unknown_action_is_refused_with_the_nearest(toy):
    order = toy.place()

    with pytest.raises(Refused, match="send"):
        toy.perform(order, "sned")


def test_an_unknown_type_is_refused_with_the_known_ones(toy):
    with pytest.raises(Refused, match=r"toy\.order"):
        toy.place(NewOrder("toy.ordr"))


def test_an_order_type_makes_orders_only(toy):
    with pytest.raises(Refused) as refused:
        toy.place(NewSubject("toy.order", "Kick-off"))

    assert refused.value.codes == ("type.misplaced",)


def test_options_are_read_by_the_gates(toy):
    order = toy.perform(toy.place(), "send")

    with pytest.raises(Refused) as refused:
        toy.perform(order, "counter", options={"price": "NaN", "remrk": "x"})

    assert [(each.field, each.code) for each in refused.value.problems] == [
        ("remrk", "input.unknown"),
        ("price", "decimal.not_finite"),
    ]


@pytest.mark.parametrize("options", ["text", [1], 5])
def test_options_that_are_no_named_values_are_refused(toy, options):
    order = toy.perform(toy.place(), "send")

    with pytest.raises(Refused) as refused:
        toy.perform(order, "counter", options=options)

    assert refused.value.codes == ("input.malformed",)


def test_options_of_an_action_that_takes_none_are_refused(toy):
    with pytest.raises(Refused) as refused:
        toy.perform(toy.place(), "send", options={"a": 1})

    assert refused.value.codes == ("action.no_options",)


def test_an_action_edits_the_content_by_its_options(toy):
    order = toy.perform(toy.place(), "send")

    after = toy.perform(order, "counter", options={"price": "2", "remark": "As agreed"})

    assert (str(after.totals.total), after.remarks) == ("400.00 EUR", "As agreed")
    assert toy.get(after) == after


def test_an_illegal_action_makes_no_edits(make_toy, make_module):
    """Edits may rely on the status they are declared from."""

    def extend_lifecycle(lifecycle):
        if lifecycle.name == "toy.order":
            share = Action("share", source="sent", target="sent", options=Shares, edits=shared)
            return lifecycle.with_action(share)
        return None

    toy = make_toy(make_module("sharing", extend_lifecycle=extend_lifecycle))
    order = toy.place()

    with pytest.raises(Refused) as refused:
        toy.perform(order, "share")

    assert refused.value.codes == ("action.illegal",)


def test_a_route_picks_the_target_by_the_options(toy):
    order = toy.perform(toy.place(), "send")

    assert toy.perform(order, "judge", options={"good": "no"}).status == "canceled"


def test_a_facet_moves_without_the_status(toy):
    order = toy.perform(toy.place(), "pay")

    assert (order.status, order.facet("payment")) == ("draft", "paid")
    assert toy.perform(order, "send").facet("payment") == "paid"
    assert toy.get(order).facets == (("payment", "paid"),)


def test_a_facet_moves_once(toy):
    order = toy.perform(toy.place(), "pay")

    with pytest.raises(Refused) as refused:
        toy.perform(order, "pay")

    assert refused.value.codes == ("action.illegal",)


def guard(action, order):
    if action.name == "send":
        yield Problem("inspection.missing", "Not inspected. To send it, inspect it first.")
        yield Problem("inspection.late", "Too late. To send it, ask Kim.", lifted_by="Kim")


@pytest.fixture
def guarded(make_toy, make_module):
    return make_toy(make_module("inspection", check_action=guard))


def test_all_problems_of_a_guard_come_at_once_and_name_the_module(guarded):
    order = guarded.place()

    with pytest.raises(Refused) as refused:
        guarded.perform(order, "send")

    assert [(each.code, each.module) for each in refused.value.problems] == [
        ("inspection.missing", "inspection"),
        ("inspection.late", "inspection"),
    ]


def test_explain_shows_every_action_with_all_problems_and_who_lifts_them(guarded):
    order = guarded.place()
    viewer = Actor("vic", (Grant("toy.viewer"),))

    with guarded.reader(viewer) as reader:
        views = {view.action.name: view for view in reader.explain(order)}

    assert list(views) == ["send", "finish", "cancel", "counter", "judge", "pay"]
    assert [each.code for each in views["send"].problems] == [
        "right.missing",
        "inspection.missing",
        "inspection.late",
    ]
    assert views["send"].lifted_by == ("role Admin or User", "Kim")


def test_explain_leaves_open_what_nobody_has_chosen_yet(toy):
    order = toy.perform(toy.place(), "send")

    with toy.reader() as reader:
        allowed = [view.action.name for view in reader.explain(order) if view.allowed]

    assert allowed == ["finish", "cancel", "counter", "judge", "pay"]


def test_a_guard_of_an_action_sees_what_it_would_become(make_toy, make_module):
    seen = []

    def check_action(action, order, subject, after, options):
        seen.append((action.name, order.status, subject.status, after.status, options))

    toy = make_toy(make_module("eye", check_action=check_action))

    toy.perform(toy.place(), "send")

    assert seen == [
        ("place", "draft", "draft", "draft", None),
        ("send", "draft", "draft", "sent", None),
    ]


def test_checks_see_lines_that_are_new_or_changed_only(make_toy, make_module):
    seen = []

    def check_line(line, before):
        seen.append((line.name, before and before.name))

    toy = make_toy(make_module("eye", check_line=check_line))
    order = toy.place(lines=[NewLine("A", 1), NewLine("B", 1)])
    toy.edit(order, SetLine(line=2, name="C"))

    assert seen == [("A", None), ("B", None), ("C", "B")]


def test_a_check_of_half_an_order_is_not_asked(make_toy, make_module):
    def check_order(order):
        return Problem("eye.always", "Always.")

    toy = make_toy(make_module("eye", check_order=check_order))

    with pytest.raises(Refused) as refused:
        toy.place(lines=[NewLine("", 1)])

    assert refused.value.codes == ("text.empty",)


def test_no_conflict_is_raised_for_an_id(toy):
    order = toy.place()
    toy.perform(order, "send")

    with toy.desk() as desk:
        assert desk.perform(order.id, "finish").status == "done"

    with pytest.raises(Conflict):
        toy.perform(order, "cancel")
