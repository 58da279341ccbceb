"""What decisions may look at beyond what hooks may: limits, approvals, other actors' rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from orderloom.modules.contributions import Limit, Reading
from orderloom.modules.contributions.limits import Facts
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.attachments import CheckedFile, Upload
from orderloom.orders.subject import Subject
from orderloom.values import Actor


class Deciding(Reading, Protocol):
    """`Reading`, and what approvals are decided by."""

    @property
    def facts(self) -> Facts:
        """What limits look up."""
        ...

    @property
    def policy(self) -> str:
        """Digest of the tenant's policy in force, "" for none."""
        ...

    def limits(self, type: str, action: str) -> Sequence[Limit]:
        """The limits that look at an action: of the modules, then of the tenant's policy."""
        ...

    def approval(self, subject: Subject) -> ApprovalRequest | None:
        """The newest request of a subject in the ledger, votes and all."""
        ...

    def hidden(self, subject: Subject) -> tuple[str, ...]:
        """What the actor may not see of an order (`Guarded`); nothing while a hook acts for him."""
        ...

    def former(self, subject: Subject, version: int) -> Subject:
        """A subject as it was at one of its versions."""
        ...

    def principals(self, delegate: str) -> Sequence[str]:
        """Ids of those whose rights to approve a user may use now."""
        ...

    def known_actor(self, id: str) -> Actor | None:
        """A user with the grants he has now; none if he is not active. None if unknown."""
        ...

    def read_upload(self, upload: Upload, media: Sequence[str], field: str) -> CheckedFile:
        """A file from outside, if it passes the gate.

        Raises:
            Refused: [attachment.*] it does not.
        """
        ...

    def acting_as(self, actor: Actor) -> Any:
        """The same reading for another actor."""
        ...
