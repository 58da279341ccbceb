from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from orderloom.errors import Conflict, Forbidden, ModuleFault, NotFound, Problem, Refused
from orderloom.modules import Catalogue, Dispatcher, First, assemble
from orderloom.modules.contributions import Claim
from orderloom.orders.order import Adjustment, Provenance
from orderloom.orders.pricing import LineTax
from orderloom.values import Money

ROTTEN = Problem("apples.rotten", "It is rotten. To order it, take another.")
SMALL = Problem("apples.small", "It is small. To order it, take another.")
CHECK = {"order": "an order", "before": None, "reading": "reading"}
TAX = {"line": "a line", "order": "an order", "reading": "reading"}
PLACED = {"order": "an order", "writing": "writing"}


def _tax(rule):
    return LineTax("S", Decimal(19), rule)


# ── collect ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (None, []),
        (ROTTEN, ["apples.rotten"]),
        ([ROTTEN, SMALL], ["apples.rotten", "apples.small"]),
        (iter((SMALL,)), ["apples.small"]),
        ((), []),
    ],
)
def test_answers_are_flattened(fake, dispatcher, answer, codes):
    def check_order():
        return answer

    found = dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert [problem.code for _, problem in found] == codes


def test_a_check_may_yield_its_problems(fake, dispatcher):
    def check_order(order):
        yield ROTTEN
        yield SMALL

    found = dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert [problem.code for _, problem in found] == ["apples.rotten", "apples.small"]


def test_problems_name_the_module_that_answered(fake, dispatcher):
    def check_order():
        return attrs.evolve(ROTTEN, module="pears")

    found = dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert found == (("apples", attrs.evolve(ROTTEN, module="apples")),)


def test_refused_in_a_check_counts_as_its_problems(fake, dispatcher):
    def check_order():
        yield SMALL
        raise Refused([ROTTEN])

    found = dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert [(problem.code, problem.module) for _, problem in found] == [
        ("apples.small", "apples"),
        ("apples.rotten", "apples"),
    ]


def test_every_module_is_asked_in_module_order(fake, dispatcher):
    def check_order():
        return ROTTEN

    found = dispatcher(fake("zebras", check_order), fake("apples", check_order)).collect(
        "check_order", **CHECK
    )

    assert [module for module, _ in found] == ["zebras", "apples"]


def test_an_implementation_gets_only_what_it_asks_for_in_its_own_order(fake, dispatcher):
    seen = []

    def check_order(reading, order):
        seen.append((reading, order))

    dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert seen == [("reading", "an order")]


def test_a_default_never_hides_what_the_core_passes(fake, dispatcher):
    seen = []

    def check_order(order="nothing"):
        seen.append(order)

    dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)

    assert seen == ["an order"]


def test_a_hook_nobody_implements_answers_nothing(fake, dispatcher):
    hooks = dispatcher(fake("apples"))

    assert hooks.collect("check_order") == ()
    assert not hooks.implements("check_order")


def test_a_hook_that_does_not_exist_is_a_bug_of_the_caller(fake, dispatcher):
    with pytest.raises(KeyError):
        dispatcher(fake("apples")).collect("chek_order")


# ── what goes wrong ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [ValueError("no scale"), SystemExit("no scale")])
@pytest.mark.parametrize(
    ("hook", "call"),
    [
        ("check_order", lambda hooks: hooks.collect("check_order", **CHECK)),
        ("claim_rows", lambda hooks: hooks.collect("claim_rows")),
        ("price_line", lambda hooks: hooks.first("price_line", **TAX)),
        ("tax_line", lambda hooks: hooks.first("tax_line", **TAX)),
        ("adjust_order", lambda hooks: hooks.fold("adjust_order", "adjustments", ())),
        ("extend_document", lambda hooks: hooks.fold("extend_document", "blocks", ())),
        ("on_order_placed", lambda hooks: hooks.run("on_order_placed", **PLACED)),
        ("after_order_event", lambda hooks: hooks.each("after_order_event", "apples")),
    ],
)
def test_a_hook_that_raises_is_a_fault_that_names_module_and_hook(
    fake, dispatcher, hook, call, error
):
    scope = {"error": error}
    exec(f"def {hook}():\n    raise error", scope)

    with pytest.raises(ModuleFault) as fault:
        call(dispatcher(fake("apples", scope[hook])))

    assert (fault.value.module, fault.value.hook) == ("apples", hook)
    assert fault.value.reason == f"{type(error).__name__}: no scale (<string>, line 2)."
    assert fault.value.__cause__ is error


