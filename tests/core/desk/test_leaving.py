"""An action that leaves its subject: only what its hooks do takes place."""

from contextlib import suppress
from datetime import timedelta

import attrs
import pytest

from orderloom import (
    Action,
    Actor,
    Conflict,
    Forbidden,
    Grant,
    Limit,
    ModuleFault,
    NewSubject,
    Problem,
    Query,
    Refused,
    Requirement,
    Scope,
    SetOrder,
    Timer,
)
from orderloom.store import schema
from orderloom.store.engine import reading
from orderloom.worker import Worker


@attrs.frozen(kw_only=True)
class Visit:
    """Options of `visit`."""

    title: str = "Visit"


@pytest.fixture
def visits(make_toy, make_module):
    """Asking for a visit of a vendor plans one, and leaves the order as it is."""

    def extend_lifecycle(lifecycle):
        if lifecycle.name == "toy.order":
            visit = Action(
                "visit", source=("sent", "done"), leaves=True, side="buyer", options=Visit
            )
            return lifecycle.with_action(visit).with_timer(
                Timer("reminder", action="visit", source="done", after=timedelta(days=1))
            )
        return None

    def check_action(action, options):
        if action.name == "visit" and options is not None and options.title == "never":
            return Problem("visits.never", "There is none. To have one, ask for another.")
        return None

    def on_status_changed(before, subject, action, options, writing):
        if action.name != "visit":
            return
        assert before == subject
        writing.place(NewSubject("toy.visit", options.title))
        if options.title == "fails":
            raise RuntimeError
        if options.title == "rename":
            writing.edit(subject, SetOrder(remarks="Visited"))

    return make_toy(
        make_module(
            "visits",
            extend_lifecycle=extend_lifecycle,
            check_action=check_action,
            on_status_changed=on_status_changed,
        )
    )


@pytest.fixture
def sent(visits):
    """An order that was sent to its vendor."""
    return visits.perform(visits.place(buyer="b1"), "send")


def stored(visits, order):
    """Every row about an order, its head included."""
    tables = (
        (schema.subjects, schema.subjects.c.id),
        *((one, one.c.subject_id) for one in (schema.events, schema.deliveries, schema.timers)),
    )
    with reading(visits.loom.engine, visits.tenant) as connection:
        return {
            table.name: {
                tuple(row) for row in connection.execute(table.select().where(column == id))
            }
            for id in (order.id,)
            for table, column in tables
        }


def planned(visits):
    with visits.reader() as reader:
        return [one.title for one in reader.find(Query(kind="toy.visit")).items]


def test_nothing_of_the_subject_is_written(visits, sent):
    before = stored(visits, sent)
    visits.clock.move(hours=1)

    after = visits.perform(sent, "visit")

    assert after == sent == visits.get(sent)
    assert stored(visits, sent) == before
    assert all(before.values())
    assert planned(visits) == ["Visit"]


def test_what_its_hooks_do_has_no_event_as_its_cause(visits, sent):
    visits.perform(sent, "visit")

    with visits.reader() as reader:
        (visit,) = reader.find(Query(kind="toy.visit")).items
        (placed,) = reader.history(visit)
    assert placed.cause is None
    assert visits.verified().findings == ()


def test_the_desk_tells_what_it_brought_about_and_tells_it_again_by_the_key(visits, sent):
    told = []
    for _ in range(2):
        with visits.desk() as desk:
            answer = desk.perform(sent.ref, "visit", key="once")
            told.append((answer, [one.title for one in desk.brought]))

    assert told == [(sent, ["Visit"])] * 2
    assert planned(visits) == ["Visit"]


def test_it_is_decided_like_any_other(visits, sent):
    draft = visits.place(buyer="b1")
    seller = Actor("vi", (Grant("toy.user", Scope("party", "v1")),))

    with pytest.raises(Refused, match="Visit is not possible from Draft"):
        visits.perform(draft, "visit")
    with pytest.raises(Refused) as refused:
        visits.perform(sent, "visit", options={"title": "never"})
    with visits.desk(seller) as desk, pytest.raises(Forbidden) as forbidden:
        desk.perform(sent, "visit")

    assert refused.value.codes == ("visits.never",)
    assert forbidden.value.codes == ("right.side",)
    assert planned(visits) == []


def test_it_is_explained_previewed_and_rehearsed(visits, sent):
    with visits.desk() as desk:
        (view,) = (one for one in desk.explain(sent) if one.action.name == "visit")
        decision = desk.preview(sent, "visit")
        rehearsal = desk.rehearse(sent, "visit")

    assert view.allowed
    assert (decision.allowed, decision.after) == (True, sent)
    assert (rehearsal.after, rehearsal.error) == (sent, None)
    assert [one.hook for one in rehearsal.calls if one.hook.startswith("on_")] == [
        "on_status_changed"
    ]
    assert planned(visits) == []


def test_a_limit_that_asks_for_an_approval_refuses_it(make_toy, make_module):
    def extend_lifecycle(lifecycle):
        if lifecycle.name == "toy.order":
            return lifecycle.with_action(Action("visit", source="draft", leaves=True))
        return None

    def ask(asking):
        yield Requirement(role="toy.user", why=Problem("visits.far", "It is far."))

    limit = Limit(
        key="visits.far", title="Far", type="toy.order", actions="visit", ask=ask,
        roles={"toy.user"},
    )  # fmt: skip
    hooks = {"extend_lifecycle": extend_lifecycle, "register_limits": lambda: limit}
    toy = make_toy(make_module("visits", **hooks))
    order = toy.place()

    with pytest.raises(Refused) as refused:
        toy.perform(order, "visit")

    assert refused.value.codes == ("approval.cannot_wait",)
    assert toy.get(order) == order


def test_a_stale_version_is_a_conflict(visits, sent):
    visits.edit(sent, SetOrder(remarks="Later"))

    with pytest.raises(Conflict):
        visits.perform(sent, "visit")

    assert planned(visits) == []


def test_a_hook_that_fails_takes_everything_with_it(visits, sent):
    with pytest.raises(ModuleFault):
        visits.perform(sent, "visit", options={"title": "fails"})

    assert planned(visits) == []


def test_a_desk_whose_hook_failed_does_not_commit(visits, sent):
    def swallowed():
        with visits.desk() as desk, suppress(ModuleFault):
            desk.perform(sent, "visit", {"title": "fails"})

    with pytest.raises(ModuleFault):
        swallowed()

    assert planned(visits) == []


def test_what_a_hook_does_to_the_subject_itself_is_answered(visits, sent):
    after = visits.perform(sent, "visit", options={"title": "rename"})

    assert (after.remarks, after.version) == ("Visited", sent.version + 1)
    assert [event.name for event in visits.history(sent)][-1] == "edited"


def test_a_timer_performs_it_once(visits, sent):
    done = visits.perform(sent, "finish")
    visits.clock.move(days=2)

    for _ in range(2):
        list(Worker(visits.loom).once(tenant=visits.tenant))

    assert planned(visits) == ["Visit"]
    assert visits.get(done) == done
