import json
from datetime import timedelta

import attrs
import pytest

from orderloom.errors import NotFound, Refused
from orderloom.lifecycle import (
    EVERYONE,
    START,
    Action,
    Facet,
    Lifecycle,
    Status,
    Timer,
)


@attrs.frozen
class ReturnOptions:
    reason: str
    restock: bool = True


def pick_by_stock(subject: object, options: object) -> str:
    return "lent" if subject else "queued"


class Picker:
    def pick(self, subject: object, options: object) -> str:
        return "lent"


def loan() -> Lifecycle:
    return Lifecycle(
        "library.loan",
        statuses=(
            Status("queued", "Queued", stage="waiting"),
            Status("lent", "Lent", stage="open"),
            Status("returned", "Returned", stage="done", final=True),
        ),
        actions=(
            Action("ask", source=START, target=("queued", "lent"), route=pick_by_stock),
            Action("lend", source="queued", target="lent"),
            Action("return", source="lent", target="returned", options=ReturnOptions),
        ),
        timers=(Timer("remind", action="lend", source="queued", after=timedelta(days=2)),),
        facets=(
            Facet(
                "fee",
                statuses=(
                    Status("owed", "Owed", stage="open"),
                    Status("paid", "Paid", stage="done", final=True),
                ),
                start="owed",
                actions=(Action("pay", source="owed", target="paid"),),
            ),
        ),
        renamed={"borrowed": "lent"},
    )


def test_a_status_commits_unless_it_is_dropped() -> None:
    stages = ("draft", "waiting", "open", "done", "dropped")

    committing = [stage for stage in stages if Status("any", "Any", stage=stage).commits]

    assert committing == ["draft", "waiting", "open", "done"]


def test_a_status_may_say_itself_whether_it_commits() -> None:
    assert not Status("idea", "Idea", stage="draft", commits=False).commits


@pytest.mark.parametrize(
    ("visible_to", "sides", "seen"),
    [
        ((), {"seller"}, True),
        ((), (), True),
        ({"buyer"}, {"buyer"}, True),
        ({"buyer"}, {"seller"}, False),
        ({EVERYONE}, (), True),
        ("buyer", {"buyer"}, True),
    ],
)
def test_a_status_shows_to_the_sides_it_names_or_to_all(visible_to, sides, seen) -> None:
    status = Status("draft", "Draft", stage="draft", visible_to=visible_to)

    assert status.shows_to(sides) is seen


@pytest.mark.parametrize(
    ("editable_by", "sides", "edits"),
    [
        ((), {"buyer"}, False),
        ({"buyer"}, {"buyer", "seller"}, True),
        ({"buyer"}, {"seller"}, False),
        ({EVERYONE}, (), True),
    ],
)
def test_lines_are_edited_by_the_sides_a_status_names(editable_by, sides, edits) -> None:
    status = Status("draft", "Draft", stage="draft", editable_by=editable_by)

    assert status.lets_edit(sides) is edits


@pytest.mark.parametrize(
    "name", ["", "Draft", "1st", "_draft", "in dispute", "draft\n", "ｄraft", "a" * 65, None]
)
def test_a_name_that_fits_no_column_flag_and_url_is_refused(name) -> None:
    with pytest.raises(Refused) as refused:
        Status(name, "Draft", stage="draft")

    assert refused.value.codes == ("lifecycle.name",)


@pytest.mark.parametrize("title", ["", "  ", "a\nb", "\x07", "\u202edrop", "x" * 121, "\ud800", 7])
def test_a_title_that_is_not_one_readable_line_is_refused(title) -> None:
    with pytest.raises(Refused) as refused:
        Status("draft", title, stage="draft")

    assert refused.value.codes == ("lifecycle.title",)


def test_an_unknown_stage_is_refused_with_the_stages_there_are() -> None:
    with pytest.raises(Refused, match="one of draft, waiting, open, done, dropped"):
        Status("held", "Held", stage="pending")


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Action("go", source="a", target="b", side="seler"),
        lambda: Action("go", source="a", target="b", side="*"),
        lambda: Status("a", "A", stage="open", visible_to={"buyer", "seler"}),
        lambda: Status("a", "A", stage="open", editable_by="Seller"),
    ],
)
def test_a_side_there_is_not_is_refused_with_those_there_are(declare) -> None:
    with pytest.raises(Refused, match="use one of: buyer, seller") as refused:
        declare()

    assert refused.value.codes == ("lifecycle.side",)


