import gc
import json
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from transitions import MachineError

from orderloom.errors import NotFound, Refused
from orderloom.lifecycle import START, Action, Engine, Facet, Lifecycle, Status


class Subject:
    """A subject the engine must neither keep nor touch."""

    __slots__ = ("__weakref__", "lines")

    def __init__(self, lines: int = 0) -> None:
        self.lines = lines


def by_lines(subject: Subject, options: object) -> str:
    return "part" if subject.lines < 2 else "full"


def astray(subject: object, options: object) -> str:
    return "lost"


def broken(subject: object, options: object) -> str:
    raise MachineError("from inside the route")


ORDER = Lifecycle(
    "demo.order",
    statuses=(
        Status("new", "New", stage="open"),
        Status("part", "Partly filled", stage="open"),
        Status("full", "Filled", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="new"),
        Action("fill", source=("new", "part"), target=("part", "full"), route=by_lines),
        Action("note", source="full", target="full"),
        Action("state", source="new", target="full", title="State it filled"),
        Action("stray", source="new", target=("part", "full"), route=astray),
        Action("fail", source="new", target=("part", "full"), route=broken),
    ),
    facets=(
        Facet(
            "payment",
            statuses=(
                Status("owed", "Owed", stage="open"),
                Status("paid", "Paid", stage="done", final=True),
            ),
            start="owed",
            actions=(Action("pay", source="owed", target="paid"),),
        ),
    ),
)


def step(status: str, action: str, subject: object = None) -> str:
    return Engine(ORDER).step(status, ORDER.action(action), subject, None)


def test_a_step_leads_to_the_target() -> None:
    assert step(START, "place") == "new"


def test_a_step_may_stay_where_it_is() -> None:
    assert step("full", "note") == "full"


@pytest.mark.parametrize(("lines", "status"), [(1, "part"), (2, "full")])
def test_a_route_picks_the_target_from_the_subject(lines, status) -> None:
    assert step("new", "fill", Subject(lines)) == status


def test_a_facets_action_moves_the_facets_own_status() -> None:
    assert step("owed", "pay") == "paid"


def test_an_action_may_bear_any_legal_name() -> None:
    assert step("new", "state") == "full"


def test_an_illegal_action_is_refused_with_what_is_possible_instead() -> None:
    with pytest.raises(Refused) as refused:
        step("full", "fill", Subject())

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("action.illegal", "")
    assert problem.message == (
        "Fill is not possible from Filled. To do it, start from New or Partly filled. "
        "From Filled you can: Note."
    )


def test_an_illegal_action_never_reaches_its_route() -> None:
    with pytest.raises(Refused) as refused:
        step("part", "stray")

    assert refused.value.codes == ("action.illegal",)


def test_where_nothing_is_possible_instead_nothing_is_offered() -> None:
    with pytest.raises(Refused, match=r"start from Owed\.$"):
        step("paid", "pay")


def test_only_what_is_offered_is_named_instead() -> None:
    with pytest.raises(Refused, match=r"From New you can: State it filled\.$"):
        Engine(ORDER).step(
            "new", ORDER.action("note"), None, None, lambda action: action.name == "state"
        )


def test_a_status_the_lifecycle_lacks_is_parked_and_says_how_to_map_it() -> None:
    with pytest.raises(Refused, match="orderloom lifecycle map archived NEW --type") as refused:
        step("archived", "fill")

    assert refused.value.codes == ("subject.parked",)


def test_a_route_that_answers_an_undeclared_target_is_named() -> None:
    with pytest.raises(Refused, match=r":astray of stray answers 'lost'") as refused:
        step("new", "stray")

    assert refused.value.codes == ("lifecycle.bad_route",)


def test_an_error_inside_a_route_is_not_taken_for_an_illegal_action() -> None:
    with pytest.raises(MachineError, match="from inside the route"):
        step("new", "fail")


def test_an_action_of_another_lifecycle_is_not_found() -> None:
    with pytest.raises(NotFound, match="Did you mean 'fill'"):
        Engine(ORDER).step("new", Action("fil", source="new", target="full"), None, None)


def test_the_current_declaration_counts_not_the_one_handed_over() -> None:
    outdated = Action("note", source="new", target="new")

    with pytest.raises(Refused):
        Engine(ORDER).step("new", outdated, None, None)


def test_the_moves_of_each_status_are_known() -> None:
    engine = Engine(ORDER)

    assert [action.name for action in engine.actions_from("part")] == ["fill"]
    assert [action.name for action in engine.actions_from(START)] == ["place"]
    assert [action.name for action in engine.actions_from("owed", facet="payment")] == ["pay"]
    assert engine.actions_from("archived") == ()


def test_a_lifecycle_read_from_storage_cannot_be_run() -> None:
    stored = Lifecycle.from_dict(json.loads(json.dumps(ORDER.to_dict())))

    with pytest.raises(ValueError, match="read from storage"):
        Engine(stored)


def test_the_engine_keeps_no_subject_alive() -> None:
    engine = Engine(ORDER)
    subjects = [Subject(1) for _ in range(100)]
    watched = [weakref.ref(subject) for subject in subjects]
    for subject in subjects:
        engine.step("new", ORDER.action("fill"), subject, None)

    del subject, subjects
    gc.collect()

    assert [ref() for ref in watched] == [None] * 100


def test_threads_share_an_engine_without_mixing_their_subjects() -> None:
    engine = Engine(ORDER)
    fill = ORDER.action("fill")
    lines = [count % 4 for count in range(4_000)]

    with ThreadPoolExecutor(max_workers=8) as pool:
        reached = list(pool.map(lambda n: engine.step("new", fill, Subject(n), None), lines))

    assert reached == ["part" if count < 2 else "full" for count in lines]
