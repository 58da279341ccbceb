"""What is owed because of events: written with them, sent after commit, at least once."""

from orderloom.notify.delivery import (
    DEAD,
    DIGEST,
    DONE,
    HOOK,
    INBOX,
    MAIL,
    OWED,
    Dead,
    Delivery,
    Outcome,
    Retry,
    Sent,
)
from orderloom.notify.inbox import InboxEntry
from orderloom.notify.messages import Enclosed, File, build
from orderloom.notify.outbox import done, failed, is_over, lease, owe
from orderloom.notify.routes import transport_of
from orderloom.notify.sending import in_groups, send_batch
from orderloom.notify.settings import MailSettings
from orderloom.notify.transport import Transport
from orderloom.notify.upkeep import Resting, counts, forget, give_up, list_deliveries, purge, resend
from orderloom.notify.writing import call_rows, owed, owed_messages, problems_of

__all__ = [
    "DEAD",
    "DIGEST",
    "DONE",
    "HOOK",
    "INBOX",
    "MAIL",
    "OWED",
    "Dead",
    "Delivery",
    "Enclosed",
    "File",
    "InboxEntry",
    "MailSettings",
    "Outcome",
    "Resting",
    "Retry",
    "Sent",
    "Transport",
    "build",
    "call_rows",
    "counts",
    "done",
    "failed",
    "forget",
    "give_up",
    "in_groups",
    "is_over",
    "lease",
    "list_deliveries",
    "owe",
    "owed",
    "owed_messages",
    "problems_of",
    "purge",
    "resend",
    "send_batch",
    "transport_of",
]
