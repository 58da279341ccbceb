"""A policy read from its text: TOML, checked against what a tenant's modules know."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from orderloom.approvals.policy import WHERE, Approvers, Policy, Rule
from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly, holdable
from orderloom.orders.approvals import LONGEST_HOURS, PERIODS
from orderloom.orders.binding import is_bindable
from orderloom.orders.inputs import read_record
from orderloom.values import Money, in_places, nearest, shown

_LONGEST: Final = 200_000  # characters: some thousand rules
_KINDS: Final = {"tenant": "tenant", "buyer": "party", "seller": "party", "project": "project"}


@attrs.frozen
class _Text:
    rule: tuple[Rule, ...] = ()


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
        yield from _unheld(one, at, assembly)


def _unknown_names(rule: Rule, at: str, assembly: Assembly) -> Iterator[Problem]:
    for name in ("roles", "exempt"):
        for index, role in enumerate(getattr(rule, name)):
            place = f"{at}.{name}[{index}]"
            yield from _choice(role, tuple(assembly.roles), place)
            if not _fits(role, WHERE, assembly):
                yield _nowhere(role, "of an order", (), place, assembly)
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


def _unheld(one: Approvers, at: str, assembly: Assembly) -> Iterator[Problem]:
    """Roles there are not, and those nobody can hold where they are looked for."""
    named = {"scope": one.role, "escalate_role": one.escalate_role}
    roles = [role for role in named.values() if role]
    ways = [way for way in WHERE if all(_fits(role, (way,), assembly) for role in roles)]
    for name, role in named.items():
        if role and role not in assembly.roles:
            place = "role" if name == "scope" else name
            yield from _choice(role, tuple(assembly.roles), f"{at}.{place}")
        elif role and one.where in _KINDS and not _fits(role, (one.where,), assembly):
            here = in_places([_KINDS[one.where]])
            yield _nowhere(role, here, () if one.side else ways, f"{at}.{name}", assembly)


def _fits(role: str, places: Iterable[str], assembly: Assembly) -> bool:
    """Whether somebody can hold a role in one of some places of an order; an unknown one too."""
    known = assembly.roles.get(role)
    return known is None or holdable(known, {_KINDS[place] for place in places})


def _nowhere(role: str, here: str, ways: Iterable[str], at: str, assembly: Assembly) -> Problem:
    text = "Role {role} is held {places} only, not {here}. To go on, {ways}."
    written = " or ".join(f'scope = "{way}"' for way in ways)
    params = {
        "role": role,
        "places": in_places(assembly.roles[role].scopes),
        "here": here,
        "ways": f"write {written}" if written else "name another role",
    }
    return Problem("policy.scope", text, at, params=params)


def _choice(given: str, known: tuple[str, ...], at: str) -> Iterator[Problem]:
    if given not in known:
        text = "{given} is not a choice here. To go on, write one of: {known}."
        close = nearest(given, [one for one in known if one], otherwise=", ".join(known) or "none")
        params = {"given": shown(given), "known": close}
        yield Problem("policy.choice", text, at, params=params)
