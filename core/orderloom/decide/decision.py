"""The outcome of deciding a command: a value; nothing is written yet."""

from __future__ import annotations

from typing import Any

import attrs

from orderloom.errors import Forbidden, Problem, Refused
from orderloom.lifecycle import Action
from orderloom.modules.contributions import Series
from orderloom.orders.approvals import WAITING, ApprovalRequest, Requirement, Vote
from orderloom.orders.attachments import CheckedFile
from orderloom.orders.commands import Command
from orderloom.orders.subject import Subject
from orderloom.values import Actor


@attrs.frozen(kw_only=True)
class Approval:
    """What a decision does to the ledger of approvals.

    Attributes:
        request: as it stands then.
        vote: cast by this command, None if none is.
        event: name of the fact the command becomes, "" for that of the command itself.
        since: the subject as the modules know it, None if they have not heard of it yet.
        heard: whether the modules hear of this decision: what waits, they hear of once it is so.
        new: whether the ledger does not have the request yet.
        actor: as whom it takes effect, None for who gave the command.
    """

    request: ApprovalRequest
    vote: Vote | None = None
    event: str = ""
    since: Subject | None = None
    heard: bool = False
    new: bool = False
    actor: Actor | None = None


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
        files: that come with the action, as they will be kept.
        series: the number series to draw from, None if no number is due.
        problems: why it is refused; empty means it may be carried out.
        approval: what it does to the ledger of approvals, None for nothing.
        gate: what the limits saw and asked for, JSON-ready; None if no limit looked at it.
    """

    command: Command
    before: Subject | None = None
    after: Subject | None = None
    action: Action | None = None
    options: object = None
    files: tuple[CheckedFile, ...] = ()
    series: Series | None = None
    problems: tuple[Problem, ...] = ()
    approval: Approval | None = None
    gate: dict[str, Any] | None = None

    @property
    def waits(self) -> bool:
        """Whether the command would have to wait for approvals."""
        return self.approval is not None and self.approval.request.state == WAITING

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The approvals it would have to wait for."""
        if self.approval is None or not self.waits:
            return ()
        return tuple(one.requirement for one in self.approval.request.open())

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems

    @property
    def event_name(self) -> str:
        """The name of the fact it would become."""
        named = self.approval.event if self.approval else ""
        return named or self.command.event

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
