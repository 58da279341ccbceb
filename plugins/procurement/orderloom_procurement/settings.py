"""What an admin can set."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class ProcurementSettings:
    """Settings of the module, per tenant.

    Attributes:
        free_status_selector: the status of an order may be set to any other by hand. Such a move
            issues no document and sends no mail.

    Source: BackOps, orders (status selector).
    """

    free_status_selector: bool = False
