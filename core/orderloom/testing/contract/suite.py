"""Running the checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from orderloom.modules import Catalogue
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import Check, Finding, Result
from orderloom.testing.contract.wording import told


def all_checks() -> tuple[Check, ...]:
    """The checks there are, in the order they are run."""
    from orderloom.testing.contract.checks import CHECKS

    return CHECKS


def run_check(check: Check, case: Case) -> Result:
    """Run one check of a module."""
    if missing := case.missing(check.needs):
        return Result(module=case.key, check=check.name, not_run=missing)
    try:
        findings = tuple(dict.fromkeys(check.find(case)))
    except Exception as error:  # of the module: a check that cannot end has found something
        what = f"{check.name} ended in {told(error)}"
        findings = (Finding(what, "To have it looked at, mend what raises that."),)
    return Result(module=case.key, check=check.name, findings=findings)


def check_module(given: str | object, catalogue: Catalogue | None = None) -> Iterator[Result]:
    """Run every check of a module, in a temporary database.

    Args:
        given: key of an installed module, or a python module, namespace or instance that carries a
            manifest.
        catalogue: where to look; the installed modules if not given.

    Raises:
        NotFound: there is no such module.
        Refused: [module.no_manifest].
    """
    with closing(Case.of(given, catalogue)) as case:
        for check in all_checks():
            yield run_check(check, case)
