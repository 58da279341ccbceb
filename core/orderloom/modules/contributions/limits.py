"""Limits: rules that say which approvals a command needs before it takes effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle import Action
from orderloom.modules.contributions.contexts import Reading
from orderloom.orders.approvals import TENANT_SCOPE, Allowance, Requirement
from orderloom.orders.binding import BOUND, FIELDS, is_bindable
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Money, Scope, decimal_of


class Facts(Protocol):
    """What limits look up; everything they saw is kept with the event, for replays."""

    def own(self, limit: str, actor: Actor, scope: Scope) -> tuple[Allowance, ...]:
        """What a user may order on his own in a scope: set for him, else for his roles."""
        ...

    def spent(self, actor: Actor, order: Order, since: date) -> Money | None:
        """What a user has ordered since a day, beside one order, in its currency and type.

        None if something he ordered cannot be added up: it has no price yet, or is in another
        currency.
        """
        ...


@attrs.frozen(kw_only=True)
class Asking:
    """What a limit is asked about.

    Attributes:
        action: that needs to be allowed.
        subject: as it would be if the action took effect.
        before: as it was, None if the action creates it.
        actor: whose limits count: who gives the command, or for whom it is decided again.
        reading: of the decision; `reading.actor` may be somebody else, such as an approver.
        limit: key of the limit.
        facts: looked up through the methods below.
    """

    action: Action
    subject: Subject
    before: Subject | None
    actor: Actor
    reading: Reading
    limit: str
    facts: Facts

    @property
    def order(self) -> Order:
        """The subject, of a limit on orders."""
        if not isinstance(self.subject, Order):
            raise TypeError(f"{self.subject.type} is no order")
        return self.subject

    def holds(self, *roles: str, scope: Scope = TENANT_SCOPE) -> bool:
        """Whether the actor holds one of some roles in a scope, or in the whole tenant."""
        where = (scope, TENANT_SCOPE)
        return any(one.role in roles and one.scope in where for one in self.actor.grants)

    def own(self, scope: Scope = TENANT_SCOPE) -> tuple[Allowance, ...]:
        """What the actor may order on his own in a scope; all of it binds, nothing means no limit.

        For each period that is what was set for himself, else the highest that was set for one of
        his roles; roles with amounts in several currencies answer the highest of each.
        """
        return self.facts.own(self.limit, self.actor, scope)

    def over(self, allowed: Money, per: str = "order") -> Problem | None:
        """Why the order is more than is allowed, None if it is not.

        An order that is not fully priced, or in another currency, is over any amount.

        Args:
            allowed: amount with tax; as much is still within.
            per: "order", or the period the amount is for (`Allowance.per`).
        """
        order = self.order
        params = {"allowed": str(allowed), "per": per, "who": self.actor.id}
        if not order.totals.complete:
            text = "Not all of its lines have a price, and {who} may order up to {allowed}."
            return _over("unpriced", text, params)
        total = order.totals.total
        if total.currency != allowed.currency:
            text = "It is in {currency}, and {who} may order up to {allowed}."
            return _over("currency", text, {**params, "currency": total.currency})
        if per == "order":
            if total.amount <= allowed.amount:
                return None
            text = "It comes to {total}, and {who} may order up to {allowed} at once."
            return _over("over", text, {**params, "total": str(total)})
        since = first_day(per, self.reading.today)
        spent = self.facts.spent(self.actor, order, since)
        if spent is None:
            text = (
                "What {who} has ordered since {since} cannot be added up, and may come to "
                "{allowed} a {per}."
            )
            return _over("unknown", text, {**params, "since": str(since)})
        if spent.amount + total.amount <= allowed.amount:
            return None
        text = "With {spent} since {since} it comes to {sum}; {who} may order {allowed} a {per}."
        more = {"spent": str(spent), "since": str(since), "sum": str(spent + total)}
        return _over("budget", text, {**params, **more})


def _over(code: str, text: str, params: dict[str, str]) -> Problem:
    return Problem(f"limit.{code}", f"{text} To go on, have it approved.", params=params)


def first_day(per: str, today: date) -> date:
    """The first day of a rolling period that ends today."""
    if per == "day":
        return today
    if per == "week":
        return today - timedelta(days=6)
    month = today.year * 12 + today.month - 1 - {"month": 1, "quarter": 3}[per]
    year, month = divmod(month, 12)
    for day in range(today.day, 27, -1):  # 31 May minus three months is the last of February
        try:
            return date(year, month + 1, day) + timedelta(days=1)
        except ValueError:
            continue
    return date(year, month + 1, min(today.day, 27)) + timedelta(days=1)


def _tolerance(raw: object) -> Decimal:
    return decimal_of(raw, "tolerance", minimum=0)


def _names(raw: str | Iterable[str]) -> frozenset[str]:
    return frozenset((raw,) if isinstance(raw, str) else raw)


def _fields(raw: Iterable[str]) -> tuple[str, ...]:
    return tuple(raw)


def _bindable(_: object, __: object, fields: tuple[str, ...]) -> None:
    unknown = [name for name in fields if not is_bindable(name)]
    if unknown or not fields:
        raise ValueError(f"approvals can be bound to {', '.join(FIELDS)} and data.<key>: {unknown}")


@attrs.frozen(kw_only=True)
class Limit:
    """A rule on some actions of one type.

    Attributes:
        key: "supplier.purchasing"; starts with the module's key.
        title: for people.
        type: the subject type it is about.
        actions: names of the actions it looks at; each waits in its `waits_in` if approvals are
            required.
        ask: pure function to the approvals required; none lets the command pass.
        content: fields an approval is bound to (`orderloom.orders.binding.FIELDS`).
        tolerance: percent by which quantities and total may rise and stay approved.
        where: kind of the scope in which amounts of users and roles hold: "tenant", "party" …
        roles: who is bound by amounts, and for which roles they can be set; empty for all.
        permission: what whoever sets what a user or role may order on his own needs in that scope;
            "" if the limit knows no such amounts.
    """

    key: str
    title: str
    type: str
    actions: frozenset[str] = attrs.field(converter=_names)
    ask: Callable[[Asking], Iterable[Requirement] | Requirement | None]
    content: tuple[str, ...] = attrs.field(default=BOUND, converter=_fields, validator=_bindable)
    tolerance: Decimal = attrs.field(default=Decimal(0), converter=_tolerance)
    where: str = "tenant"
    roles: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    permission: str = ""

    def __attrs_post_init__(self) -> None:
        if "/" in self.key:
            raise ValueError("the key of a limit holds no slash")


def answers(raw: Any) -> tuple[Requirement, ...]:
    """What a limit answered, as a tuple.

    Raises:
        TypeError: something else than requirements is among it.
    """
    given = (raw,) if isinstance(raw, Requirement) else tuple(raw or ())
    for one in given:
        if not isinstance(one, Requirement):
            raise TypeError(f"it answered {type(one).__name__} where Requirement is expected")
    return given
