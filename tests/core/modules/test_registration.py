from __future__ import annotations

import functools

import pytest

from orderloom.modules import Catalogue, Module, hookimpl


def _broken(fake, function):
    return Catalogue.of([fake("apples", function)]).broken["apples"]


def test_a_misspelt_hook_breaks_its_module_and_the_nearest_is_named(fake):
    def chek_order(order):
        return None

    broken = _broken(fake, chek_order)

    assert broken.hook == "chek_order"
    assert "There is no such hook. Did you mean check_order?" in broken.reason


def test_an_unknown_argument_breaks_its_module_and_the_nearest_is_named(fake):
    def check_order(ordr):
        return None

    broken = _broken(fake, check_order)

    assert broken.hook == "check_order"
    assert "check_order has no argument ordr. Did you mean order?" in broken.reason


def test_an_unknown_argument_with_a_default_is_no_better(fake):
    def check_order(order, strict=True):
        return None

    assert "has no argument strict" in _broken(fake, check_order).reason


@pytest.mark.parametrize("collects", ["*arguments", "**arguments", "*, order"])
def test_only_plain_arguments_are_taken(fake, collects):
    scope = {}
    exec(f"def check_order({collects}): return None", scope)

    assert "is not a plain argument" in _broken(fake, scope["check_order"]).reason


@pytest.mark.parametrize("option", ["wrapper", "hookwrapper", "tryfirst", "trylast"])
def test_options_that_change_the_order_are_refused(option):
    class Plugin:
        module = Module("apples", title="Apples")

        @hookimpl(**{option: True})
        def check_order(self, order):
            yield

    reason = Catalogue.of([Plugin()]).broken["apples"].reason

    assert f"The option {option} is refused" in reason


def test_an_optional_hook_is_refused_since_it_would_hide_a_misspelling():
    class Plugin:
        module = Module("apples", title="Apples")

        @hookimpl(optionalhook=True)
        def chek_order(self, order):
            return None

    assert "optionalhook is refused" in Catalogue.of([Plugin()]).broken["apples"].reason


def test_a_function_named_like_a_hook_must_be_one():
    class Plugin:
        module = Module("apples", title="Apples")

        @staticmethod
        def check_order(order):
            return None

    assert "decorate it with @hookimpl" in Catalogue.of([Plugin()]).broken["apples"].reason


def test_a_mark_on_something_that_pluggy_passes_over_is_refused(fake):
    @functools.cache
    def register_fields():
        return None

    assert "not on a function" in _broken(fake, register_fields).reason


def test_an_asynchronous_hook_is_refused(fake):
    async def on_order_placed(order):
        return None

    assert "use def" in _broken(fake, on_order_placed).reason


def test_another_name_is_allowed_if_it_names_a_hook():
    class Plugin:
        module = Module("apples", title="Apples")

        @hookimpl(specname="check_order")
        def no_rotten_apples(self, order):
            return None

    assert "apples" in Catalogue.of([Plugin()]).loaded


def test_methods_of_an_instance_are_hooks_too():
    class Plugin:
        module = Module("apples", title="Apples")

        @hookimpl
        def check_order(self, order):
            return None

    assert "apples" in Catalogue.of([Plugin()]).loaded


def test_all_faults_of_a_module_are_told_at_once(fake):
    def chek_order(order):
        return None

    def check_line(lin):
        return None

    reason = Catalogue.of([fake("apples", chek_order, check_line)]).broken["apples"].reason

    assert "chek_order" in reason
    assert "no argument lin" in reason
