"""Parts of amounts that add up to the whole again, however many documents they are on."""

from __future__ import annotations

from decimal import Decimal

from orderloom import Money


def share(whole: Money, taken: Decimal, *, before: Decimal, of: Decimal) -> Money:
    """What of an amount falls on a part, when others were taken before it.

    Args:
        whole: the amount.
        taken: how much is taken now, > 0.
        before: how much was taken before.
        of: how much there is.
    """
    return _up_to(whole, before + taken, of) - _up_to(whole, before, of)


def _up_to(whole: Money, reached: Decimal, of: Decimal) -> Money:
    """What falls on everything taken so far; nothing where there is nothing to go by."""
    if reached <= 0 or of <= 0:
        return Money.zero(whole.currency)
    return whole if reached >= of else whole.allocate([reached, of - reached])[0]
