"""Which `on_*` hooks a written command runs, in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderloom.decide import Decision
from orderloom.modules import Assembly
from orderloom.modules.contributions import Writing
from orderloom.orders.commands import Delete, Restore
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject

_CONTENT = (
    "title",
    "project",
    "buyer",
    "seller",
    "lines",
    "adjustments",
    "delivery",
    "bill_to",
    "remarks",
    "data",
)


def run_hooks(decision: Decision, after: Subject, assembly: Assembly, writing: Writing) -> None:
    """Run the hooks of one command: content first, then status.

    Of what waits for approvals the modules hear once it is so.
    """
    before, approval = decision.before, decision.approval
    if approval is not None:
        if not approval.heard:
            return
        before = approval.since

    def run(hook: str, **args: Any) -> None:
        assembly.dispatcher.run(hook, type=after.type, writing=writing, **args)

    if isinstance(decision.command, Delete | Restore):
        if isinstance(after, Order):
            run("on_order_deleted", order=after)
        else:
            run("on_subject_edited", before=before, subject=after)
        return
    if isinstance(after, Order):
        _order_hooks(before, after, run)
    elif before is None:
        run("on_subject_placed", subject=after)
    elif before.data != after.data or before.title != after.title:
        run("on_subject_edited", before=before, subject=after)
    if decision.action is not None and before is not None:
        run(
            "on_status_changed",
            before=before,
            subject=after,
            action=decision.action,
            options=decision.options,
        )


def _order_hooks(before: Subject | None, order: Order, run: Callable[..., None]) -> None:
    if before is None:
        run("on_order_placed", order=order)
        run("on_lines_changed", before=None, order=order)
        return
    assert isinstance(before, Order)
    if any(getattr(order, name) != getattr(before, name) for name in _CONTENT):
        run("on_order_edited", before=before, order=order)
    if order.lines != before.lines:
        run("on_lines_changed", before=before, order=order)
