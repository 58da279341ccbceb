"""Timers: actions that happen by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.checks import name_problems, refuse_if_any


@attrs.frozen
class Timer:
    """An action that happens by itself when a subject has rested long enough.

    The worker runs it, as a named system actor and through the desk like any other action.

    Attributes:
        name: unique in the lifecycle.
        action: name of the action it fires; it is fired without options.
        source: the status whose entry starts the clock; leaving it stops the clock. Of the facet
            if the action moves one, else of the subject.
        after: how long after entering `source`; whole seconds, more than none.

    Raises:
        Refused: [lifecycle.name, lifecycle.after].
    """

    name: str
    action: str = attrs.field(kw_only=True)
    source: str = attrs.field(kw_only=True)
    after: timedelta = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        refuse_if_any(self._problems())

    def _problems(self) -> Iterator[Problem]:
        yield from name_problems("timer", self.name)
        yield from name_problems("action", self.action, field="action")
        yield from name_problems("status", self.source, field="source")
        if self.after <= timedelta(0) or self.after.microseconds:
            yield Problem(
                "lifecycle.after",
                "Timer {name} must wait some whole seconds. To declare it, give `after` a "
                "timedelta of at least one second.",
                "after",
                params={"name": self.name},
            )
