"""The outcome of deciding a command: a value; nothing is written yet."""

from __future__ import annotations

import attrs

from orderloom.errors import Forbidden, Problem, Refused
from orderloom.lifecycle import Action
from orderloom.modules.contributions import Series
from orderloom.orders.commands import Command
from orderloom.orders.subject import Subject


@attrs.frozen(kw_only=True)
class Decision:
    """What a command would do.

    Attributes:
        command: what was asked for.
        before: the subject as it was; None when it is created.
        after: the subject as it would be, without a drawn number yet; None if the input could
            not be read.
        action: the action performed, None for edits, deletions and restorations.
        options: the action's options, read.
        series: the number series to draw from, None if no number is due.
        problems: why it is refused; empty means it may be carried out.
    """

    command: Command
    before: Subject | None = None
    after: Subject | None = None
    action: Action | None = None
    options: object = None
    series: Series | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems

    @property
    def event_name(self) -> str:
        """The name of the fact it would become."""
        return self.command.event

    def subject(self) -> Subject:
        """The subject as it would be.

        Raises:
            Forbidden: a right is missing (and nothing else is wrong).
            Refused: all problems.
        """
        if self.problems or self.after is None:
            only_rights = all(problem.forbidden for problem in self.problems)
            raise (Forbidden if only_rights else Refused)(self.problems)
        return self.after
