"""What users and holders of roles may order on their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderloom.approvals import allowances
from orderloom.decide import missing_right, right_problems
from orderloom.desk.administration import MANAGE
from orderloom.desk.execution import Execution
from orderloom.errors import Forbidden, Problem, Refused
from orderloom.modules.contributions import Limit
from orderloom.orders.approvals import PERIODS, TENANT_SCOPE, Allowance, roles_in
from orderloom.orders.events import CHANGED
from orderloom.orders.unfit import unfit
from orderloom.tenants import tenant_ref
from orderloom.values import Gather, Money, Scope, nearest, shown, text_of

Check = Callable[[str], None]
"""Refuses who is no fit holder of an amount."""


class AllowanceAffairs:
    """Amounts of users and roles in one tenant; each change is an event of the tenant."""

    def __init__(self, do: Execution) -> None:
        self._do = do

    def allow(
        self,
        user: str,
        amount: Money | None,
        *,
        limit: str,
        scope: Scope = TENANT_SCOPE,
        per: str = "order",
    ) -> None:
        """Set what a user may order on his own, in place of what his roles may.

        Args:
            user: id.
            amount: with tax; None takes the setting off, and what his roles may counts for him.
            limit: key.
            scope: where it holds.
            per: "order", or the period it is for (`Allowance.per`).

        Raises:
            Refused: [limit.unknown], [allowance.*], [party.unknown], [user.unknown]; all at once.
            Forbidden: the limit's permission is missing in that scope.
        """
        found = self._settable(limit, amount, scope)

        def check(name: str) -> None:
            self._check_bound(name, scope, found, clear=amount is None)

        name = _checked(user, "user", check, amount, per)
        self._set(limit, scope, per, amount, user=name)

    def allow_role(
        self,
        role: str,
        amount: Money | None,
        *,
        limit: str,
        scope: Scope = TENANT_SCOPE,
        per: str = "order",
    ) -> None:
        """Set what everybody who holds a role there may order on his own, each for himself.

        Of several roles the highest amount counts; for whoever has an amount of his own, that one.

        Args:
            role: key; one the limit asks for.
            amount, limit, scope, per: as of `allow`; None takes the setting off.

        Raises:
            Refused: as `allow`; [allowance.role] the limit does not ask for that role.
            Forbidden: the limit's permission is missing in that scope.
        """
        found = self._settable(limit, amount, scope)

        def check(name: str) -> None:
            self._check_role(name, found, clear=amount is None)

        name = _checked(role, "role", check, amount, per)
        self._set(limit, scope, per, amount, role=name)

    def allowances(
        self, *, user: str = "", role: str = "", limit: str = ""
    ) -> tuple[Allowance, ...]:
        """What is set, as far as the actor may set it; for him and his roles always.

        Args:
            user: only what is set for this one himself.
            role: only what is set for this one.
            limit: only of this one.
        """
        at = (self._do.connection, self._do.tenant.key)
        found = allowances.all_of(*at, user=user, role=role, limit=limit)
        return tuple(one for one in found if self._sees(one))

    # ── what may be set ────────────────────────────────────────────────────────────────────

    def _settable(self, limit: str, amount: object, scope: object) -> Limit:
        """The limit, if the actor may set amounts of it there."""
        found = self._limit(limit)
        self._check_amount(amount, scope, found)
        if scope not in (held := self._do.scopes(found.permission)) and TENANT_SCOPE not in held:
            raise Forbidden([missing_right(found.permission, self._do.assembly)])
        return found

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

    def _check_amount(self, amount: object, scope: object, limit: Limit) -> None:
        """Refuse what is no amount or scope, or a scope in which the limit never looks."""
        if amount is not None and not isinstance(amount, Money):
            raise unfit("amount", amount, "Money, or None to take it off")
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
        held = roles_in(known.grants if known else (), scope)
        if limit.roles and not clear and not held & limit.roles:
            text = "{limit} does not bind {user} there. To set an amount, name a holder of {roles}."
            roles = " or ".join(sorted(limit.roles))
            params = {"limit": limit.title, "user": user, "roles": roles}
            raise Refused([Problem("allowance.idle", text, "user", params=params)])

    def _check_role(self, role: str, limit: Limit, *, clear: bool) -> None:
        """Refuse a role the limit does not ask for; what is set for it already can be cleared."""
        known = limit.roles or frozenset(self._do.assembly.roles)
        at = (self._do.connection, self._do.tenant.key)
        if role in known or (clear and allowances.all_of(*at, role=role, limit=limit.key)):
            return
        text = "{limit} does not ask for the role {role}. To set an amount, name one of: {known}."
        params = {"limit": limit.title, "role": shown(role), "known": ", ".join(sorted(known))}
        raise Refused([Problem("allowance.role", text, "role", params=params)])

    def _sees(self, one: Allowance) -> bool:
        me = self._do.actor
        if one.user == me.id or one.role in roles_in(me.grants, one.scope) or not self._managing():
            return True
        limits = {each.key: each for of in self._do.assembly.limits.values() for each in of}
        if one.limit not in limits:
            return False
        held = self._do.scopes(limits[one.limit].permission)
        return one.scope in held or TENANT_SCOPE in held

    # ── setting it ─────────────────────────────────────────────────────────────────────────

    def _set(self, limit: str, scope: Scope, per: str, amount: Money | None, **holder: str) -> None:
        at = (self._do.connection, self._do.tenant.key)
        kept = Money.zero(self._do.tenant.currency) if amount is None else amount
        one = Allowance(limit=limit, scope=scope, per=per, amount=kept, **holder)
        old = allowances.amount_of(*at, one)
        self._write()
        if amount is None:
            allowances.clear(*at, one)
        else:
            allowances.save(*at, one)
        change = [None if each is None else str(each) for each in (old, amount)]
        what = "role_allowance" if one.role else "allowance"
        self._tell(what, one.role or one.user, {f"{limit} in {scope} per {per}": change})

    # ── common ─────────────────────────────────────────────────────────────────────────────

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


def _checked(holder: str, field: str, check: Check, amount: Money | None, per: str) -> str:
    """The holder as he is named, if all of it is in order."""
    with Gather() as gather:
        name = gather.take(text_of, holder, field, longest=128)
        if per not in PERIODS:
            text = "{given} is no period. To set it, use one of: {known}."
            params = {"given": shown(per), "known": ", ".join(PERIODS)}
            gather.add(Problem("allowance.per", text, "per", params=params))
        if amount is not None and amount.amount < 0:
            text = "{given} is less than nothing. To set it, give 0 or more."
            params = {"given": str(amount)}
            gather.add(Problem("allowance.amount", text, "amount", params=params))
        if name:
            gather.take(check, name)
    assert name is not None
    return name
