"""The contract suite finds what is wrong, and nothing where nothing is."""

import pytest
from kit_sample.faults import FAULTS
from kit_sample.healthy import sample_module

from orderloom.errors import NotFound, Refused
from orderloom.testing import all_checks, check_module, contract_tests

test_the_sound_module_keeps_the_contract = contract_tests(sample_module())


@pytest.mark.parametrize("fault", FAULTS)
def test_each_seeded_fault_is_found_by_the_check_that_is_meant_to(fault, findings):
    build, check, words = FAULTS[fault]

    found = findings(build())

    assert list(found) == [check]
    assert words in found[check]


def test_every_check_has_a_fault_that_only_it_finds():
    by_entry_point = {"it_loads", "readme_names_everything"}

    assert {check for _, check, _ in FAULTS.values()} | by_entry_point == {
        check.name for check in all_checks()
    }


SOUND = """
from orderloom import Module

module = Module("kit_installed", title="Installed")
"""


def test_a_module_without_hooks_keeps_the_contract(installed, findings):
    assert findings(installed(SOUND, readme="It does nothing.")) == {}


def test_a_module_that_cannot_be_imported_does_not_load(installed, findings):
    found = findings(installed("import no_such_thing", readme="It is broken."))

    assert list(found) == ["it_loads"]
    assert "No module named 'no_such_thing'" in found["it_loads"]


def test_a_distribution_that_names_no_range_of_the_core_is_found(installed, findings):
    found = findings(installed(SOUND, requires="orderloom", readme="It does nothing."))

    assert list(found) == ["it_loads"]
    assert "name orderloom>=0.1,<0.2 in dependencies" in found["it_loads"]


def test_a_distribution_without_readme_is_found(installed, findings):
    found = findings(installed(SOUND))

    assert list(found) == ["readme_names_everything"]


WITH_PERMISSION = """
from orderloom import Module, Permission, hookimpl

module = Module("kit_installed", title="Installed")

@hookimpl
def register_permissions():
    return Permission("kit_installed.look", "Look")
"""


def test_a_permission_the_readme_does_not_name_is_found(installed, findings):
    found = findings(installed(WITH_PERMISSION, readme="It does nothing."))

    assert list(found) == ["readme_names_everything"]
    assert "does not name permission kit_installed.look" in found["readme_names_everything"]


def test_what_cannot_be_looked_at_is_said_to_be_so(installed):
    results = {one.check: one for one in check_module(installed("1 / 0", readme="Broken."))}

    assert not results["tenants_are_isolated"].passed
    assert results["tenants_are_isolated"].not_run == "it could not be loaded"


def fails_at_placing():
    def check_action(action):
        return 1 / 0 if action.name == "place" else None

    return sample_module(check_action)


def test_what_needs_samples_is_not_run_where_nothing_could_be_placed():
    results = {one.check: one.not_run for one in check_module(fails_at_placing())}

    assert results["rights_are_asked"] == "nothing of it could be placed"
    assert results["tenants_are_isolated"] == "nothing of it could be placed"
    assert results["faults_are_contained"] == "nothing of it could be placed"
    assert results["permissions_exist"] == ""


def test_a_module_that_fails_on_the_tour_is_to_be_mended_and_not_its_samples(findings):
    found = findings(fails_at_placing())

    first, *_ = found["statuses_are_reached"].splitlines()
    assert "No sample.order could be placed: module sample failed in check_action" in first
    assert "ZeroDivisionError: division by zero (test_contract_teeth.py, line" in first
    assert first.endswith("To have it looked at, mend module sample.")
    assert "samples.py" not in found["statuses_are_reached"]


def test_a_finding_names_the_module_and_says_what_to_do(findings):
    build, check, _ = FAULTS["lets_anybody_read"]

    text = findings(build())[check]

    assert text == (
        "module sample: Anybody may read a sample.visit. "
        'To keep it from strangers, take "read": "" out of permissions=.'
    )


def test_an_unknown_module_names_the_nearest():
    with pytest.raises(NotFound, match="Did you mean procurement"):
        list(check_module("procurment"))


def test_what_carries_no_manifest_is_no_module():
    with pytest.raises(Refused, match="give it an attribute module"):
        list(check_module(object()))
