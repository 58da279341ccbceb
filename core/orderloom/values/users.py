"""Users: who may sign in and act."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from orderloom.errors import Forbidden, Problem
from orderloom.values.actors import Actor, Grant
from orderloom.values.wording import shown


def _grants(raw: Iterable[Grant]) -> tuple[Grant, ...]:
    return tuple(raw)


@attrs.frozen(kw_only=True)
class User:
    """Someone who may sign in and act.

    Attributes:
        id: what the host or the command line identifies the user by.
        name: as greeted.
        email: where notifications go, or empty.
        language: language tag, or empty for the tenant's.
        active: an inactive user keeps history and grants but may do nothing.
        grants: roles and where they hold.
    """

    id: str
    name: str = ""
    email: str = ""
    language: str = ""
    active: bool = True
    grants: tuple[Grant, ...] = attrs.field(default=(), converter=_grants)

    def actor(self, language: str = "en") -> Actor:
        """The user as the one who gives a command.

        Args:
            language: used if the user has none.

        Raises:
            Forbidden: [user.deactivated].
        """
        if not self.active:
            text = "User {user} is deactivated. To act, ask an admin to activate {user} again."
            params = {"user": shown(self.id)}
            raise Forbidden([Problem("user.deactivated", text, params=params, forbidden=True)])
        return Actor(self.id, self.grants, self.language or language)
