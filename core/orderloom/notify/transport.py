"""What every way out for mail offers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from email.message import EmailMessage
from typing import Protocol

from orderloom.notify.delivery import Delivery, Outcome

Send = Callable[[Delivery, EmailMessage], Outcome]


class Transport(Protocol):
    """A way out; may be shared between threads."""

    def session(self) -> AbstractContextManager[Send]:
        """What sends a batch, one message after the other, in one thread."""
        ...