def test_a_fault_names_the_version_of_the_distribution(installed, dispatcher):
    source = (
        "from orderloom.modules import Module, hookimpl\n"
        "module = Module('apples', title='Apples')\n"
        "@hookimpl\ndef check_order():\n    return 1 // 0\n"
    )
    installed("apples", source, version="3.1")
    catalogue = Catalogue.discover(safe=False)
    hooks = Dispatcher(catalogue.managers.of(["apples"]), [catalogue.loaded["apples"]], {})

    with pytest.raises(ModuleFault, match=r"apples 3\.1 failed in check_order: ZeroDivisionError"):
        hooks.collect("check_order", **CHECK)


def test_a_fault_while_yielding_is_a_fault_too(fake, dispatcher):
    def check_order():
        yield ROTTEN
        raise ValueError("no scale")

    with pytest.raises(ModuleFault, match="no scale"):
        dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)


@pytest.mark.parametrize("answer", [True, "rotten", ["rotten"], {"rotten": 1}, Refused([ROTTEN])])
def test_a_check_that_answers_something_else_is_a_fault(fake, dispatcher, answer):
    def check_order():
        return answer

    with pytest.raises(ModuleFault, match="answer Problem, several in a list, or None"):
        dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)


def test_a_tax_that_is_no_tax_is_a_fault(fake, dispatcher):
    def tax_line():
        return Decimal(19)

    with pytest.raises(ModuleFault, match=r"It answered Decimal\. .* answer LineTax or None"):
        dispatcher(fake("apples", tax_line)).first("tax_line", **TAX)


def test_an_on_hook_that_yields_would_not_run_and_is_a_fault(fake, dispatcher):
    def on_order_placed(order):
        yield order

    with pytest.raises(ModuleFault, match=r"It answered generator\. .* answer nothing"):
        dispatcher(fake("apples", on_order_placed)).run("on_order_placed", **PLACED)


@pytest.mark.parametrize("hook", ["check_order", "on_order_placed"])
def test_a_conflict_passes_untouched(fake, dispatcher, hook):
    conflict = Conflict("Someone else was faster.", retryable=True)
    scope = {"conflict": conflict}
    exec(f"def {hook}():\n    raise conflict", scope)
    hooks = dispatcher(fake("apples", scope[hook]))

    with pytest.raises(Conflict) as raised:
        hooks.run(hook) if hook.startswith("on") else hooks.collect(hook)

    assert raised.value is conflict


def test_the_fault_of_a_nested_command_keeps_the_name_of_its_own_module(fake, dispatcher):
    def on_order_placed():
        raise ModuleFault("pears", "check_line", "2.0", "Nested.")

    with pytest.raises(ModuleFault) as fault:
        dispatcher(fake("apples", on_order_placed)).run("on_order_placed", **PLACED)

    assert (fault.value.module, fault.value.hook) == ("pears", "check_line")


def test_refused_after_the_write_is_a_fault_that_says_to_use_a_check(fake, dispatcher):
    def on_order_placed():
        raise Refused([ROTTEN])

    with pytest.raises(ModuleFault, match=r"It is rotten\..* check_\* hook") as fault:
        dispatcher(fake("apples", on_order_placed)).run("on_order_placed", **PLACED)

    assert (fault.value.module, fault.value.hook) == ("apples", "on_order_placed")


@pytest.mark.parametrize("kind", [Refused, Forbidden])
def test_refused_while_pricing_stays_refused_and_names_the_module(fake, dispatcher, kind):
    def price_line():
        raise kind([ROTTEN])

    with pytest.raises(kind) as refused:
        dispatcher(fake("apples", price_line)).first("price_line", **TAX)

    assert [problem.module for problem in refused.value.problems] == ["apples"]


def test_what_a_hook_does_not_find_is_its_own_fault_and_no_404(fake, dispatcher):
    def check_order():
        raise NotFound("line", 7)

    with pytest.raises(ModuleFault, match="There is no line '7'"):
        dispatcher(fake("apples", check_order)).collect("check_order", **CHECK)


def test_the_first_failure_after_the_write_ends_the_run(fake, dispatcher):
    ran = []

    def on_order_placed():
        ran.append("apples")
        raise ValueError("no scale")

    def later():
        ran.append("pears")

    hooks = dispatcher(fake("apples", on_order_placed), fake("pears", on_order_placed=later))

    with pytest.raises(ModuleFault):
        hooks.run("on_order_placed", **PLACED)

    assert ran == ["apples"]


# ── first, fold, each ──────────────────────────────────────────────────────────────────────


