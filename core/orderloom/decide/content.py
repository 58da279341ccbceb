"""The content a command would leave: edits, prices, and what the modules say of it."""

from __future__ import annotations

from collections.abc import Iterable

from orderloom.decide.guarding import check_edits
from orderloom.decide.pricing import priced
from orderloom.decide.step import Step
from orderloom.orders.commands import Edit
from orderloom.orders.editing import apply_edits
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject


def content(step: Step, before: Subject | None, after: Subject) -> Subject:
    """Price an order and let the modules check the new content.

    They see it only if the input could be read: a check of half an order misleads.
    """
    if step.unreadable:
        return after
    if isinstance(after, Order):
        after = priced(after, step.assembly, step.reading, step.make.gather)
    _check(step, before, after)
    return after


def edited(step: Step, before: Subject, edits: Iterable[Edit]) -> Subject:
    """The content after edits; whoever hands it to others needs the right there, too.

    Without it he is not told what the modules would say of it there.
    """
    asked = tuple(edits)
    check_edits(step, before, asked)
    after = apply_edits(step.make, before, asked)
    if not step.unreadable and not step.right_there(after):
        return before
    return content(step, before, after)


def brought_back(step: Step, subject: Subject) -> Subject:
    """Content as it was, prices and all, checked as if it were new."""
    if not step.unreadable:
        _check(step, None, subject)
    return subject


def _check(step: Step, before: Subject | None, after: Subject) -> None:
    if not isinstance(after, Order):
        step.check("check_subject", subject=after, before=before)
        return
    old = {line.id: line for line in before.lines} if isinstance(before, Order) else {}
    changed = [
        {"line": line, "before": known}
        for line in after.lines
        for known in (old.get(line.id),)
        if known is None or (known is not line and known != line)
    ]
    step.check_each("check_line", changed, order=after)
    step.check("check_order", order=after, before=before)
