"""Secrets, and signatures by the Standard Webhooks scheme."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

import attrs

PREFIX: Final = "whsec_"
LENGTH: Final = 32
"""Bytes of a secret."""


@attrs.frozen
class Secret:
    """What an endpoint's messages are signed with.

    Attributes:
        text: `whsec_` and the secret in base64; never shown.
        until: it signs until then; None for the present one.
    """

    text: str = attrs.field(repr=False)
    until: datetime | None = None

    @classmethod
    def of(cls, random: bytes) -> Secret:
        """The secret of `LENGTH` bytes nobody can guess."""
        return cls(PREFIX + base64.b64encode(random).decode())

    def signs(self, now: datetime) -> bool:
        """Whether it is still in use."""
        return self.until is None or now < self.until

    def signature(self, signed: bytes) -> str:
        """The signature of what is signed, with the version of the scheme."""
        key = base64.b64decode(self.text.removeprefix(PREFIX))
        return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(id: UUID, now: datetime, body: bytes, secrets: Iterable[Secret]) -> dict[str, str]:
    """The headers by which a receiver knows who wrote.

    Args:
        id: of the delivery, the same at every attempt.
        now: when this attempt is made, aware UTC.
        body: exactly as it is sent.
        secrets: while one is being replaced, both; the receiver takes either.
    """
    seconds = int(now.timestamp())
    signed = f"{id}.{seconds}.".encode() + body
    signatures = [secret.signature(signed) for secret in secrets if secret.signs(now)]
    return {
        "webhook-id": str(id),
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }
