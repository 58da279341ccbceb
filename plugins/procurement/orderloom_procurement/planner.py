"""The planner: which orders would cover what is still needed. A proposal is a value.

Source: BackOps, orders (vendor-specific flexibility).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import EXACT, Party, Problem, Refused, nearest, plain
from orderloom_procurement.shares import Shares

SPLITS = ("", "area", "department")


def _texts(raw: Iterable[str]) -> tuple[str, ...]:
    return tuple(raw)


def _shares(raw: Iterable[Shares]) -> tuple[Shares, ...]:
    return tuple(raw)


@attrs.frozen(kw_only=True)
class OpenNeed:
    """A need of which something is still to be ordered.

    Attributes:
        open: how much, > 0, in the unit.
        digits: decimals of the unit; 0 for pieces.
        suppliers: vendors the product names, the preferred one first.
    """

    id: UUID
    name: str
    department: str
    area: str = ""
    product: str = ""
    open: Decimal
    unit: str = "C62"
    digits: int = 0
    suppliers: tuple[str, ...] = attrs.field(default=(), converter=_texts)


@attrs.frozen(kw_only=True)
class Rules:
    """How to plan.

    Attributes:
        split_by: "" for one order per vendor; "area" or "department" for one per purpose.
        prefer: ids of vendors to take before others, the first most.
        shares: needs or departments that several vendors share.

    Raises:
        Refused: [procurement.plan.split].
    """

    split_by: str = ""
    prefer: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    shares: tuple[Shares, ...] = attrs.field(default=(), converter=_shares)

    def __attrs_post_init__(self) -> None:
        if self.split_by not in SPLITS:
            text = "Orders cannot be split by {given}. To split them, use: {known}."
            known = nearest(self.split_by, SPLITS[1:], otherwise=", ".join(SPLITS[1:]))
            params = {"given": self.split_by, "known": known}
            raise Refused([Problem("procurement.plan.split", text, "split_by", params=params)])


@attrs.frozen(kw_only=True)
class ProposedLine:
    """Some of a need, in its unit."""

    need: OpenNeed
    quantity: Decimal


@attrs.frozen(kw_only=True)
class ProposedOrder:
    """An order to one vendor.

    Attributes:
        purpose: the area or department it is for; "" for all of them.
        lines: by department, area and name as in the needs.
    """

    vendor: Party
    purpose: str
    lines: tuple[ProposedLine, ...]


@attrs.frozen(kw_only=True)
class Left:
    """A need, or some of it, that nobody would be asked for, and why."""

    need: OpenNeed
    quantity: Decimal
    reason: str


@attrs.frozen(kw_only=True)
class Plan:
    """A proposal; nothing is placed.

    Attributes:
        orders: by vendor's name, then purpose.
        left: what stays uncovered, as in the needs.
    """

    orders: tuple[ProposedOrder, ...]
    left: tuple[Left, ...]


def propose(needs: Sequence[OpenNeed], vendors: Sequence[Party], rules: Rules) -> Plan:
    """The orders that would cover the needs.

    Each need goes to the vendor that supplies it: one its product names, else one whose
    `supplies` holds its product or department; of several the one the rules prefer, then the one
    the product prefers, then the one that comes first in `vendors`. Stated shares go before all
    that.

    Args:
        needs: with what is still to be ordered.
        vendors: who may be asked.
        rules: how to split.

    Raises:
        Refused: [procurement.plan.vendor] the rules name a vendor there is not.
    """
    known = {vendor.id: vendor for vendor in vendors}
    _check_vendors(rules, known)
    lines: dict[tuple[str, str], list[ProposedLine]] = {}
    left: list[Left] = []
    for need in needs:
        parts = _parts(need, vendors, rules)
        for vendor, quantity in parts:
            purpose = getattr(need, rules.split_by) if rules.split_by else ""
            line = ProposedLine(need=need, quantity=quantity)
            lines.setdefault((vendor, purpose), []).append(line)
        left += _left(need, parts)
    orders = (
        ProposedOrder(vendor=known[vendor], purpose=purpose, lines=tuple(some))
        for (vendor, purpose), some in lines.items()
    )
    return Plan(orders=tuple(sorted(orders, key=_reading_order)), left=tuple(left))


def _parts(
    need: OpenNeed, vendors: Sequence[Party], rules: Rules
) -> tuple[tuple[str, Decimal], ...]:
    shares = _shares_for(need, rules)
    if shares is not None:
        return shares.of_quantity(need.open, need.digits)
    vendor = _vendor_for(need, vendors, rules)
    return () if vendor is None else ((vendor.id, need.open),)


def _shares_for(need: OpenNeed, rules: Rules) -> Shares | None:
    """Those of the need go before those of its department."""
    stated = {_folded(shares.of): shares for shares in rules.shares}
    return stated.get(_folded(need.name)) or stated.get(_folded(need.department))


def _vendor_for(need: OpenNeed, vendors: Sequence[Party], rules: Rules) -> Party | None:
    def rank(vendor: Party) -> tuple[int, int]:
        return _place(vendor.id, rules.prefer), _place(vendor.id, need.suppliers)

    able = [vendor for vendor in vendors if _supplies(vendor, need)]
    return min(able, key=rank, default=None)


def _place(id: str, order: tuple[str, ...]) -> int:
    return order.index(id) if id in order else len(order)


def _supplies(vendor: Party, need: OpenNeed) -> bool:
    if need.suppliers:
        return vendor.id in need.suppliers
    wanted = {_folded(text) for text in (need.product, need.department) if text}
    return not wanted.isdisjoint(map(_folded, vendor.supplies))


def _left(need: OpenNeed, parts: Sequence[tuple[str, Decimal]]) -> Iterator[Left]:
    rest = need.open
    for _, quantity in parts:
        rest = EXACT.subtract(rest, quantity)
    if not rest:
        return
    if parts:
        reason = f"The shares leave {plain(rest)} of {plain(need.open)}."
    elif need.suppliers:
        reason = (
            f"None of the suppliers of product {need.product} is a vendor here. To plan it, give "
            "one of them that role."
        )
    else:
        reason = (
            f"No vendor supplies {need.department}. To plan it, name {need.department} among what "
            "a vendor supplies."
        )
    yield Left(need=need, quantity=rest, reason=reason)


def _check_vendors(rules: Rules, known: Mapping[str, Party]) -> None:
    named = [*rules.prefer, *(part.vendor for shares in rules.shares for part in shares.parts)]
    unknown = [id for id in dict.fromkeys(named) if id not in known]
    if unknown:
        text = "There is no vendor {given}. To plan with one, name: {known}."
        raise Refused(
            Problem(
                "procurement.plan.vendor",
                text,
                "vendor",
                params={"given": id, "known": nearest(id, known, otherwise=", ".join(known))},
            )
            for id in unknown
        )


def _reading_order(order: ProposedOrder) -> tuple[str, ...]:
    return (order.vendor.name.casefold(), order.vendor.id, order.purpose.casefold())


def _folded(text: str) -> str:
    return text.strip().casefold()
