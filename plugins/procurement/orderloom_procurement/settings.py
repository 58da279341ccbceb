"""What an admin can set."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class ProcurementSettings:
    """Settings of the module, per tenant.

    Attributes:
        free_status_selector: the status of an order may be set to any other by hand. Such a move
            issues no document and sends no mail.
        departments: those needs and requests may name, as they spell them; any if empty.

    Source: BackOps, orders (status selector), modules.
    """

    free_status_selector: bool = False
    departments: tuple[str, ...] = ()
