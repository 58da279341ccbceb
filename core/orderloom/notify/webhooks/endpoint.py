"""An endpoint: where a receiver listens, what it wants to hear, and as whom it hears it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.modules import Assembly
from orderloom.orders import events
from orderloom.orders.events import MOVED, Event
from orderloom.orders.subject import Subject
from orderloom.orders.unfit import unfit
from orderloom.values import Actor, Grant, nearest, shown

WEBHOOK: Final = "webhook"
EVERYTHING: Final = "*"
TEST: Final = "webhook.test"

ON: Final = "on"
DISABLED: Final = "disabled"


@attrs.frozen(kw_only=True)
class Endpoint:
    """One endpoint of a tenant; its secrets are kept apart.

    Attributes:
        name: key within the tenant.
        url: as it is sent to.
        types: what it is told: EVERYTHING, a type of subjects ("supplier.order"), one kind of
            event of it ("supplier.order.placed"), one action ("supplier.order.moved.accept").
        grant: the role by which it hears, and where: with one in a party's scope it hears what
            somebody of that party who holds the role may read, and nothing else.
        state: ON, or DISABLED by hand or because nothing arrived.
        reason: why it is disabled, or why the latest attempt failed.
        failing_since: when the first attempt failed after the latest that did not; None if that
            was the last one.
    """

    name: str
    url: str
    types: tuple[str, ...]
    grant: Grant
    state: str = ON
    reason: str = ""
    failing_since: datetime | None = None
    created_at: datetime

    @property
    def source(self) -> str:
        """What its deliveries name as their source."""
        return source_of(self.name)

    @property
    def actor(self) -> Actor:
        """As whom it hears."""
        return Actor(f"system:{self.source}", (self.grant,))

    def wants(self, type: str) -> bool:
        """Whether it is to be told of events of a type (see `type_of`)."""
        return any(one in (EVERYTHING, type) or type.startswith(f"{one}.") for one in self.types)


def source_of(name: str) -> str:
    """What the deliveries of an endpoint name as their source."""
    return f"{WEBHOOK}:{name}"


def type_of(event: Event, subject: Subject) -> str:
    """The type of a message: of the subject, the event and, if it moved, the action."""
    action = f".{event.action}" if event.name == MOVED and event.action else ""
    return f"{subject.type}.{event.name}{action}"


def types_of(given: Iterable[str], assembly: Assembly) -> tuple[str, ...]:
    """Read what an endpoint wants to hear: each names something that can happen in the tenant.

    Raises:
        Refused: [input.unfit] no list of texts; [webhook.no_types]; [webhook.unknown_type] all at
            once, with a did-you-mean.
    """
    named = tuple([given] if isinstance(given, str) or not isinstance(given, Iterable) else given)
    if not all(isinstance(one, str) for one in named):
        raise unfit("types", given, "a list of types of events, or *")
    wanted = tuple(dict.fromkeys(named))
    if not wanted:
        text = "Nothing to hear is named. To hear all, give *; else types such as {known}."
        params = {"known": ", ".join([*assembly.lifecycles][:3])}
        raise Refused([Problem("webhook.no_types", text, "types", params=params)])
    known = {EVERYTHING, *_known(assembly)}
    text = "There is no event type “{given}”. To hear of something, give: {nearest}."
    problems = [
        Problem(
            "webhook.unknown_type",
            text,
            f"types[{index}]",
            params={
                "given": shown(one),
                "nearest": nearest(shown(one), known, otherwise=", ".join(assembly.lifecycles)),
            },
        )
        for index, one in enumerate(wanted)
        if one not in known
    ]
    if problems:
        raise Refused(problems)
    return wanted


def _known(assembly: Assembly) -> Iterable[str]:
    for type, merged in assembly.lifecycles.items():
        yield type
        yield from (f"{type}.{name}" for name in events.NAMES)
        for action in merged.lifecycle.all_actions:
            yield f"{type}.{MOVED}.{action.name}"
