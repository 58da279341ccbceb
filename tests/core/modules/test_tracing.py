from __future__ import annotations

import sys

import pytest

from orderloom.errors import Conflict, ModuleFault, Problem, Refused
from orderloom.lifecycle import Lifecycle
from orderloom.modules import Trace, assemble, tracing
from orderloom.modules.catalogue import Catalogue
from orderloom.modules.contributions import Claim

ROTTEN = Problem("apples.rotten", "It is rotten. To order it, take another.")
SMALL = Problem("apples.small", "It is small. To order it, take another.")
CHECK = {"order": "an order", "before": None, "reading": "reading"}
PLACED = {"order": "an order", "writing": "writing"}


@pytest.fixture
def told():
    return []


@pytest.fixture
def traced(dispatcher, told):
    """A dispatcher of fakes whose calls are told to `told`."""
    return lambda *fakes: dispatcher(*fakes).traced(Trace(told.extend))


def results(told):
    return [(call.hook, call.module, call.result) for call in told]


def test_each_call_is_told_with_its_module_in_module_order(fake, traced, told):
    def check_order():
        return [ROTTEN, SMALL]

    def silent():
        return None

    pears = fake("pears", check_order=silent)
    found = traced(fake("apples", check_order), pears).collect("check_order", **CHECK)

    assert [problem.code for _, problem in found] == ["apples.rotten", "apples.small"]
    assert results(told) == [
        ("check_order", "apples", "2 problems: apples.rotten, apples.small"),
        ("check_order", "pears", "None"),
    ]


def test_what_a_check_yields_before_it_refuses_counts_as_untraced(fake, traced, told):
    def check_order():
        yield ROTTEN
        raise Refused([SMALL])

    found = traced(fake("apples", check_order)).collect("check_order", **CHECK)

    assert [problem.code for _, problem in found] == ["apples.rotten", "apples.small"]
    assert results(told)[0][2] == "2 problems: apples.rotten, apples.small"


@pytest.mark.parametrize(
    ("answer", "result"),
    [(Claim("t", 1), "Claim"), ([Claim("t", 1), Claim("t", 2)], "2 × Claim"), ((), "None")],
)
def test_records_are_counted(fake, traced, told, answer, result):
    def claim_rows():
        return answer

    traced(fake("apples", claim_rows)).collect(
        "claim_rows", command=None, before=None, reading=None
    )

    assert results(told) == [("claim_rows", "apples", result)]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (ValueError("Oh."), "ModuleFault: apples: ValueError: Oh. "),
        (Conflict("Too late."), "Conflict: Too late."),
    ],
)
def test_what_a_hook_raises_is_told_and_travels(fake, traced, told, error, result):
    def on_order_placed():
        raise error

    with pytest.raises(ModuleFault if isinstance(error, ValueError) else Conflict):
        traced(fake("apples", on_order_placed)).run("on_order_placed", **PLACED)

    assert results(told)[0][2].startswith(result.partition(":")[0])
    assert error.args[0] in results(told)[0][2]


def test_nothing_of_an_error_acts_on_a_terminal(fake, traced, told):
    def on_order_placed():
        raise ValueError("red \x1b[31m\u202e")

    with pytest.raises(ModuleFault):
        traced(fake("apples", on_order_placed)).run("on_order_placed", **PLACED)

    assert told[0].result.isprintable()


def test_an_answer_of_the_wrong_kind_is_told_as_the_fault_it_is(fake, traced, told):
    def check_order():
        return 3

    with pytest.raises(ModuleFault):
        traced(fake("apples", check_order)).collect("check_order", **CHECK)

    assert "It answered int." in told[0].result


def test_a_fold_says_whether_it_changed_anything(fake, traced, told):
    def add(adjustments):
        return (*adjustments, *adjustments)

    def leave():
        return None

    running = traced(fake("apples", adjust_order=add), fake("pears", adjust_order=leave))
    running.fold("extend_lifecycle", "lifecycle", None)
    running.fold("adjust_order", "adjustments", (), order="an order", reading="reading")

    assert results(told) == [
        ("adjust_order", "apples", "unchanged"),
        ("adjust_order", "pears", "unchanged"),
    ]


def test_an_extended_lifecycle_is_named(fake, traced, told, order_type):
    def extend_lifecycle(lifecycle):
        return Lifecycle("shop.order", lifecycle.statuses, lifecycle.actions[:1])

    base = order_type("shop.order").lifecycle
    traced(fake("apples", extend_lifecycle)).fold("extend_lifecycle", "lifecycle", base)

    assert [(call.subject, call.result) for call in told] == [("shop.order", "changed")]


def test_a_call_inside_a_call_is_told_after_it_and_one_deeper(fake, traced, told, monkeypatch):
    clock = iter([0, 1_000, 4_000, 9_000])
    monkeypatch.setattr(tracing, "perf_counter_ns", lambda: next(clock))

    def on_order_placed(writing):
        writing()

    def check_order():
        return None

    running = traced(fake("apples", on_order_placed), fake("pears", check_order))
    nested = {**PLACED, "writing": lambda: running.collect("check_order", **CHECK)}
    running.run("on_order_placed", **nested)

    assert [(call.hook, call.depth, call.micros) for call in told] == [
        ("on_order_placed", 0, 9),
        ("check_order", 1, 3),
    ]


def test_a_call_after_one_that_failed_is_not_nested_in_it(fake, traced, told):
    def on_order_placed(order):
        if order == "bad":
            raise ValueError

    running = traced(fake("apples", on_order_placed))
    with pytest.raises(ModuleFault):
        running.run("on_order_placed", order="bad", writing=None)
    running.run("on_order_placed", order="good", writing=None)

    assert [call.depth for call in told] == [0, 0]


def test_the_dispatcher_it_was_made_of_stays_silent(fake, dispatcher, told):
    def check_order():
        return ROTTEN

    plain = dispatcher(fake("apples", check_order))
    plain.traced(Trace(told.extend))
    plain.collect("check_order", **CHECK)

    assert told == []


# ── the variable ───────────────────────────────────────────────────────────────────────────


def compiled(owning):
    def check_order():
        return ROTTEN

    catalogue = Catalogue.of([owning("shop", check_order)])
    return assemble(catalogue, {"shop": "on"}, {}, {}).dispatcher


def test_the_variable_prints_every_call_on_stderr(owning, monkeypatch, capsys):
    monkeypatch.setenv("ORDERLOOM_TRACE_HOOKS", "1")
    monkeypatch.setattr(tracing, "perf_counter_ns", lambda: 0)

    compiled(owning).collect("check_order", type="shop.order", **CHECK)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "orderloom: register_order_types shop 0 µs: OrderType",
        "orderloom: check_order shop 0 µs: 1 problem: apples.rotten",
    ]


@pytest.mark.parametrize("value", ["", "0"])
def test_nothing_is_printed_unless_it_is_asked_for(owning, monkeypatch, capsys, value):
    monkeypatch.setenv("ORDERLOOM_TRACE_HOOKS", value)

    compiled(owning).collect("check_order", type="shop.order", **CHECK)

    assert capsys.readouterr().err == ""


def test_a_host_that_closed_its_stderr_goes_on(owning, monkeypatch):
    monkeypatch.setenv("ORDERLOOM_TRACE_HOOKS", "1")
    monkeypatch.setattr(sys, "stderr", None)

    found = compiled(owning).collect("check_order", type="shop.order", **CHECK)

    assert [problem.code for _, problem in found] == ["apples.rotten"]
