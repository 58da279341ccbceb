"""What telling somebody needs to look at, beside what every hook may read."""

from __future__ import annotations

from typing import Protocol

from orderloom.modules.contributions import Reading
from orderloom.notify.templates import OwnTemplates
from orderloom.notify.wishes import Wishes
from orderloom.orders.events import Event
from orderloom.orders.subject import Subject
from orderloom.values import User


class Telling(Reading, Protocol):
    """A reading that knows who may know of what, and the tenant's own templates."""

    @property
    def own_templates(self) -> OwnTemplates:
        """The tenant's own templates of notifications."""
        ...

    def wishes(self, users: frozenset[str]) -> Wishes:
        """What some users wish, asked once in a command."""
        ...

    def lets_know(self, user: User, subject: Subject, permission: str = "") -> bool:
        """Whether a user may know of a subject as it is now.

        Args:
            permission: by which he would; that to read the subject if empty.
        """
        ...

    def told_to(self, user: User, event: Event, subject: Subject) -> tuple[Event, Subject]:
        """An event and its subject without what is hidden from a user."""
        ...
