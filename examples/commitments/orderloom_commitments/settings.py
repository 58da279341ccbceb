"""What an admin can set."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class CommitmentsSettings:
    """Settings of the module, per tenant.

    Attributes:
        budget: what the orders of one project may cost together, in whole units of their
            currency, taxes included; 0 sets no limit.
    """

    budget: int = 0