def test_all_that_is_wrong_with_a_status_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        Status("Held", "", stage="pending")

    assert refused.value.codes == ("lifecycle.name", "lifecycle.title", "lifecycle.stage")


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ({"source": (), "target": "lent"}, "lifecycle.source"),
        ({"source": "queued", "target": ()}, "lifecycle.target"),
        ({"source": "Queued", "target": "lent"}, "lifecycle.name"),
        ({"source": "queued", "target": START}, "lifecycle.name"),
        (
            {"source": "queued", "target": ("lent", "lent"), "route": pick_by_stock},
            "lifecycle.target",
        ),
        ({"source": "queued", "target": ("lent", "returned")}, "lifecycle.route"),
        ({"source": "queued", "target": "lent", "route": pick_by_stock}, "lifecycle.route"),
        (
            {"source": "queued", "target": ("lent", "x"), "route": lambda subject, options: "x"},
            "lifecycle.route",
        ),
        (
            {"source": "queued", "target": ("lent", "x"), "route": Picker().pick},
            "lifecycle.route",
        ),
        ({"source": "queued", "target": "lent", "options": dict}, "lifecycle.options"),
        (
            {"source": "queued", "target": "lent", "options": ReturnOptions("x")},
            "lifecycle.options",
        ),
    ],
)
def test_an_action_that_cannot_work_is_refused(declared, code) -> None:
    with pytest.raises(Refused) as refused:
        Action("lend", **declared)

    assert refused.value.codes == (code,)


def test_a_route_defined_inside_a_function_is_refused() -> None:
    def nested(subject: object, options: object) -> str:
        return "lent"

    with pytest.raises(Refused, match="top of its module"):
        Action("lend", source="queued", target=("lent", "returned"), route=nested)


def test_an_action_is_titled_after_its_name() -> None:
    assert Action("send_again", source="lent", target="lent").title == "Send again"


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), timedelta(milliseconds=1500)])
def test_a_timer_waits_whole_seconds(after) -> None:
    with pytest.raises(Refused) as refused:
        Timer("expire", action="lend", source="queued", after=after)

    assert refused.value.codes == ("lifecycle.after",)


def test_an_action_of_a_facet_beside_the_lifecycles_own_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Lifecycle(
            "library.loan",
            statuses=(),
            actions=(Action("pay", source="owed", target="paid", facet="fee"),),
        )

    assert refused.value.codes == ("lifecycle.facet",)


def test_an_action_knows_the_facet_it_is_declared_in() -> None:
    assert loan().action("pay").facet == "fee"


def test_a_misspelt_action_is_not_found_but_suggested() -> None:
    with pytest.raises(NotFound, match="Did you mean 'return'"):
        loan().action("retrun")


def test_starts_are_the_actions_that_create_a_subject() -> None:
    assert [action.name for action in loan().starts] == ["ask"]


def test_extending_a_lifecycle_leaves_the_given_one_alone() -> None:
    given = loan()

    given.with_status(Status("lost", "Lost", stage="dropped", final=True)).with_action(
        Action("lose", source="lent", target="lost")
    ).also_from("lose", "queued")

    assert given == loan()


def test_an_action_is_also_possible_from_another_source() -> None:
    extended = loan().also_from("return", "queued")

    assert [action.name for action in extended.actions_from("queued")] == ["lend", "return"]


def test_a_facet_is_extended_through_the_action_that_names_it() -> None:
    waive = Action("waive", source="owed", target="waived", facet="fee")

    extended = loan().with_status(Status("waived", "Waived", stage="done"), facet="fee")
    extended = extended.with_action(waive).also_from("waive", "paid")

    assert [action.name for action in extended.actions_from("paid", facet="fee")] == ["waive"]
    assert extended.actions == loan().actions


def test_extending_a_facet_there_is_not_suggests_the_one_there_is() -> None:
    with pytest.raises(NotFound, match="Did you mean 'fee'"):
        loan().with_action(Action("waive", source="owed", target="paid", facet="fees"))


def test_a_status_is_relabelled_and_nothing_else() -> None:
    changed = loan().relabelled("lent", "Out")

    assert changed.status("lent").title == "Out"
    assert changed.relabelled("lent", "Lent") == loan()


def test_further_timers_facets_and_renamings_are_added() -> None:
    timer = Timer("expire", action="return", source="lent", after=timedelta(seconds=1))
    facet = Facet("export", (Status("empty", "Empty", stage="open", final=True),), "empty", ())

    extended = loan().with_timer(timer).with_facet(facet).with_renamed("away", "lent")

    assert extended.timers[-1] == timer
    assert extended.facets[-1] == facet
    assert extended.renamed == (("away", "lent"), ("borrowed", "lent"))


def test_a_stored_declaration_reads_the_same_without_its_code() -> None:
    declared = loan()

    read = Lifecycle.from_dict(json.loads(json.dumps(declared.to_dict())))

    assert read.to_dict() == declared.to_dict()
    assert read.digest == declared.digest
    assert read.action("return").options is None
    assert read.action("return").code.fields == ("reason", "restock")
    assert read.action("ask").code.route.endswith(":pick_by_stock")


@pytest.mark.parametrize(
    "changed",
    [
        loan().relabelled("lent", "Out"),
        loan().also_from("return", "queued"),
        loan().with_renamed("away", "lent"),
        attrs.evolve(loan(), timers=()),
        attrs.evolve(loan(), actions=[attrs.evolve(a, options=None) for a in loan().actions]),
    ],
    ids=["label", "edge", "renaming", "timer", "options"],
)
def test_the_digest_changes_with_what_is_declared(changed) -> None:
    assert changed.digest != loan().digest
