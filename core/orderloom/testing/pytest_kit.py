"""The kit in pytest: two assignments in a test file, no plugin.

from orderloom.testing import bench_fixture, contract_tests

test_contract = contract_tests("inspection")
bench = bench_fixture("inspection")
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orderloom.modules import Broken
from orderloom.testing.bench import Bench, open_bench
from orderloom.testing.contract import Case, Check, all_checks, run_check
from orderloom.testing.contract.case import modules_with

_CASES = pytest.StashKey[dict[Any, Case]]()


def contract_tests(given: str | object) -> Callable[..., None]:
    """A test function that runs every check of a module, each under its own name.

    What takes long, setting up and touring the module, is done once for all of them.

    Args:
        given: key of an installed module, or the python module that carries the manifest.
    """

    def test_contract(check: Check, request: pytest.FixtureRequest) -> None:
        result = run_check(check, _case(given, request.config))
        if result.not_run:
            pytest.skip(result.not_run)
        if result.findings:
            pytest.fail(str(result), pytrace=False)

    checks = [pytest.param(check, id=check.name) for check in all_checks()]
    marked: Callable[..., None] = pytest.mark.parametrize("check", checks)(test_contract)
    return marked


def _case(given: str | object, config: pytest.Config) -> Case:
    """The case of a module in this run of pytest, closed at its end."""
    cases = config.stash.setdefault(_CASES, {})
    key = given if isinstance(given, str) else id(given)
    if key not in cases:
        cases[key] = Case.of(given)
        config.add_cleanup(cases[key].close)
    return cases[key]


def bench_fixture(given: str | object) -> Callable[..., Iterator[Bench]]:
    """A fixture: a `Bench` of a module and those it needs, anew for each test.

    Args:
        given: key of an installed module, or the python module that carries the manifest.
    """

    @pytest.fixture
    def bench() -> Iterator[Bench]:
        found, needed, _ = modules_with(given)
        if isinstance(found, Broken):
            raise found.fault
        with open_bench([one.plugin for one in needed.values()]) as opened:
            yield opened

    return bench
