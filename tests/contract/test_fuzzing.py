"""The lifecycle fuzzer has teeth: faults put into a sound module or into the core are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from orderloom import (
    EVERYONE,
    START,
    Action,
    AddLine,
    Facet,
    Field,
    Lifecycle,
    LineItem,
    LinePrice,
    Module,
    NewLine,
    NotFound,
    Order,
    OrderType,
    Price,
    Problem,
    Refused,
    Role,
    Series,
    SetLine,
    Status,
    SubjectType,
    Timer,
    hookimpl,
    loom,
)
from orderloom.decide import pricing, step
from orderloom.desk import changing, ledger, path
from orderloom.store import events, numbering, subjects
from orderloom.store.schema import subjects as subject_table
from orderloom.testing import BrokenInvariantError, Ground, fuzz_module

# ── a sound module ─────────────────────────────────────────────────────────────────────────


@attrs.frozen(kw_only=True)
class Offer:
    price: Decimal
    remark: str = ""


@attrs.frozen(kw_only=True)
class Verdict:
    good: bool


def offered(order: Order, options: Offer) -> Iterator[Any]:
    for line in order.lines:
        yield SetLine(line=line.position, price=options.price)


def judged(order: Order, options: Verdict | None) -> str:
    return "done" if options is None or options.good else "lost"


def always_lost(order: Order, options: Verdict | None) -> str:
    return "stolen"


PARCELS = Lifecycle(
    "parcel.order",
    statuses=(
        Status("draft", "Draft", stage="draft", editable_by={EVERYONE}, deletable=True),
        Status("sent", "Sent", stage="open", editable_by={"seller"}),
        Status("done", "Done", stage="done", final=True),
        Status("lost", "Lost", stage="dropped", final=True, deletable=True),
    ),
    actions=(
        Action("place", source=START, target="draft"),
        Action("send", source="draft", target="sent", series="parcel.order"),
        Action("finish", source="sent", target="done", side="buyer"),
        Action("offer", source="sent", target="sent", options=Offer, edits=offered),
        Action("judge", source="sent", target=("done", "lost"), route=judged, options=Verdict),
        Action("lose", source=("draft", "sent"), target="lost"),
        Action("find", source="lost", target="draft"),
    ),
    timers=(
        Timer("late", action="lose", source="sent", after=timedelta(days=3)),
        Timer("dunning", action="remind", source="owed", after=timedelta(days=2)),
    ),
    facets=(
        Facet(
            "payment",
            statuses=(
                Status("owed", "Owed", stage="open"),
                Status("reminded", "Reminded", stage="open"),
                Status("paid", "Paid", stage="done", final=True),
            ),
            start="owed",
            actions=(
                Action("remind", source="owed", target="reminded"),
                Action("pay", source=("owed", "reminded"), target="paid"),
            ),
        ),
    ),
)
DEPOTS = Lifecycle(
    "parcel.depot",
    statuses=(
        Status("open", "Open", stage="open", editable_by={EVERYONE}, deletable=True),
        Status("closed", "Closed", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="open"),
        Action("close", source="open", target="closed"),
    ),
)


def parcel(lifecycle: Lifecycle = PARCELS, **hooks: Callable[..., Any]) -> SimpleNamespace:
    """The module `parcel`, with further hooks."""
    manifest = Module(
        "parcel",
        title="Parcels",
        roles=(
            Role(key="parcel.clerk", title="Clerk", permissions={"parcel.*"}),
            Role(key="parcel.viewer", title="Viewer", permissions={"parcel.order.read"}),
        ),
    )
    series = Series(key="parcel.order", pattern="{prefix}P-{year}-{seq:04}", yearly=True)
    order = OrderType(key="parcel.order", title="Parcel", lifecycle=lifecycle, series=series)
    depot = SubjectType(key="parcel.depot", title="Depot", lifecycle=DEPOTS)
    field = Field(
        key="parcel.lines", title="Lines", type="parcel.order", indexed=True,
        of=lambda order: str(len(order.lines)),
    )  # fmt: skip
    given = {
        "register_order_types": lambda: order,
        "register_subjects": lambda: depot,
        "register_fields": lambda: field,
        "price_line": price_line,
        **hooks,
    }
    for name, function in given.items():
        function.__name__ = name
        hookimpl(function)
    return SimpleNamespace(__name__="parcel", module=manifest, **given)


def price_line(line: Any, order: Any) -> LinePrice | None:
    known = {"Marquee": "7.25"}.get(line.name)
    return LinePrice(Price(Decimal(known), order.currency), "list") if known else None


class ParcelGround(Ground):
    modules = (parcel(),)


def test_a_sound_module_breaks_nothing(engine) -> None:
    stories = 25 if engine.dialect.name == "sqlite" else 8  # the server takes longer for each

    assert fuzz_module("parcel", ground=ParcelGround, engine=engine, stories=stories) > 200


def test_the_same_seed_tells_the_same_stories() -> None:
    steps = [fuzz_module("parcel", ground=ParcelGround, stories=3, seed=seed) for seed in (7, 7, 8)]

    assert steps[0] == steps[1] != steps[2]


def test_a_module_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="parcel"):
        fuzz_module("parcels", ground=ParcelGround)


@pytest.mark.parametrize("stories", [0, -5])
def test_no_stories_at_all_are_refused(stories) -> None:
    with pytest.raises(Refused, match="To try a module, say 1 or more"):
        fuzz_module("parcel", ground=ParcelGround, stories=stories)


@pytest.mark.parametrize("ground", [ParcelGround(), int])
def test_what_is_no_class_of_grounds_is_refused(ground) -> None:
    with pytest.raises(Refused, match="no subclass of Ground"):
        fuzz_module("parcel", ground=ground, stories=1)


class NeverRight(ParcelGround):
    def check(self, reader):
        return "it is never right"


def test_a_rule_that_answers_one_text_is_told_whole() -> None:
    with pytest.raises(BrokenInvariantError) as caught:
        fuzz_module("parcel", ground=NeverRight, stories=1)

    assert caught.value.reason == "it is never right"


def test_what_breaks_in_a_story_shows_no_frames_of_the_kit() -> None:
    with pytest.raises(BrokenInvariantError) as caught:
        fuzz_module("parcel", ground=NeverRight, stories=1)

    seen = [entry for entry in caught.traceback if not entry.ishidden(caught)]
    assert [entry.path for entry in seen] == [Path(__file__)]


# ── faults of a module ─────────────────────────────────────────────────────────────────────


def doubled(order, writing) -> None:
    for line in order.lines:
        writing.edit(order, SetLine(line=line.id, quantity=line.quantity * 2))


def undecided(action, options) -> Problem | None:
    if action.name == "offer" and options is None:
        return Problem("parcel.no_offer", "Nothing is offered. To offer it, give a price.")
    return None


def is_for_real(reading) -> bool:
    """Readers, which only ask, cannot write."""
    return not reading.connection.exec_driver_sql("PRAGMA query_only").scalar()


def two_faced(action, reading) -> Problem | None:
    if action.name == "finish" and is_for_real(reading):
        return Problem("parcel.not_now", "Not now. To finish it, come back later.")
    return None


def writing_check(order, reading) -> Problem | None:
    if is_for_real(reading):
        rows = sa.update(subject_table).where(subject_table.c.tenant_id == reading.tenant.key)
        reading.connection.execute(rows.values(title="Looked at"))
    if any(line.name == "Marquee" for line in order.lines):
        return Problem("parcel.no_marquee", "No marquees. To send one, ask another carrier.")
    return None


def trespassing(subject, writing) -> None:
    rows = sa.update(subject_table).where(subject_table.c.tenant_id != writing.tenant.key)
    writing.connection.execute(rows.values(title="Ours"))


def raising(order) -> None:
    raise KeyError("weight")


def endless(order, writing) -> None:
    writing.edit(order, AddLine(NewLine("Wrapping", "1")))


def dearer_each_time() -> Callable[..., LinePrice]:
    asked = [0]

    def price_line(line, order) -> LinePrice:
        asked[0] += 1
        return LinePrice(Price(Decimal(asked[0]), order.currency), "the longer the dearer")

    return price_line


def bent(name: str, **changes: Any) -> Lifecycle:
    actions = [attrs.evolve(a, **changes) if a.name == name else a for a in PARCELS.actions]
    return attrs.evolve(PARCELS, actions=actions)


MODULES = {
    "a hook that doubles quantities": (
        lambda: parcel(on_order_placed=doubled), "quantities are conserved",
    ),
    "a route to a status it does not declare": (
        lambda: parcel(bent("judge", route=always_lost)), "no module fails",
    ),
    "a check that lets pass what is asked and refuses what is performed": (
        lambda: parcel(check_action=two_faced), "preview equals outcome",
    ),
    "a check that refuses as long as no options are chosen": (
        lambda: parcel(check_action=undecided), "explain agrees with perform",
    ),
    "a hook that writes to other tenants": (
        lambda: parcel(on_status_changed=trespassing), "nothing of another tenant",
    ),
    "a check that writes": (
        lambda: parcel(check_order=writing_check),
        "what is refused leaves everything as it is",
    ),
    "a hook that raises when an order is deleted": (
        lambda: parcel(on_order_deleted=raising), "no module fails",
    ),
    "a hook that never comes to an end": (
        lambda: parcel(on_order_edited=endless), "no module fails",
    ),
    "a price that is another one each time": (
        lambda: parcel(price_line=dearer_each_time()), "preview equals outcome",
    ),
}  # fmt: skip


def ground_of(module: SimpleNamespace) -> type[Ground]:
    return type("SeededGround", (Ground,), {"modules": (module,), "__module__": __name__})


SOON = {  # seeds of stories that come to it soon
    "a route to a status it does not declare": 10,
    "a check that lets pass what is asked and refuses what is performed": 7,
    "a check that refuses as long as no options are chosen": 10,
    "a quantity recorded over another": 2,
    "a number that is skipped": 7,
}


def found_in(ground: type[Ground], fault: str) -> BrokenInvariantError:
    with pytest.raises(BrokenInvariantError) as caught:
        fuzz_module("parcel", ground=ground, stories=60, seed=SOON.get(fault, 0))
    return caught.value


def played(story: str, ground: type[Ground]) -> None:
    """Run the printed test as if it stood in a file beside the ground."""
    names = {"SeededGround": ground}
    exec(compile(story, "<printed>", "exec"), names)
    names["test_the_story_that_was_found"]()


def steps_of(story: str) -> int:
    return story.count("story.")


@pytest.mark.parametrize("fault", MODULES)
def test_a_fault_of_a_module_is_found_shrunk_and_printed(fault) -> None:
    broken, invariant = MODULES[fault]

    found = found_in(ground_of(broken()), fault)

    assert found.invariant == invariant
    assert steps_of(found.story) <= 4
    with pytest.raises(BrokenInvariantError, match=invariant):
        played(found.story, ground_of(broken()))
    played(found.story, ground_of(parcel()))


# ── faults of the core ─────────────────────────────────────────────────────────────────────


def drop_events(patch: pytest.MonkeyPatch) -> None:
    real = events.event_rows
    patch.setattr(
        events, "event_rows", lambda *a: [row for row in real(*a) if row["name"] != "edited"]
    )


def keep_totals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        pricing, "with_totals", lambda order, given: attrs.evolve(order, adjustments=given)
    )


def skip_numbers(patch: pytest.MonkeyPatch) -> None:
    real = numbering.draw
    patch.setattr(numbering, "draw", lambda *a: real(*a) and real(*a))


def forget_keys(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changing, "once", lambda do, key, asked, target, work, reason="": work())


def ignore_versions(patch: pytest.MonkeyPatch) -> None:
    real = path.Path.carry_out
    patch.setattr(
        path.Path,
        "carry_out",
        lambda self, command, ref=None, *, seen=None, reason="": real(
            self, command, ref, reason=reason
        ),
    )


def allow_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step, "right_problems", lambda *a: ())


def forget_timers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger.Ledger, "set_timers", lambda self, before, after: None)


def stand_still(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(step.Step, "following", lambda self, after, always=False: after)


def forget_facts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(LineItem, "happened", lambda self, name: Decimal(0))


def keep_what_failed(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def leaking(engine, tenant="", *, look=False):
        with engine.connect() as connection, connection.begin():
            try:
                yield connection
            except Exception as error:
                failed.append(error)
        if failed:
            raise failed.pop()

    failed: list[Exception] = []
    patch.setattr(loom, "writing", leaking)


def find_anywhere(patch: pytest.MonkeyPatch) -> None:
    real = subjects.load

    def load(connection, tenant, ref, **more):
        rows = sa.select(subject_table.c.tenant_id).where(subject_table.c.id == ref.id)
        return real(connection, connection.execute(rows).scalar() or tenant, ref, **more)

    patch.setattr(subjects, "load", load)


CORE = {
    "an event that is dropped": (drop_events, "history is complete"),
    "totals that stay as they were": (keep_totals, "totals add up"),
    "a number that is skipped": (skip_numbers, "numbers are gapless"),
    "a key that is forgotten": (forget_keys, "a repeated command takes effect once"),
    "a version nobody compares": (
        ignore_versions, "whoever saw an older version gets a conflict",
    ),
    "a right nobody asks for": (allow_all, "nothing without a right"),
    "a timer that is not set": (forget_timers, "timers run"),
    "a version that stands still": (stand_still, "one event per fact"),
    "a quantity recorded over another": (forget_facts, "quantities are conserved"),
    "a transaction that is not rolled back": (
        keep_what_failed, "what is refused leaves everything as it is",
    ),
    "a subject found from another tenant": (find_anywhere, "nothing of another tenant"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CORE)
def test_a_fault_of_the_core_is_found_shrunk_and_printed(fault) -> None:
    (break_it, invariant), ground = CORE[fault], ground_of(parcel())

    with pytest.MonkeyPatch.context() as patch:
        break_it(patch)
        found = found_in(ground, fault)
        with pytest.raises(BrokenInvariantError, match=invariant):
            played(found.story, ground)

    assert found.invariant == invariant
    assert steps_of(found.story) <= 4
    played(found.story, ground)


def test_what_is_printed_is_as_the_page_shows_it(monkeypatch) -> None:
    page = Path(__file__).parents[2] / "docs" / "testing.md"
    skip_numbers(monkeypatch)

    with pytest.raises(BrokenInvariantError) as caught:
        fuzz_module("parcel", ground=ground_of(parcel()), stories=10, seed=0)

    printed = str(caught.value).replace("SeededGround", "ParcelGround")
    assert f"```text\n{printed}```" in page.read_text("utf-8")
