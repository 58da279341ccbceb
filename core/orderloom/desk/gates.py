"""What decisions read of approvals: limits, the ledger, delegations, other actors' rights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection

from orderloom.approvals import LiveFacts, ledger
from orderloom.approvals.delegations import principals
from orderloom.modules.contributions import Limit
from orderloom.orders.approvals import ApprovalRequest
from orderloom.orders.replay import at_version
from orderloom.orders.subject import Subject
from orderloom.store import events
from orderloom.values import Actor

if TYPE_CHECKING:
    from orderloom.desk.context import TenantState


class Gates:
    """The part of a context that `Deciding` adds to `Reading`."""

    connection: Connection
    state: TenantState
    now: datetime

    @property
    def counting_locked(self) -> bool:
        """Whether what limits count may not change before the transaction ends."""
        return False

    @property
    def facts(self) -> LiveFacts:
        """What limits look up, in this transaction."""
        return LiveFacts(
            connection=self.connection,
            tenant=self.state.tenant.key,
            timezone=self.state.tenant.timezone,
            counting=self._counting,
            lock=self.counting_locked,
        )

    @property
    def policy(self) -> str:
        """Digest of the tenant's policy in force, "" for none."""
        return self.state.policy.digest

    def limits(self, type: str, action: str) -> Sequence[Limit]:
        """The limits that look at an action: of the modules, then of the tenant's policy."""
        own = self.state.assembly.limits.get(type, ())
        found = (*own, *self.state.policy.limits.get(type, ()))
        return [limit for limit in found if action in limit.actions] if found else ()

    def approval(self, subject: Subject) -> ApprovalRequest | None:
        """The newest request of a subject in the ledger."""
        return ledger.latest(self.connection, self.state.tenant.key, subject.ref)

    def former(self, subject: Subject, version: int) -> Subject:
        """A subject as it was at one of its versions."""
        found = events.history(self.connection, self.state.tenant.key, subject.ref)
        return at_version(found, version)

    def principals(self, delegate: str) -> Sequence[str]:
        """Ids of those whose rights to approve a user may use now."""
        return principals(self.connection, self.state.tenant.key, delegate, self.now)

    def acting_as(self, actor: Actor) -> Self:
        """The same context for another actor."""
        same = object.__new__(type(self))
        same.__dict__.update(self.__dict__, actor=actor)
        return same

    def _counting(self, type: str) -> list[str]:
        lifecycle: Any = self.state.assembly.lifecycles[type].lifecycle
        return [status.name for status in lifecycle.statuses if status.commits]
