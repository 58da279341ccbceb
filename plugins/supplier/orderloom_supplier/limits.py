"""The purchasing limit: what an outlet's people may order without their admin.

Source: Order Ez, purchasing limit; boundary, tax and who is never limited are decided in
systems.md 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orderloom import Asking, Limit, Requirement, Scope
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.rights import (
    LIMITS,
    OUTLET_ADMIN,
    OUTLET_MANAGER,
    OUTLET_ORDERER,
)


def purchasing(asking: Asking) -> Iterator[Requirement]:
    """The approval of an outlet's admin for orders above what its orderer may order.

    Each order is compared on its own total, with tax, at the moment it is placed; as much as the
    limit passes. An admin of the outlet is never limited, and no limit set means none.
    """
    if asking.order.buyer is None:
        return
    outlet = Scope("party", asking.order.buyer.id)
    if not asking.holds(OUTLET_MANAGER, OUTLET_ORDERER, scope=outlet):
        return
    if asking.holds(OUTLET_ADMIN, scope=outlet):
        return
    for allowance in asking.own(outlet):
        if why := asking.over(allowance.amount, allowance.per):
            yield Requirement(role=OUTLET_ADMIN, scope=outlet, why=why)


PURCHASING: Final = Limit(
    key="supplier.purchasing",
    title="Purchasing limit",
    type=ORDER_TYPE,
    actions="place",
    ask=purchasing,
    where="party",
    roles={OUTLET_MANAGER, OUTLET_ORDERER},
    permission=LIMITS,
)
