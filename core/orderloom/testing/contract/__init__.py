"""The contract suite: what every module promises, checked on a bench."""

from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import Check, Finding, Result
from orderloom.testing.contract.suite import all_checks, check_module, run_check

__all__ = ["Case", "Check", "Finding", "Result", "all_checks", "check_module", "run_check"]
