"""What a person is told of something that waits for approval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orderloom.decide import approver_named

if TYPE_CHECKING:
    from orderloom.desk import Reader
    from orderloom.orders.approvals import ApprovalRequest
    from orderloom.orders.subject import Subject


def request_of(reader: Reader, subject: Subject) -> ApprovalRequest | None:
    """What a subject waits for now, None if it does not wait."""
    merged = reader.assembly.lifecycles.get(subject.type)
    if merged is None or subject.status not in merged.lifecycle.waiting:
        return None
    return reader.approval(subject)


def waiting_lines(request: ApprovalRequest | None) -> Iterator[str]:
    """Whom it waits for and why, or what is in the way of what is approved."""
    if request is None or request.state != "waiting":
        return
    for one in request.due():
        who = approver_named(one.requirement)
        yield f"It waits for the approval of {who}: {one.requirement.why.message}"
    for problem in request.held_by:
        yield f"It is approved and still waits: {problem.message}"
