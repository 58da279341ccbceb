"""Reopening an order: its options, and what becomes of lines somebody else has covered since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from orderloom import Edit, Order, Problem, SetLine
from orderloom_procurement.records import need_of


@attrs.frozen(kw_only=True)
class ReopenOptions:
    """Options of the action `reopen`.

    Attributes:
        excess: its lines are meant even if they are more than is still needed.
    """

    excess: bool = attrs.field(
        default=False, metadata={"help": "Order its lines even beyond what is still needed."}
    )


def reopen_edits(order: Order, options: ReopenOptions) -> Iterator[Edit]:
    """Mark the lines that cover needs as deliberate excess, if that is meant."""
    if not options.excess:
        return
    for line in order.lines:
        covers = need_of(line)
        if covers and not covers.excess:
            yield SetLine(line=line.id, data=attrs.evolve(covers, excess=True))


def with_remedy(problems: Iterable[Problem], options: ReopenOptions | None) -> Iterator[Problem]:
    """The problems of lines on reopening, where the order itself cannot be edited yet.

    Args:
        problems: of its lines.
        options: None when nobody has chosen yet; then it could still be a deliberate excess.
    """
    text = (
        "Line {position} ({name}) asks for {asked} {unit} more, but only {left} of "
        "{needed} {unit} are still needed. To reopen it, raise the need, take it off other "
        "orders, or reopen it as a deliberate excess (--excess)."
    )
    for problem in problems:
        if problem.code != "procurement.need.exceeded":
            yield problem
        elif options is not None:
            yield attrs.evolve(problem, template=text)