def test_the_first_answer_wins_and_the_others_are_noted(fake, dispatcher):
    def tax_line():
        return _tax("late")

    def silent():
        return None

    fakes = [fake("ants", tax_line=silent), fake("zebras", tax_line), fake("bees", tax_line)]

    first = dispatcher(*fakes).first("tax_line", **TAX)

    assert first == First(_tax("late"), "zebras", ("bees",))


def test_without_an_answer_there_is_no_first(fake, dispatcher):
    def tax_line():
        return None

    assert dispatcher(fake("apples", tax_line)).first("tax_line", **TAX) is None


def test_a_fold_hands_the_value_from_module_to_module(fake, dispatcher):
    def extend_document(blocks, document):
        return [*blocks, f"{document}, apples"]

    def pears(blocks):
        return (*blocks, "pears")

    def silent(blocks):
        return None

    fakes = [
        fake("apples", extend_document),
        fake("silent", extend_document=silent),
        fake("pears", extend_document=pears),
    ]

    blocks = dispatcher(*fakes).fold("extend_document", "blocks", ("title",), document="rfq")

    assert blocks == ("title", "rfq, apples", "pears")


def test_an_adjustment_names_the_module_that_added_it_and_no_other(fake, dispatcher):
    entered = Adjustment(key="goodwill", label="Goodwill", amount=Money("-5", "EUR"))

    def adjust_order(adjustments):
        added = Adjustment(key="bulk", label="Bulk", amount=Money("-1", "EUR"))
        return [*adjustments, added]

    found = dispatcher(fake("apples", adjust_order)).fold(
        "adjust_order", "adjustments", (entered,), order=None, reading=None
    )

    assert [each.source for each in found] == [Provenance(), Provenance(module="apples")]


def test_a_single_adjustment_would_drop_the_others_and_is_a_fault(fake, dispatcher):
    def adjust_order():
        return Adjustment(key="bulk", label="Bulk", amount=Money("-1", "EUR"))

    with pytest.raises(ModuleFault, match="answered Adjustment"):
        dispatcher(fake("apples", adjust_order)).fold("adjust_order", "adjustments", ())


def test_each_runs_one_module_alone(fake, dispatcher):
    ran = []

    def after_order_event():
        ran.append("apples")

    def pears():
        ran.append("pears")

    hooks = dispatcher(fake("apples", after_order_event), fake("pears", after_order_event=pears))

    hooks.each("after_order_event", "pears", event=None, order=None, tenant=None)

    assert ran == ["pears"]


# ── who takes part ─────────────────────────────────────────────────────────────────────────


def test_only_modules_that_own_or_touch_the_type_take_part(fake, dispatcher):
    def claim_rows():
        return Claim("ol_apples_tree", "1")

    hooks = dispatcher(
        fake("apples", claim_rows),
        fake("pears", claim_rows),
        types={"apples": frozenset({"apples.order"}), "pears": frozenset({"pears.order"})},
    )

    found = hooks.collect("claim_rows", type="pears.order", command=None, before=None, reading=None)

    assert [module for module, _ in found] == ["pears"]
    assert hooks.modules_for("claim_rows", type="apples.order") == ("apples",)
    assert hooks.modules_for("claim_rows") == ("apples", "pears")
    assert not hooks.implements("claim_rows", type="plums.order")


def test_a_module_that_is_not_enabled_never_runs_not_even_nested(fake, owning):
    ran = []

    def on_order_placed(order, writing):
        ran.append("apples")
        writing.run("on_order_deleted", type="apples.order", order=order, writing=writing)

    def on_order_deleted():
        ran.append("apples, nested")

    def disabled():
        ran.append("disabled")

    apples = owning("apples", on_order_placed, on_order_deleted)
    pears = fake("pears", on_order_deleted=disabled, touches="apples.order")
    catalogue = Catalogue.of([apples, pears])
    assemble(catalogue, {"apples": "on", "pears": "on"}, {}, {})
    hooks = assemble(catalogue, {"apples": "on", "pears": "off"}, {}, {}).dispatcher

    hooks.run("on_order_placed", type="apples.order", order=None, writing=hooks)

    assert ran == ["apples", "apples, nested"]


def test_a_manager_knows_exactly_its_set_and_is_built_once(fake):
    managers = Catalogue.of([fake("apples"), fake("pears")]).managers

    manager = managers.of(["apples"])

    assert [name for name, _ in manager.list_name_plugin()] == ["apples"]
    assert managers.of({"apples"}) is manager
    assert managers.of(["apples", "pears"]) is not manager
