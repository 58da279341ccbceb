"""Around approvals: who stands in for whom, what users may order on their own, the policy."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from orderloom.approvals import delegations, policies
from orderloom.approvals.policies import PolicyVersion
from orderloom.approvals.policy import people
from orderloom.approvals.policy_text import read_policy
from orderloom.desk.administration import Administration
from orderloom.desk.allowing import AllowanceAffairs
from orderloom.desk.execution import Execution
from orderloom.errors import NotFound, Problem, Refused
from orderloom.orders.approvals import Delegation
from orderloom.orders.unfit import unfit
from orderloom.tenants import bump_revision
from orderloom.values import (
    Gather,
    id_of,
    instant_or_day,
    text_of,
    uuid7,
)


class ApprovalAffairs(AllowanceAffairs):
    """What surrounds approvals in one tenant; each change is an event of the tenant."""

    def __init__(self, do: Execution, administration: Administration) -> None:
        super().__init__(do)
        self._administration = administration

    # ── delegation ─────────────────────────────────────────────────────────────────────────

    def delegate(
        self,
        delegate: str,
        *,
        starts: datetime | date | str,
        ends: datetime | date | str,
        principal: str = "",
    ) -> Delegation:
        """Let another user approve with one's rights in a window; he cannot pass them on.

        Args:
            delegate: id of the user.
            starts, ends: from the first up to, but not at, the second; a day stands for its
                beginning in the tenant's zone, as `ends` for its end.
            principal: whose rights; the actor's own if not given.

        Raises:
            Refused: [delegation.self], [delegation.window], [delegation.unknown_user],
                [instant.*], [date.*]; all at once.
            Forbidden: they are somebody else's rights, and the actor may not manage the tenant.
        """
        whose = principal or self._do.actor.id
        if whose != self._do.actor.id:
            self._check_managing()
        with Gather() as gather:
            to = gather.take(text_of, delegate, "delegate", longest=128)
            zone = self._do.tenant.timezone
            begin = gather.take(instant_or_day, starts, "starts", zone)
            end = gather.take(instant_or_day, ends, "ends", zone, after=True)
            if to:
                gather.take(self._check_users, whose, to)
            if begin and end and not begin < end:
                text = "The window ends before it begins. To set it, give a later end."
                gather.add(Problem("delegation.window", text, "ends"))
            elif end and end <= self._do.now:
                text = "The window is over already. To set it, give a later end."
                gather.add(Problem("delegation.window", text, "ends"))
        assert to is not None
        assert begin is not None
        assert end is not None
        made = Delegation(
            id=uuid7(self._do.now),
            principal=whose,
            delegate=to,
            starts=begin,
            ends=end,
            created_by=self._do.actor.id,
        )
        self._write()
        delegations.add(self._do.connection, self._do.tenant.key, made)
        window = [made.starts.isoformat(), made.ends.isoformat()]
        self._tell("delegation", str(made.id), {whose: [None, to], "window": [None, window]})
        return made

    def revoke(self, delegation: UUID | str) -> None:
        """End a window now.

        Raises:
            NotFound: there is none that is not over.
            Forbidden: it is somebody else's, and the actor may not manage the tenant.
        """
        id = id_of(delegation, "delegation")
        at = (self._do.connection, self._do.tenant.key, id)
        found = delegations.one(*at)
        hint = "To see what there is, list them (orderloom approvals delegations)."
        if found is None:
            raise NotFound("delegation", id, hint)
        if self._do.actor.id not in (found.principal, found.delegate):
            self._check_managing()
        self._write()
        if not delegations.revoke(*at, self._do.now):
            raise NotFound("delegation", id, hint)
        self._tell("delegation", str(id), {found.principal: [found.delegate, None]})

    def delegations(self) -> tuple[Delegation, ...]:
        """The windows that are not over: all for an admin, those about him for anybody else."""
        found = delegations.current(self._do.connection, self._do.tenant.key, self._do.now)
        if not tuple(self._managing()):
            return found
        me = self._do.actor.id
        return tuple(one for one in found if me in (one.principal, one.delegate))

    # ── the policy ─────────────────────────────────────────────────────────────────────────

    def policy(self) -> tuple[PolicyVersion, ...]:
        """The tenant's policies, the one in force first.

        Raises:
            Forbidden: the actor may not manage the tenant.
        """
        self._check_managing()
        return policies.history(self._do.connection, self._do.tenant.key)

    def set_policy(self, text: str) -> PolicyVersion:
        """Put a policy in force from now on; what waits already goes on under what was asked.

        Args:
            text: TOML (`orderloom.approvals.policy`); empty for no rules.

        Raises:
            Refused: [policy.*] everything that is wrong with it, and where.
            Forbidden: the actor may not manage the tenant.
        """
        self._check_managing()
        if not isinstance(text, str):
            raise unfit("policy", text, "the text of a TOML file")
        if text.strip():
            found = read_policy(text, self._do.assembly)
            with Gather() as gather:
                for place, user in people(found):
                    gather.take(self._check_known, user, place)
        with self._administration.changing():
            at = (self._do.connection, self._do.tenant.key)
            old = policies.history(*at, limit=1)
            made = policies.add(*at, text if text.strip() else "", self._do.now, self._do.actor.id)
            bump_revision(*at)
            change = [old[0].digest if old else None, made.digest]
            self._tell("policy", str(made.seq), {"policy": change})
        return made

    # ── common ─────────────────────────────────────────────────────────────────────────────

    def _check_users(self, principal: str, delegate: str) -> None:
        if principal == delegate:
            text = "Nobody stands in for himself. To delegate, name somebody else."
            raise Refused([Problem("delegation.self", text, "delegate")])
        self._check_known(delegate, "delegate")
