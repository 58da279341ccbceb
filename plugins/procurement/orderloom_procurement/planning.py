"""Planning over a desk: from a project's coverage to a proposal, and from that to orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

import attrs

from orderloom import (
    Address,
    Delivery,
    Desk,
    NewOrder,
    Order,
    Problem,
    Reading,
    Refused,
    Subject,
    nearest,
)
from orderloom_procurement.coverage import coverage_table
from orderloom_procurement.editor import line_for
from orderloom_procurement.planner import OpenNeed, Plan, ProposedOrder, Rules, propose
from orderloom_procurement.records import NEED, ORDER_TYPE
from orderloom_procurement.units import digits_of

VENDOR = "vendor"
_NAMED = 5


@attrs.frozen(kw_only=True)
class Terms:
    """What all orders of a plan have in common.

    Attributes:
        delivery, bill_to, remarks: as on an order.
    """

    delivery: Delivery | None = None
    bill_to: Address | None = None
    remarks: str = ""


def open_needs(
    reading: Reading, project: str, *, department: str = "", until: date | None = None
) -> Iterator[OpenNeed]:
    """The needs of a project of which something is still to be ordered.

    Args:
        reading: of a desk or reader.
        project: key of the project.
        department: only its needs.
        until: only those needed by this day, or without a day.
    """
    for one in coverage_table(reading, project, department=department):
        need, short = one.need, one.coverage.short
        late = until is not None and need.needed_by is not None and need.needed_by > until
        if not short or late:
            continue
        product = reading.product(need.product) if need.product else None
        yield OpenNeed(
            id=need.id,
            name=need.name,
            department=need.department,
            area=need.area,
            product=need.product,
            open=short,
            unit=need.unit,
            digits=digits_of(need.unit, reading),
            suppliers=product.suppliers if product else (),
        )


def plan(
    reading: Reading, project: str, rules: Rules | None = None, *, department: str = ""
) -> Plan:
    """A proposal for what a project still needs, from all parties in the role of a vendor.

    Raises:
        Refused: [procurement.plan.vendor] the rules name a vendor there is not;
            [procurement.share.unknown] they share what is no open need or department of one.
    """
    needs = tuple(open_needs(reading, project, department=department))
    rules = rules or Rules()
    if problems := tuple(_share_problems(needs, rules)):
        raise Refused(problems)
    return propose(needs, reading.parties(role=VENDOR), rules)


def _share_problems(needs: tuple[OpenNeed, ...], rules: Rules) -> Iterator[Problem]:
    names = {name: None for need in needs for name in (need.name, need.department)}
    folded = {name.strip().casefold() for name in names}
    for shares in rules.shares:
        if shares.of.strip().casefold() in folded:
            continue
        text = (
            "Nothing of {given} is still to be ordered. To share a need or a department, name it "
            "as the needs do: {known}."
        )
        some = ", ".join([*names][:_NAMED]) or "none is open"
        params = {"given": shares.of, "known": nearest(shares.of, names, otherwise=some)}
        yield Problem("procurement.share.unknown", text, "shares", params=params)


def place_plan(
    desk: Desk, project: str, proposal: Plan, terms: Terms, *, key: str | None = None
) -> list[Order]:
    """Place the orders of a proposal as drafts, all or none.

    Args:
        desk: the transaction and who acts.
        project: key of the project it was made for.
        proposal: of `plan`; what was ordered since is refused, never ordered twice.
        terms: for all of them.
        key: idempotency key.

    Raises:
        Refused: [procurement.need.exceeded] somebody ordered some of it meanwhile; and whatever
            else is wrong with the orders, all at once.
    """
    news = [_new_order(desk, project, order, terms) for order in proposal.orders]
    return cast(list[Order], desk.place_many(news, key=key))


def _new_order(desk: Desk, project: str, order: ProposedOrder, terms: Terms) -> NewOrder:
    return NewOrder(
        ORDER_TYPE,
        project=project,
        seller=order.vendor,
        currency=order.vendor.currency,
        title=order.purpose,
        lines=[
            line_for(cast(Subject, desk.get(line.need.id, kind=NEED)), line.quantity)
            for line in order.lines
        ],
        delivery=terms.delivery,
        bill_to=terms.bill_to,
        remarks=terms.remarks,
    )
