"""Stated shares: one need from several vendors, spread without losing a piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import attrs

from orderloom import EXACT, Gather, Problem, Refused, plain, positive

_FINEST = 6


@attrs.frozen(kw_only=True)
class Share:
    """A vendor's part, in percent or as a quantity; exactly one of them.

    Attributes:
        vendor: id of the party.
        percent: 60 means 60 %.
        quantity: at most so much of a need, in its unit.
    """

    vendor: str
    percent: Decimal | None = None
    quantity: Decimal | None = None


def _shares(raw: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(raw)


@attrs.frozen
class Shares:
    """How the needs of a department, or one need, are spread over vendors.

    Attributes:
        of: name of a department, or of a need.
        parts: all in percent, which add up to 100, or all quantities, taken in this order.

    Raises:
        Refused: [procurement.shares.mixed], [procurement.shares.percent],
            [procurement.shares.vendor_twice], [decimal.*].
    """

    of: str
    parts: tuple[Share, ...] = attrs.field(converter=_shares)

    def __attrs_post_init__(self) -> None:
        with Gather() as gather:
            for index, part in enumerate(self.parts):
                given = part.quantity if part.percent is None else part.percent
                gather.take(positive, given, f"shares[{index}]")
            for problem in _problems(self):
                gather.add(problem)

    def of_quantity(self, quantity: Decimal, digits: int) -> tuple[tuple[str, Decimal], ...]:
        """What each vendor takes of a quantity; parts of nothing are left out.

        Percentages add up to the whole quantity: each part is rounded down, and what is over
        goes to the largest remainders, on a tie to the earlier part. Quantities are taken in
        their order until nothing is left; they may leave some.

        Args:
            quantity: > 0.
            digits: decimals of the unit; 0 spreads whole pieces only, if the quantity is whole.
        """
        if any(part.percent is None for part in self.parts):
            return tuple(self._in_order(quantity))
        weights = [part.percent or Decimal(0) for part in self.parts]
        spread = spread_over(quantity, weights, digits)
        taken = zip(self.parts, spread, strict=True)
        return tuple((part.vendor, amount) for part, amount in taken if amount)

    def _in_order(self, quantity: Decimal) -> Iterable[tuple[str, Decimal]]:
        left = quantity
        for part in self.parts:
            amount = min(part.quantity or Decimal(0), left)
            if amount:
                yield part.vendor, amount
            left = EXACT.subtract(left, amount)


def spread_over(quantity: Decimal, weights: Sequence[Decimal], digits: int) -> tuple[Decimal, ...]:
    """A quantity in proportion to weights, in whole steps of its unit; nothing is lost.

    Args:
        quantity: >= 0.
        weights: >= 0, at least one of them above 0.
        digits: decimals of a step; a quantity finer than that is spread in millionths.
    """
    places = digits if quantity == round(quantity, digits) else _FINEST
    steps = int(quantity.scaleb(places, EXACT))
    whole = sum(map(Fraction, weights))
    exact = [steps * Fraction(weight) / whole for weight in weights]
    parts = [int(part) for part in exact]
    first = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in first[: steps - sum(parts)]:
        parts[index] += 1
    return tuple(Decimal(plain(Decimal(part).scaleb(-places, EXACT))) for part in parts)


def _problems(shares: Shares) -> Iterable[Problem]:
    params = {"of": shares.of}
    if len({part.vendor for part in shares.parts}) < len(shares.parts):
        text = "A vendor is named twice in the shares of {of}. To spread it, name each once."
        yield Problem("procurement.shares.vendor_twice", text, "shares", params=params)
    percents = [part.percent for part in shares.parts if part.percent is not None]
    quantities = [part.quantity for part in shares.parts if part.quantity is not None]
    if (percents and quantities) or not shares.parts:
        text = (
            "The shares of {of} are mixed. To spread it, give all in percent or all as quantities."
        )
        yield Problem("procurement.shares.mixed", text, "shares", params=params)
    elif percents and sum(percents) != 100:
        text = "The shares of {of} add up to {sum} %. To spread it, make them 100 %."
        known = {**params, "sum": plain(sum(percents, Decimal(0)))}
        yield Problem("procurement.shares.percent", text, "shares", params=known)


def shares_of(text: str) -> Shares:
    """Read shares as they are written on a command line: “Audio: V1=60%, V2=40%”.

    Raises:
        Refused: [procurement.shares.malformed], and as `Shares`.
    """
    of, colon, rest = text.rpartition(":")
    parts = [part.partition("=") for part in rest.split(",")]
    if not (of.strip() and colon and all(name.strip() and sign for name, sign, _ in parts)):
        template = "“{given}” states no shares. To state them, write “Audio: V1=60%, V2=40%”."
        params = {"given": text}
        raise Refused([Problem("procurement.shares.malformed", template, "shares", params=params)])
    with Gather() as gather:
        shares = [gather.take(_share, name.strip(), amount.strip()) for name, _, amount in parts]
    return Shares(of.strip(), [share for share in shares if share])


def _share(vendor: str, amount: str) -> Share:
    number = positive(amount.removesuffix("%").strip(), f"shares.{vendor}")
    if amount.endswith("%"):
        return Share(vendor=vendor, percent=number)
    return Share(vendor=vendor, quantity=number)
