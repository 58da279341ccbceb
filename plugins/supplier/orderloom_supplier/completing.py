"""Confirming a delivery, and disputing it.

Source: Order Ez, order status (completed, in dispute), systems.md 1.2 and 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from orderloom import Edit, Order, Problem, Reading, RecordQuantity, SetOrder
from orderloom_supplier.accepting import unknown_line
from orderloom_supplier.records import RECEIVED, accepted_of, progress


@attrs.frozen(kw_only=True)
class CompleteOptions:
    """Options of the action `complete`; up to three images and an invoice go with it.

    Attributes:
        note: about the delivery.
        exclude: positions of lines that did not arrive.
        action_needed: ask to look into it, although it is completed; resolving a dispute clears
            it.
    """

    note: str = attrs.field(default="", metadata={"help": "About the delivery."})
    exclude: tuple[int, ...] = attrs.field(
        default=(), metadata={"help": "A line that did not arrive; repeat for more."}
    )
    action_needed: bool = attrs.field(
        default=False, metadata={"help": "Ask to look into it all the same."}
    )


@attrs.frozen(kw_only=True)
class DisputeOptions:
    """Options of the action `dispute`; up to three images go with it.

    Attributes:
        note: what is wrong; the supplier is mailed it.
    """

    note: str = attrs.field(default="", metadata={"help": "What is wrong, for the supplier."})


@attrs.frozen(kw_only=True)
class DeclineOptions:
    """Options of the action `decline`.

    Attributes:
        note: why, for the outlet.
    """

    note: str = attrs.field(default="", metadata={"help": "Why, for the outlet."})


def complete_edits(order: Order, options: CompleteOptions, reading: Reading) -> Iterator[Edit]:
    """What was accepted of each line has arrived, save for the lines that are excluded."""
    accepted = accepted_of(order)
    for line in order.lines:
        if accepted[line.id] and line.position not in options.exclude:
            yield RecordQuantity(line.id, RECEIVED, accepted[line.id])
    known, today = progress(order), reading.today
    yield SetOrder(data=attrs.evolve(known, received_on=today, action_needed=options.action_needed))


def complete_problems(order: Order, options: CompleteOptions) -> Iterator[Problem]:
    """Why this is no delivery."""
    lines = {line.position: line for line in order.lines}
    for index, position in enumerate(options.exclude):
        if position not in lines:
            yield unknown_line(position, lines, f"exclude[{index}]")
    accepted = accepted_of(order)
    delivered = {line.position for line in order.lines if accepted[line.id]}
    if delivered <= set(options.exclude):
        text = (
            "No line would have arrived. To complete the order, leave at least one in; if nothing "
            "came, abandon it."
        )
        yield Problem("supplier.complete.nothing_received", text, "exclude")


def dispute_edits(order: Order, options: DisputeOptions) -> Iterator[Edit]:
    """Count the dispute."""
    known = progress(order)
    yield SetOrder(data=attrs.evolve(known, disputes=known.disputes + 1))


def resolve_edits(order: Order, options: None) -> Iterator[Edit]:
    """Nothing has to be looked into any more."""
    known = progress(order)
    if known.action_needed:
        yield SetOrder(data=attrs.evolve(known, action_needed=False))
