"""Who is told what: notifications by mail and inbox, each with a topic users turn off and on."""

from typing import Final

from orderloom import Notification
from orderloom_supplier.notifications.approvals import APPROVALS
from orderloom_supplier.notifications.ordering import TO_OUTLET
from orderloom_supplier.notifications.paying import TO_FINANCE
from orderloom_supplier.notifications.selling import TO_SUPPLIER

NOTIFICATIONS: Final[tuple[Notification, ...]] = (
    *APPROVALS,
    *TO_SUPPLIER,
    *TO_OUTLET,
    *TO_FINANCE,
)

__all__ = ["NOTIFICATIONS"]
