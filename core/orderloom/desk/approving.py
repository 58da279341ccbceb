"""Around approvals: who stands in for whom, what users may order on their own, the policy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from orderloom.approvals import allowances, delegations, policies
from orderloom.approvals.policies import PolicyVersion
from orderloom.approvals.policy import people, read_policy
from orderloom.decide import missing_right, right_problems
from orderloom.desk.administration import MANAGE, Administration
from orderloom.desk.execution import Execution
from orderloom.errors import Forbidden, NotFound, Problem, Refused
from orderloom.modules.contributions import Limit
from orderloom.orders.approvals import PERIODS, TENANT_SCOPE, Allowance, Delegation
from orderloom.orders.events import CHANGED
from orderloom.orders.unfit import unfit
from orderloom.tenants import bump_revision, tenant_ref
from orderloom.values import (
    Gather,
    Money,
    Scope,
    id_of,
    instant_or_day,
    nearest,
    shown,
    text_of,
    uuid7,
)


class ApprovalAffairs:
    """What surrounds approvals in one tenant; each change is an event of the tenant."""

    def __init__(self, do: Execution, administration: Administration) -> None:
        self._do, self._administration = do, administration

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

    # ── what users may order on their own ──────────────────────────────────────────────────

    def allow(
        self,
        user: str,
        amount: Money | None,
        *,
        limit: str,
        scope: Scope = TENANT_SCOPE,
        per: str = "order",
    ) -> None:
        """Set what a user may order on his own; None takes the setting off.

        Raises:
            Refused: [limit.unknown], [limit.no_allowances], [allowance.*]; all at once.
            Forbidden: the limit's permission is missing in that scope.
        """
        found = self._limit(limit)
        self._check_amount(amount, scope, found)
        if scope not in (held := self._do.scopes(found.permission)) and TENANT_SCOPE not in held:
            raise Forbidden([missing_right(found.permission, self._do.assembly)])
        with Gather() as gather:
            name = gather.take(text_of, user, "user", longest=128)
            if per not in PERIODS:
                text = "{given} is no period. To set it, use one of: {known}."
                params = {"given": shown(per), "known": ", ".join(PERIODS)}
                gather.add(Problem("allowance.per", text, "per", params=params))
            if amount is not None and amount.amount < 0:
                text = "{given} is less than nothing. To set it, give 0 or more."
                params = {"given": str(amount)}
                gather.add(Problem("allowance.amount", text, "amount", params=params))
            if name:
                gather.take(self._check_bound, name, scope, found, clear=amount is None)
        assert name is not None
        one = Allowance(
            limit=limit, user=name, scope=scope, per=per, amount=amount or Money.zero("EUR")
        )
        at = (self._do.connection, self._do.tenant.key)
        known = allowances.of_user(*at, name)
        old = next((str(had.amount) for had in known if _same(had, one)), None)
        self._write()
        if amount is None:
            allowances.clear(*at, one)
        else:
            allowances.save(*at, one)
        place = f"{limit} in {scope} per {per}"
        self._tell("allowance", name, {place: [old, None if amount is None else str(amount)]})

    def allowances(self, *, user: str = "", limit: str = "") -> tuple[Allowance, ...]:
        """What users may order on their own, as far as the actor may set it; his own always."""
        found = allowances.all_of(self._do.connection, self._do.tenant.key, user=user, limit=limit)
        return tuple(one for one in found if self._sees(one))

    def _check_amount(self, amount: object, scope: object, limit: Limit) -> None:
        """Refuse what is no amount or scope, or a scope in which the limit never looks."""
        if amount is not None and not isinstance(amount, Money):
            raise unfit("amount", amount, "Money, or None for no limit")
        if not isinstance(scope, Scope):
            raise unfit("scope", scope, "a Scope")
        if scope.kind != limit.where:
            text = "{limit} holds in a {where}. To set an amount, say in which (--{where} ID)."
            params = {"limit": limit.title, "where": limit.where}
            raise Refused([Problem("allowance.scope", text, "scope", params=params)])
        if scope.kind == "party" and self._do.party(scope.id) is None:
            text = "There is no party {id}. To go on, name one there is (orderloom party list)."
            raise Refused([Problem("party.unknown", text, "scope", params={"id": shown(scope.id)})])

    def _check_bound(self, user: str, scope: Scope, limit: Limit, *, clear: bool) -> None:
        """Refuse an amount for a user the limit does not bind, which would hold for nothing."""
        self._check_known(user, "user")
        known = self._do.user(user)
        grants = known.grants if known else ()
        held = {one.role for one in grants if one.scope in (scope, TENANT_SCOPE)}
        if limit.roles and not clear and not held & limit.roles:
            text = "{limit} does not bind {user} there. To set an amount, name a holder of {roles}."
            roles = " or ".join(sorted(limit.roles))
            params = {"limit": limit.title, "user": user, "roles": roles}
            raise Refused([Problem("allowance.idle", text, "user", params=params)])

    def _sees(self, one: Allowance) -> bool:
        if one.user == self._do.actor.id or not tuple(self._managing()):
            return True
        limits = {each.key: each for of in self._do.assembly.limits.values() for each in of}
        if one.limit not in limits:
            return False
        held = self._do.scopes(limits[one.limit].permission)
        return one.scope in held or TENANT_SCOPE in held

    def _limit(self, key: str) -> Limit:
        known = {
            one.key: one for of in self._do.assembly.limits.values() for one in of if one.permission
        }
        if not isinstance(key, str) or key not in known:
            text = "There is no limit {key} with amounts of users. To set one, use: {known}."
            near = nearest(shown(key), known, otherwise=", ".join(known) or "none")
            params = {"key": shown(key), "known": near}
            raise Refused([Problem("limit.unknown", text, "limit", params=params)])
        return known[key]

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

    def _check_known(self, id: str, field: str) -> None:
        if self._do.user(id) is None:
            text = "There is no user {id}. To go on, name one there is (orderloom user list)."
            raise Refused([Problem("user.unknown", text, field, params={"id": shown(id)})])

    def _managing(self) -> tuple[Problem, ...]:
        return tuple(right_problems(MANAGE, None, self._do.assembly, self._do))

    def _check_managing(self) -> None:
        if problems := self._managing():
            raise Forbidden(problems)

    def _write(self) -> None:
        self._do.progress.written = True

    def _tell(self, what: str, id: str, changed: dict[str, Any]) -> None:
        body = {"what": what, "id": id, "changed": changed}
        self._do.append(tenant_ref(self._do.tenant.key), CHANGED, body)


def _same(one: Allowance, other: Allowance) -> bool:
    return (one.limit, one.scope, one.per) == (other.limit, other.scope, other.per)
