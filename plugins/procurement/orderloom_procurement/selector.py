"""The free status selector: any status by hand, where a setting permits it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from orderloom import Order, Problem, Reading, Refused, nearest
from orderloom_procurement.settings import ProcurementSettings

STATUSES = ("draft", "sent", "fulfilled", "canceled")


def _status(raw: str) -> str:
    if raw in STATUSES:
        return raw
    text = "There is no status {status}. To set it, use: {known}."
    params = {"status": raw, "known": nearest(raw, STATUSES, otherwise=", ".join(STATUSES))}
    raise Refused([Problem("procurement.status.unknown", text, "status", params=params)])


@attrs.frozen(kw_only=True)
class SetStatus:
    """Options of the action `set_status`.

    Attributes:
        status: where to: draft, sent, fulfilled or canceled.
    """

    status: str = attrs.field(converter=_status)


def chosen_status(order: Order, options: SetStatus | None) -> str:
    """The target of `set_status`; where the order is, as long as nobody has chosen."""
    return order.status if options is None else options.status


def selector_problems(
    order: Order, options: SetStatus | None, reading: Reading
) -> Iterator[Problem]:
    """Why the status may not be set by hand.

    Source: BackOps, orders (status selector), completed in systems.md 0.3.
    """
    if not reading.settings(ProcurementSettings).free_status_selector:
        text = (
            "The status cannot be set by hand here. To move the order, use its actions; to allow "
            "it, an admin switches the setting free_status_selector on."
        )
        yield Problem("procurement.status.not_free", text, "status", lifted_by="an admin")
    elif options is not None and options.status == order.status:
        text = "It is {status} already. To set its status, choose another one."
        params = {"status": reading.status(order).title}
        yield Problem("procurement.status.same", text, "status", params=params)
