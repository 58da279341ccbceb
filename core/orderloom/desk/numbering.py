"""Drawing human numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import count
from typing import Final

from orderloom.decide import Decision
from orderloom.desk.context import Context
from orderloom.modules.contributions import Series
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.store import numbering
from orderloom.values.changing import changer


def numbered(decisions: Sequence[Decision], context: Context) -> list[Subject]:
    """The subjects some decisions leave, in order, with their numbers drawn where one is due.

    Raises:
        Refused, Forbidden: what speaks against one of the decisions; nothing was drawn.
    """
    subjects = [decision.subject() for decision in decisions]
    due = [decision.series for decision in decisions]
    periods = [
        None if series is None else (series.key, _period(series, subject, context))
        for series, subject in zip(due, subjects, strict=True)
    ]
    drawn = {
        one: count(numbering.draw(context.connection, context.tenant.key, *one, many))
        for one, many in sorted(Counter(filter(None, periods)).items())
    }
    return [
        subject
        if series is None or period is None
        else _numbered[type(subject)](
            subject, _written(series, next(drawn[period]), subject, context)
        )
        for series, period, subject in zip(due, periods, subjects, strict=True)
    ]


_numbered: Final = {cls: changer(cls, "number") for cls in (Subject, Order)}


def _period(series: Series, subject: Subject, context: Context) -> str:
    parts = (
        str(context.today.year) if series.yearly else "",
        subject.project if series.per_project else "",
    )
    return "/".join(part for part in parts if part)


def _written(series: Series, seq: int, subject: Subject, context: Context) -> str:
    project = context.project(subject.project) if subject.project else None
    prefix = project.prefix if project else ""
    return series.pattern.format(prefix=prefix, year=context.today.year, seq=seq)
