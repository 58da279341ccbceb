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

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly
from orderloom.modules.contributions.limits import Asking, Limit
from orderloom.orders import codec
from orderloom.orders.approvals import (
    LONGEST_HOURS,
    PERIODS,
    TENANT_SCOPE,
    Escalation,
    Requirement,
)
from orderloom.orders.binding import BOUND, is_bindable
from orderloom.orders.inputs import read_record
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Money, Scope, nearest, shown

PREFIX: Final = "policy"
WHERE: Final = ("tenant", "buyer", "seller", "project")
_LONGEST: Final = 200_000  # characters: some thousand rules


@attrs.frozen(kw_only=True)
class Approvers:
    """Who has to approve under a rule.

    Attributes:
        role, person, side: one of them, as of a `Requirement`.
        scope: where the role has to be held: "tenant", or that of the order: its "buyer",
            "seller" or "project".
        count, level: as of a `Requirement`.
        escalate_hours, escalate_role: who else may after how long, 0 and "" for nobody; held in
            the whole tenant.
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


@attrs.frozen
class _Text:
    rule: tuple[Rule, ...] = ()


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


def read_policy(text: str, assembly: Assembly | None = None) -> Policy:
    """The policy a TOML text describes.

    Args:
        text: of the file.
        assembly: of the tenant, to check the names of types, actions and roles; None to read what
            was checked before.

    Raises:
        Refused: [policy.malformed] it is no TOML; [policy.*] and those of the gates: everything
            else that is wrong, with the place ("rule[0].approvers[1].role").
    """
    if len(text) > _LONGEST:
        message = "The policy is longer than {most} characters. To set it, shorten it."
        raise Refused([Problem("policy.too_long", message, params={"most": _LONGEST})])
    try:
        raw = _as_text(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = "It is no TOML: {reason}. To go on, mend it there."
        raise Refused([Problem("policy.malformed", message, params={"reason": error})]) from None
    rules = read_record(_Text, raw).rule
    problems = [*_doubles(rules)]
    for index, rule in enumerate(rules):
        problems += _problems(rule, f"rule[{index}]", assembly)
    if problems:
        raise Refused(problems)
    return Policy(rules, text)


def _as_text(raw: Any) -> Any:
    """Numbers of TOML as text for the gates, which refuse floats: 500.0 is meant as 500."""
    if isinstance(raw, dict):
        return {name: _as_text(value) for name, value in raw.items()}
    if isinstance(raw, list):
        return [_as_text(one) for one in raw]
    return str(raw) if isinstance(raw, float) else raw


def _doubles(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    for name, count in Counter(rule.name for rule in rules).items():
        if count > 1:
            text = "{count} rules are named {name}. To tell them apart, name each otherwise."
            params = {"count": count, "name": shown(name)}
            yield Problem("policy.double", text, "rule", params=params)


def _problems(rule: Rule, at: str, assembly: Assembly | None) -> Iterator[Problem]:
    yield from _named(rule.name, at)
    yield from _choice(rule.per, PERIODS, f"{at}.per")
    yield from _money_problems(rule, at)
    if not rule.content:
        text = "Approvals have to be bound to something. To go on, name fields of the order."
        yield Problem("policy.content", text, f"{at}.content")
    for index, field in enumerate(rule.content):
        if not is_bindable(field):
            text = "Approvals cannot be bound to {name}. To go on, name a field of the order."
            params = {"name": shown(field)}
            yield Problem("policy.content", text, f"{at}.content[{index}]", params=params)
    if not rule.approvers:
        text = "Nobody is to approve. To go on, name approvers, or leave the rule out."
        yield Problem("policy.nobody", text, f"{at}.approvers")
    for index, one in enumerate(rule.approvers):
        yield from _approver_problems(one, f"{at}.approvers[{index}]", assembly)
    if assembly is not None:
        yield from _unknown_names(rule, at, assembly)


def _named(name: str, at: str) -> Iterator[Problem]:
    if not name.strip() or "/" in name or len(name) > 80:
        text = "A rule needs a name of up to 80 characters without a slash. To go on, give it one."
        yield Problem("policy.name", text, f"{at}.name")


def _money_problems(rule: Rule, at: str) -> Iterator[Problem]:
    if not 0 <= rule.tolerance <= 100:
        text = "A tolerance is 0 to 100 percent. To go on, write such."
        yield Problem("policy.tolerance", text, f"{at}.tolerance")
    if rule.amount is None:
        if rule.per != "order" or rule.currency:
            text = "A budget or currency needs an amount. To go on, give one, or leave them out."
            yield Problem("policy.amount", text, f"{at}.amount")
        return
    try:
        Money.of(rule.amount, rule.currency, f"{at}.amount")
    except Refused as refusal:
        yield from refusal.problems
    if rule.amount < 0:
        text = "An amount is 0 or more. To go on, write such."
        yield Problem("policy.amount", text, f"{at}.amount")


def _approver_problems(one: Approvers, at: str, assembly: Assembly | None) -> Iterator[Problem]:
    if len([name for name in (one.role, one.person, one.side) if name]) != 1:
        text = "Name one role, one person or one side. To go on, give exactly one of them."
        yield Problem("policy.approver", text, at)
    yield from _choice(one.scope, WHERE, f"{at}.scope")
    yield from _choice(one.side, ("", "buyer", "seller"), f"{at}.side")
    if not 1 <= one.count <= 20 or not 1 <= one.level <= 20 or (one.person and one.count > 1):
        text = "count and level go from 1 to 20, and a person is only one. To go on, mend them."
        yield Problem("policy.count", text, at)
    if bool(one.escalate_hours) != bool(one.escalate_role):
        text = "An escalation needs hours and a role. To go on, give both or neither."
        yield Problem("policy.escalation", text, at)
    if not all(0 <= hours <= LONGEST_HOURS for hours in (one.escalate_hours, one.expires_hours)):
        text = "Hours go from 0 to {most}. To go on, write such."
        yield Problem("policy.hours", text, at, params={"most": LONGEST_HOURS})
    if assembly is not None:
        for name in ("role", "escalate_role"):
            if role := getattr(one, name):
                yield from _known_role(role, f"{at}.{name}", assembly)


def _unknown_names(rule: Rule, at: str, assembly: Assembly) -> Iterator[Problem]:
    for name in ("roles", "exempt"):
        for index, role in enumerate(getattr(rule, name)):
            yield from _known_role(role, f"{at}.{name}[{index}]", assembly)
    merged = assembly.lifecycles.get(rule.type)
    if merged is None:
        yield from _choice(rule.type, tuple(assembly.lifecycles), f"{at}.type")
        return
    waiting = tuple(one.name for one in merged.lifecycle.actions if one.waits_in)
    if not rule.actions:
        text = "It looks at no action. To go on, name some of: {known}."
        params = {"known": ", ".join(waiting) or "none of this type can wait"}
        yield Problem("policy.actions", text, f"{at}.actions", params=params)
    for index, action in enumerate(rule.actions):
        yield from _choice(action, waiting, f"{at}.actions[{index}]")


def _known_role(role: str, at: str, assembly: Assembly) -> Iterator[Problem]:
    yield from _choice(role, tuple(assembly.roles), at)


def _choice(given: str, known: tuple[str, ...], at: str) -> Iterator[Problem]:
    if given not in known:
        text = "{given} is not a choice here. To go on, write one of: {known}."
        close = nearest(given, [one for one in known if one], otherwise=", ".join(known) or "none")
        params = {"given": shown(given), "known": close}
        yield Problem("policy.choice", text, at, params=params)


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
        escalation = None
        if one.escalate_hours:
            escalation = Escalation(hours=one.escalate_hours, role=one.escalate_role)
        yield Requirement(
            role=one.role,
            person=one.person,
            side=one.side,
            scope=_scope(one.scope, asking.subject),
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
