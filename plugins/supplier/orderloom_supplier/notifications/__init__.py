"""Who is told what: notifications by mail and inbox, each with a topic users turn off and on."""

from orderloom_supplier.notifications.messages import NOTIFICATIONS

__all__ = ["NOTIFICATIONS"]
