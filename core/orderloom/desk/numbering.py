"""Drawing human numbers."""

from __future__ import annotations

import attrs

from orderloom.decide import Decision
from orderloom.desk.context import Context
from orderloom.modules.contributions import Series
from orderloom.orders.subject import Subject
from orderloom.store import numbering


def numbered(decision: Decision, context: Context) -> Subject:
    """The subject a decision leaves, with its number drawn if one is due.

    Raises:
        Refused, Forbidden: what speaks against the decision.
    """
    after = decision.subject()
    if decision.series is None:
        return after
    return attrs.evolve(after, number=_drawn(decision.series, after, context))


def _drawn(series: Series, subject: Subject, context: Context) -> str:
    year = context.today.year
    project = context.project(subject.project) if subject.project else None
    parts = (
        str(year) if series.yearly else "",
        subject.project if series.per_project else "",
    )
    period = "/".join(part for part in parts if part)
    seq = numbering.draw(context.connection, context.tenant.key, series.key, period)
    prefix = project.prefix if project else ""
    return series.pattern.format(prefix=prefix, year=year, seq=seq)
