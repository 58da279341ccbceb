"""What the kit places when it tries this module."""

from __future__ import annotations

from itertools import count

from orderloom import Desk, NewSubject
from orderloom.testing import Samples
from orderloom_pricelist.prices import PRICE, new_price

_numbers = count(1)


def another_price(desk: Desk) -> NewSubject:
    """Of another product each time: a second one for the same is refused."""
    return new_price("vendor", f"chair-{next(_numbers)}", "12.50", minimum=2)


samples = Samples(new={PRICE: another_price})
