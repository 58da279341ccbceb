"""Webhooks by the Standard Webhooks scheme: endpoints, what they are owed, how it is sent."""

from orderloom.notify.webhooks.endpoint import (
    DISABLED,
    EVERYTHING,
    ON,
    TEST,
    WEBHOOK,
    Endpoint,
    source_of,
    types_of,
)
from orderloom.notify.webhooks.owing import body_of, message_of, webhook_rows
from orderloom.notify.webhooks.posting import Gone, Poster
from orderloom.notify.webhooks.signing import Secret, headers_of
from orderloom.notify.webhooks.targets import Rules, addresses_of, target_of

__all__ = [
    "DISABLED",
    "EVERYTHING",
    "ON",
    "TEST",
    "WEBHOOK",
    "Endpoint",
    "Gone",
    "Poster",
    "Rules",
    "Secret",
    "addresses_of",
    "body_of",
    "headers_of",
    "message_of",
    "source_of",
    "target_of",
    "types_of",
    "webhook_rows",
]
