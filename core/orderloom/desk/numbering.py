"""Drawing human numbers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Final

from orderloom.decide import Decision
from orderloom.desk.context import Context
from orderloom.modules.contributions import Series
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.store import numbering
from orderloom.values.changing import changer

_LONGEST: Final = 40  # leaves 24 of a number's characters to the rest of its pattern
_DIGITS: Final = 12


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


def spelled(seller: str) -> str:
    """How a number names a seller: by his id, in which upper and lower case differ.

    Numbers are printed, typed and kept in 64 characters, so an id that is long, or that has other
    signs than ASCII's, is cut to a readable beginning, with a digest of the whole behind it.
    """
    if len(seller) <= _LONGEST and seller.isascii():
        return seller
    plain = unicodedata.normalize("NFKD", seller).encode("ascii", "ignore").decode("ascii")
    digest = sha256(seller.encode()).hexdigest()[:_DIGITS]
    return f"{plain[: _LONGEST - _DIGITS - 1]}~{digest}"


def _seller(subject: Subject) -> str:
    seller = subject.seller if isinstance(subject, Order) else None
    return "" if seller is None else spelled(seller.id)


def _period(series: Series, subject: Subject, context: Context) -> str:
    seller = _seller(subject) if series.per_seller else ""
    parts = (
        str(context.today.year) if series.yearly else "",
        subject.project if series.per_project else "",
        f"@{seller}" if seller else "",  # no key of a project has this sign
    )
    return "/".join(part for part in parts if part)


def _written(series: Series, seq: int, subject: Subject, context: Context) -> str:
    project = context.project(subject.project) if subject.project else None
    prefix = project.prefix if project else ""
    seller = _seller(subject)
    return series.pattern.format(
        prefix=prefix, seller=f"{seller}-" if seller else "", year=context.today.year, seq=seq
    )
