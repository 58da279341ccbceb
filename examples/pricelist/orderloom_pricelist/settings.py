"""What an admin can set."""

from __future__ import annotations

from decimal import Decimal

import attrs


@attrs.frozen(kw_only=True)
class PricelistSettings:
    """Settings of the module, per tenant.

    Attributes:
        tax_percent: of every line; 19 means 19 %, 0 taxes nothing.
        small_below: orders whose lines are worth less, in the order's currency, pay a surcharge.
        small_surcharge: that surcharge; 0 for none.
    """

    tax_percent: Decimal = Decimal(0)
    small_below: Decimal = Decimal(0)
    small_surcharge: Decimal = Decimal(0)
