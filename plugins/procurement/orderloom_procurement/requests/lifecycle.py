"""The lifecycle of requests: one action for each step, so that nobody takes the wrong one.

Source: BackOps, approvals (roles and flow), with the moves decided in docs/concepts/requests.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import attrs

from orderloom import EVERYONE, START, Action, Edit, Lifecycle, SetOrder, Status, Subject, text_of
from orderloom_procurement.requests.records import (
    ADVANCE,
    APPROVED,
    DENIED,
    INFORMATIONAL,
    NEEDS_ADVANCE,
    NEEDS_RESOURCE,
    NONE,
    REQUEST,
    RESOURCE,
    STATUSES,
    DenialData,
    LinkData,
    RequestData,
    approval_of,
    linked_to,
)
from orderloom_procurement.rights import MANAGE_NEEDS

SUBMIT = "procurement.request.submit"
APPROVE_ADVANCE = "procurement.request.approve_advance"
APPROVE_RESOURCE = "procurement.request.approve_resource"


def _reason(raw: str) -> str:
    return text_of(raw, "reason", longest=2000, multiline=True)


@attrs.frozen(kw_only=True)
class DenyOptions:
    """Options of `deny_advance` and `deny_resource`.

    Attributes:
        reason: why; shown with the request from then on.
    """

    reason: str = attrs.field(converter=_reason)


@attrs.frozen(kw_only=True)
class LinkOptions:
    """Options of the action `link`.

    Attributes:
        need: id of the need that will fulfil it.
    """

    need: UUID


def after_advance(request: Subject, options: object) -> str:
    """What the house is to source needs a second approval."""
    return NEEDS_RESOURCE if approval_of(request.data[RequestData]) == RESOURCE else APPROVED


def by_answer(request: Subject, options: object) -> str:
    """What nobody has to approve bypasses both approvals."""
    return INFORMATIONAL if approval_of(request.data[RequestData]) == NONE else NEEDS_ADVANCE


def advance_denial(request: Subject, options: DenyOptions) -> Iterator[Edit]:
    """Keep that it was denied at the first step."""
    yield SetOrder(data=DenialData(ADVANCE, options.reason))


def resource_denial(request: Subject, options: DenyOptions) -> Iterator[Edit]:
    """Keep that it was denied at the second step."""
    yield SetOrder(data=DenialData(RESOURCE, options.reason))


def link_edits(request: Subject, options: LinkOptions) -> Iterator[Edit]:
    """Name the need."""
    yield SetOrder(data=LinkData(options.need))


def unlink_edits(request: Subject, options: object) -> Iterator[Edit]:
    """Name no need any more."""
    if linked_to(request) is not None:
        yield SetOrder(data=LinkData())


REQUESTS = Lifecycle(
    REQUEST,
    statuses=(
        Status(
            NEEDS_ADVANCE,
            STATUSES[NEEDS_ADVANCE],
            stage="waiting",
            editable_by={EVERYONE},
            deletable=True,
        ),
        Status(NEEDS_RESOURCE, STATUSES[NEEDS_RESOURCE], stage="waiting", deletable=True),
        Status(APPROVED, STATUSES[APPROVED], stage="done", final=True, deletable=True),
        Status(DENIED, STATUSES[DENIED], stage="dropped", final=True, deletable=True),
        Status(
            INFORMATIONAL,
            STATUSES[INFORMATIONAL],
            stage="done",
            final=True,
            editable_by={EVERYONE},
            deletable=True,
        ),
    ),
    actions=(
        Action("place", source=START, target=NEEDS_ADVANCE, permission=SUBMIT),
        Action(
            "approve_advance",
            source=NEEDS_ADVANCE,
            target=(NEEDS_RESOURCE, APPROVED),
            route=after_advance,
            permission=APPROVE_ADVANCE,
        ),
        Action(
            "approve_resource",
            source=NEEDS_RESOURCE,
            target=APPROVED,
            permission=APPROVE_RESOURCE,
        ),
        Action(
            "deny_advance",
            source=NEEDS_ADVANCE,
            target=DENIED,
            permission=APPROVE_ADVANCE,
            options=DenyOptions,
            edits=advance_denial,
        ),
        Action(
            "deny_resource",
            source=NEEDS_RESOURCE,
            target=DENIED,
            permission=APPROVE_RESOURCE,
            options=DenyOptions,
            edits=resource_denial,
        ),
        Action(
            "link",
            source=APPROVED,
            target=APPROVED,
            permission=MANAGE_NEEDS,
            options=LinkOptions,
            edits=link_edits,
        ),
        Action(
            "unlink", source=APPROVED, target=APPROVED, permission=MANAGE_NEEDS, edits=unlink_edits
        ),
        Action(
            "reopen",
            source=(NEEDS_RESOURCE, APPROVED, DENIED),
            target=NEEDS_ADVANCE,
            permission=SUBMIT,
            edits=unlink_edits,
        ),
        Action(
            "triage",
            source=(NEEDS_ADVANCE, INFORMATIONAL),
            target=(NEEDS_ADVANCE, INFORMATIONAL),
            route=by_answer,
            permission=SUBMIT,
        ),
    ),
)
