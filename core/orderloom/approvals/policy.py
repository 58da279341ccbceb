"""A tenant's own rules on which orders need whose approval: one text, one record, many limits.

[[rule]]
name = "orders over 500"
type = "supplier.order"
actions = ["place"]
amount = "500"
currency = "EUR"

[[rule.approvers]]
role = "supplier.outlet_admin"
scope = "buyer"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, partial
from typing import Final

import attrs

from orderloom.errors import Problem
from orderloom.modules.contributions.limits import Asking, Limit
from orderloom.orders import codec
from orderloom.orders.approvals import TENANT_SCOPE, Escalation, Requirement
from orderloom.orders.binding import BOUND
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Money, Scope

PREFIX: Final = "policy"
WHERE: Final = ("tenant", "buyer", "seller", "project")


@attrs.frozen(kw_only=True)
class Approvers:
    """Who has to approve under a rule.

    Attributes:
        role, person, side: one of them, as of a `Requirement`.
        scope: where the roles have to be held: "tenant", or that of the order: its "buyer",
            "seller" or "project".
        count, level: as of a `Requirement`.
        escalate_hours, escalate_role: who else may after how long, 0 and "" for nobody; held in
            the scope, of a side at its party, or in the whole tenant.
        expires_hours: after how long it is refused by itself, 0 for never.
    """

    role: str = ""
    person: str = ""
    side: str = ""
    scope: str = "tenant"
    count: int = 1
    level: int = 1
    escalate_hours: int = 0
    escalate_role: str = ""
    expires_hours: int = 0

    @property
    def where(self) -> str:
        """The place of the order in which its roles are looked for: of a side its party."""
        return self.side or self.scope


@attrs.frozen(kw_only=True)
class Rule:
    """One rule of a policy.

    Attributes:
        name: unique in the policy.
        type: subject type it is about.
        actions: it looks at; each must be able to wait.
        roles: whoever holds one of them in the order's parties or project or in the tenant is
            bound by it; empty for everybody.
        exempt: whoever holds one of these is not.
        users: only these, by id; empty for all.
        amount: with tax; what is more needs approval. None: everything does.
        currency: of the amount, ISO 4217.
        per: "order", "day", "week", "month" or "quarter" (`Allowance.per`).
        approvers: who has to approve.
        content, tolerance: as of a `Limit`.
    """

    name: str
    type: str
    actions: tuple[str, ...]
    roles: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    per: str = "order"
    approvers: tuple[Approvers, ...]
    content: tuple[str, ...] = BOUND
    tolerance: Decimal = Decimal(0)


@attrs.frozen(eq=False, slots=False)
class Policy:
    """The rules of a tenant.

    Attributes:
        rules: in the order they were written.
        text: as they were written.
    """

    rules: tuple[Rule, ...] = ()
    text: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text, "" for no rules at all."""
        return codec.digest(self.text) if self.rules else ""

    @cached_property
    def limits(self) -> Mapping[str, tuple[Limit, ...]]:
        """The rules as limits, by type."""
        found: dict[str, tuple[Limit, ...]] = {}
        for rule in self.rules:
            found[rule.type] = (*found.get(rule.type, ()), _limit(rule))
        return found


NO_POLICY: Final = Policy()


def people(policy: Policy) -> Iterator[tuple[str, str]]:
    """The users a policy names, each with the place where."""
    for number, rule in enumerate(policy.rules):
        at = f"rule[{number}]"
        yield from ((f"{at}.users[{index}]", user) for index, user in enumerate(rule.users))
        for index, one in enumerate(rule.approvers):
            if one.person:
                yield f"{at}.approvers[{index}].person", one.person


# ── a rule as a limit ──────────────────────────────────────────────────────────────────────


def _limit(rule: Rule) -> Limit:
    return Limit(
        key=f"{PREFIX}.{rule.name}",
        title=rule.name,
        type=rule.type,
        actions=rule.actions,
        ask=partial(_ask, rule),
        content=rule.content,
        tolerance=rule.tolerance,
    )


def _ask(rule: Rule, asking: Asking) -> Iterator[Requirement]:
    if not _binds(rule, asking):
        return
    why = _why(rule, asking)
    if why is None:
        return
    for one in rule.approvers:
        scope, escalation = _scope(one.where, asking.subject), None
        if one.escalate_hours:
            hours, role = one.escalate_hours, one.escalate_role
            escalation = Escalation(hours=hours, role=role, scope=scope)
        yield Requirement(
            role=one.role,
            person=one.person,
            side=one.side,
            scope=scope,
            count=one.count,
            level=one.level,
            why=why,
            escalation=escalation,
            expires_hours=one.expires_hours,
        )


def _binds(rule: Rule, asking: Asking) -> bool:
    if rule.users and asking.actor.id not in rule.users:
        return False
    places = {_scope(where, asking.subject) for where in WHERE}
    held = {grant.role for grant in asking.actor.grants if grant.scope in places}
    if held & set(rule.exempt):
        return False
    return not rule.roles or bool(held & set(rule.roles))


def _why(rule: Rule, asking: Asking) -> Problem | None:
    if rule.amount is None:
        text = "{action} needs approval here ({rule}). To go on, have it approved."
        params = {"action": asking.action.title, "rule": rule.name}
        return Problem("limit.rule", text, params=params)
    return asking.over(Money(rule.amount, rule.currency), rule.per)


def _scope(where: str, subject: Subject) -> Scope:
    """A place of an order; the tenant if the order has none of that kind."""
    if where == "project" and subject.project:
        return Scope("project", subject.project)
    if where in ("buyer", "seller") and isinstance(subject, Order):
        party = subject.buyer if where == "buyer" else subject.seller
        if party is not None:
            return Scope("party", party.id)
    return TENANT_SCOPE
