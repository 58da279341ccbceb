from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from orderloom.errors import NotFound, Refused
from orderloom.modules import SAFE_MODE, Catalogue, Module

GOOD = "from orderloom.modules import Module\nmodule = Module({key!r}, title='Fake')\n"


@pytest.fixture(autouse=True)
def _without_safe_mode(monkeypatch):
    monkeypatch.delenv(SAFE_MODE, raising=False)


def test_an_installed_module_is_found_with_its_distribution_and_version(installed):
    installed("pears", GOOD.format(key="pears"), version="1.2")

    loaded = Catalogue.discover().loaded["pears"]

    assert (loaded.manifest.title, loaded.distribution, loaded.version) == (
        "Fake",
        "fake-pears",
        "1.2",
    )


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise RuntimeError('odd')", "RuntimeError: odd (fake_module_apples.py, line 1)."),
        ("import sys\nsys.exit(3)", "SystemExit: 3 (fake_module_apples.py, line 2)."),
        ("def broken(:", "SyntaxError"),
        ("import no_such_package_anywhere", "ModuleNotFoundError"),
        ("", "It has no manifest."),
    ],
)
def test_a_module_that_cannot_be_imported_is_broken_and_the_others_load(installed, source, told):
    installed("apples", source)
    installed("pears", GOOD.format(key="pears"))

    catalogue = Catalogue.discover()

    assert catalogue.broken["apples"].hook == "import"
    assert told in catalogue.broken["apples"].reason
    assert "pears" in catalogue.loaded


@pytest.mark.parametrize("key", ["core", "orderloom", "tenant"])
def test_a_module_named_like_a_part_of_the_core_is_broken(installed, key):
    installed(key, GOOD.format(key=key))

    catalogue = Catalogue.discover()

    assert f"{key} names a part of the core. To name a module" in catalogue.broken[key].reason
    assert key not in catalogue.loaded


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def broken(:", "SyntaxError: invalid syntax (fake_module_apples.py, line 1)."),
        ("import fake_module_nowhere", "No module named 'fake_module_nowhere' (fake_module_apples"),
    ],
)
def test_a_place_in_the_importing_of_python_is_not_told(installed, source, told):
    installed("apples", source)

    reason = Catalogue.discover().broken["apples"].reason

    assert told in reason
    assert "importlib" not in reason


def test_an_interrupt_at_import_is_not_held_back(installed):
    installed("apples", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        Catalogue.discover()


@pytest.mark.parametrize(
    ("requires", "told"),
    [
        (["orderloom>=99"], "It needs orderloom >=99, and"),
        (["Orderloom[cli]<0.0.1"], "It needs orderloom <0.0.1, and"),
        (["orderloom=>1"], "Its requirements cannot be read"),
    ],
)
def test_a_module_for_another_core_is_incompatible_and_not_imported(installed, requires, told):
    file = installed("apples", "raise RuntimeError('imported')", requires=requires)

    broken = Catalogue.discover().broken["apples"]

    assert (broken.hook, broken.version) == ("compatibility", "1.0")
    assert told in broken.reason
    assert file not in sys.modules


@pytest.mark.parametrize(
    "requires", [["orderloom>=0.0.1"], ["orderloom>=99; extra == 'later'"], ["attrs>=99"]]
)
def test_a_range_that_holds_or_does_not_count_is_compatible(installed, requires):
    installed("apples", GOOD.format(key="apples"), requires=requires)

    assert "apples" in Catalogue.discover().loaded


def test_two_distributions_with_one_key_are_both_named_and_neither_is_imported(installed):
    for name in ("first-apples", "second-apples"):
        file = f"fake_module_{name[:5]}"
        installed("apples", "raise RuntimeError", distribution=name, file=file)

    broken = Catalogue.discover().broken["apples"]

    assert "first-apples 1.0 and second-apples 1.0" in broken.reason


def test_the_entry_point_and_the_manifest_must_agree_on_the_key(installed):
    installed("apples", GOOD.format(key="pears"))

    reason = Catalogue.discover().broken["apples"].reason

    assert "entry point is named apples and its manifest pears" in reason


@pytest.mark.parametrize("way", ["argument", "environment"])
def test_in_safe_mode_everything_is_listed_and_nothing_imported(installed, monkeypatch, way):
    file = installed("apples", GOOD.format(key="apples"))
    if way == "environment":
        monkeypatch.setenv(SAFE_MODE, "1")

    catalogue = Catalogue.discover(safe=True if way == "argument" else None)

    assert catalogue.broken["apples"].hook == "safe mode"
    assert not catalogue.loaded
    assert file not in sys.modules


def test_safe_mode_0_is_off(installed, monkeypatch):
    installed("apples", GOOD.format(key="apples"))
    monkeypatch.setenv(SAFE_MODE, "0")

    assert "apples" in Catalogue.discover().loaded


def test_objects_can_be_handed_over(fake):
    class Pears:
        module = Module("pears", title="Pears")

    catalogue = Catalogue.of([fake("apples"), Pears])

    assert sorted(catalogue.loaded) == ["apples", "pears"]


def test_every_object_without_a_manifest_is_named():
    with pytest.raises(Refused) as refused:
        Catalogue.of([SimpleNamespace(), SimpleNamespace(module="apples")])

    assert refused.value.codes == ("module.no_manifest", "module.no_manifest")


def test_two_objects_with_one_key_are_one_broken_module(fake):
    catalogue = Catalogue.of([fake("apples"), fake("apples")])

    assert list(catalogue.broken) == ["apples"]


def test_a_module_that_requires_what_is_not_there_is_broken(fake):
    catalogue = Catalogue.of([fake("apples", requires={"trees", "water"})])

    assert catalogue.broken["apples"].hook == "requires"
    assert "It requires trees and water." in catalogue.broken["apples"].reason


def test_modules_that_require_each_other_are_broken_and_named(fake):
    catalogue = Catalogue.of(
        [
            fake("apples", requires="pears"),
            fake("pears", requires="plums"),
            fake("plums", requires="apples"),
            fake("rocks"),
        ]
    )

    assert list(catalogue.loaded) == ["rocks"]
    assert sorted(catalogue.broken) == ["apples", "pears", "plums"]
    assert catalogue.broken["plums"].reason.startswith(
        "plums requires apples, pears requires plums, apples requires pears."
    )


def test_an_unknown_module_is_not_found_and_the_nearest_named(fake):
    with pytest.raises(NotFound, match="Did you mean apples"):
        Catalogue.of([fake("apples")]).find("aples")


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ("tables=object()", "It has tables and no migrations."),
        ("migrations='no_such_package'", "names no_such_package, where there is no folder"),
    ],
)
def test_a_module_whose_tables_could_never_be_made_is_broken(installed, manifest, reason):
    made = f"module = Module('apples', title='A', {manifest})"
    installed("apples", f"from orderloom.modules import Module\n{made}")

    broken = Catalogue.discover().broken["apples"]

    assert reason in broken.reason
    assert broken.hook == "migrations"
