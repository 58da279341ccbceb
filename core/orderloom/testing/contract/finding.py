"""What the kit found, and what became of each check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from orderloom.testing.contract.case import Case

#: How much of a module has to stand before a check can run; TOURED: something could be placed.
ANYTHING: Final = 0
LOADED: Final = 1
SOUND: Final = 2
TOURED: Final = 3


@attrs.frozen
class Finding:
    """One thing that is wrong with a module.

    Attributes:
        what: a sentence.
        remedy: a sentence, "To …, do …".
    """

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


Find = Callable[["Case"], Iterable[Finding]]


@attrs.frozen
class Check:
    """One promise a module makes to its users.

    Attributes:
        name: says what holds when it passes.
        find: looks for what is wrong.
        needs: how much of the module has to stand: ANYTHING, LOADED, SOUND or TOURED.
    """

    name: str
    find: Find
    needs: int

    @property
    def summary(self) -> str:
        """One line for people."""
        return (self.find.__doc__ or "").strip().partition("\n")[0]


def check(needs: int) -> Callable[[Find], Check]:
    """Declare a function as a check, named like it."""

    def declare(find: Find) -> Check:
        return Check(find.__name__, find, needs)

    return declare


@attrs.frozen(kw_only=True)
class Result:
    """What became of one check.

    Attributes:
        module: key of the module.
        check: its name.
        findings: what is wrong; none if it passed.
        not_run: why it could not be run, "" if it was.
    """

    module: str
    check: str
    findings: tuple[Finding, ...] = ()
    not_run: str = ""

    @property
    def passed(self) -> bool:
        """Whether it was run and found nothing."""
        return not self.findings and not self.not_run

    def __str__(self) -> str:
        if self.not_run:
            return f"module {self.module}: {self.check} was not run: {self.not_run}"
        if self.passed:
            return f"module {self.module}: {self.check} passed"
        return "\n".join(f"module {self.module}: {finding}" for finding in self.findings)
