"""What a request says, and what its answer to "who provides, who pays" asks for in approvals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import attrs

from orderloom import Problem, Refused, Subject, date_of, module_data, nearest, positive, text_of
from orderloom_procurement.records import area_of, day_of, department_of, specs_of

REQUEST = "procurement.request"

HOUSE, ARTIST, NOT_APPLICABLE = "house", "artist", "not_applicable"
_ANSWERS = (HOUSE, ARTIST, NOT_APPLICABLE)
_ALSO = {"na": NOT_APPLICABLE, "n/a": NOT_APPLICABLE}

ADVANCE, RESOURCE, NONE = "advance", "resource", "none"

NEEDS_ADVANCE, NEEDS_RESOURCE = "needs_advance", "needs_resource"
APPROVED, DENIED, INFORMATIONAL = "approved", "denied", "informational"
STATUSES = {
    NEEDS_ADVANCE: "Needs Advance Approval",
    NEEDS_RESOURCE: "Needs Resource Approval",
    APPROVED: "Approved",
    DENIED: "Denied",
    INFORMATIONAL: "No Approval Needed",
}


def _answer(raw: str, field: str) -> str:
    text = text_of(raw, field).casefold().replace(" ", "_")
    answer = _ALSO.get(text, text)
    if answer in _ANSWERS:
        return answer
    template = "“{given}” is no answer here. To give one, use: {known}."
    known = nearest(answer, _ANSWERS, otherwise=", ".join(_ANSWERS))
    params = {"given": text, "known": known}
    raise Refused([Problem("procurement.request.answer", template, field, params=params)])


def provider_of(raw: str) -> str:
    """Who brings or supplies it: HOUSE, ARTIST or NOT_APPLICABLE."""
    return _answer(raw, "provider")


def payor_of(raw: str) -> str:
    """Who pays for what the house provides: one of the same three; "" where nobody is asked."""
    return "" if raw == "" else _answer(raw, "payor")


def asked_of(raw: object) -> Decimal:
    """How much is asked for: more than 0."""
    return positive(raw, "quantity")


def last_day_of(raw: date | str | None) -> date | None:
    """The last day it is needed, or None."""
    return None if raw in (None, "") else date_of(raw, "needed_until")


def requester_of(raw: object) -> str:
    """The id of the party it is for, or ""."""
    return text_of(raw, "requester", required=False)


def notes_of(raw: object) -> str:
    """Whatever else there is to say, or ""."""
    return text_of(raw, "notes", longest=5000, multiline=True, required=False)


@module_data("procurement", v=1)
@attrs.frozen(kw_only=True)
class RequestData:
    """What is asked for; the name of it is the title of the subject.

    Attributes:
        department: whose managers decide about it (BackOps: "module").
        area: the place in the project, "" for the project as a whole.
        specs: pairs of label and text: whatever the department asks beside these fields.
        quantity: > 0, in `unit`.
        unit: UN/CEFACT Rec 20 code or a unit of the tenant's own.
        needed_by, needed_until: business days in the tenant's zone; the first and the last.
        provider: who brings or supplies it.
        payor: who pays; stated only for what the house provides.
        requester: party of the directory it is for (BackOps: "collaborator"), "" for none.
        product: of the directory, "" for none.
        notes: free text.

    Raises:
        Refused: [procurement.request.payor], [procurement.request.days] the fields contradict
            each other; [procurement.request.answer], [decimal.*], [text.*], [date.*] one is wrong.

    Source: BackOps, production advance response (provider and payor).
    """

    department: str = attrs.field(converter=department_of)
    area: str = attrs.field(default="", converter=area_of)
    specs: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=specs_of)
    quantity: Decimal = attrs.field(converter=asked_of)
    unit: str = "C62"
    needed_by: date | None = attrs.field(default=None, converter=day_of)
    needed_until: date | None = attrs.field(default=None, converter=last_day_of)
    provider: str = attrs.field(converter=provider_of)
    payor: str = attrs.field(default="", converter=payor_of)
    requester: str = attrs.field(default="", converter=requester_of)
    product: str = ""
    notes: str = attrs.field(default="", converter=notes_of)

    def __attrs_post_init__(self) -> None:
        problems = [*payor_problems(self.provider, self.payor)]
        if self.needed_by and self.needed_until and self.needed_until < self.needed_by:
            text = "{last} is before {first}. To set the days, give the first one first."
            params = {"first": self.needed_by, "last": self.needed_until}
            problems.append(
                Problem("procurement.request.days", text, "needed_until", params=params)
            )
        if problems:
            raise Refused(problems)


def payor_problems(provider: str, payor: str) -> tuple[Problem, ...]:
    """What is wrong with who pays, given who provides."""
    if provider == HOUSE and not payor:
        text = (
            "Who pays is missing. To ask the house for it, name the payor: house, artist, or "
            "not_applicable for what is there anyway."
        )
    elif provider != HOUSE and payor in (HOUSE, ARTIST):
        text = "Only what the house provides has a payor. To go on, leave the payor empty."
    else:
        return ()
    return (Problem("procurement.request.payor", text, "payor"),)


@module_data("procurement.link", v=1)
@attrs.frozen
class LinkData:
    """The need that will fulfil a request; None after it was unlinked."""

    need: UUID | None = None


@module_data("procurement.denial", v=1)
@attrs.frozen
class DenialData:
    """At which step a request was denied last (ADVANCE or RESOURCE), and why."""

    step: str = ""
    reason: str = ""


def approval_of(data: RequestData) -> str:
    """Which approval a request asks for: ADVANCE (one step), RESOURCE (two steps) or NONE.

    Source: BackOps, approvals (how approval types are determined).
    """
    if data.provider == ARTIST:
        return ADVANCE
    if data.provider == HOUSE and data.payor in (HOUSE, ARTIST):
        return RESOURCE
    return NONE


def linked_to(request: Subject) -> UUID | None:
    """The need a request is linked to."""
    link = request.data.get(LinkData)
    return link.need if link else None


def denied_at(request: Subject) -> str:
    """The step a denied request was denied at, "" for any other."""
    denial = request.data.get(DenialData)
    return denial.step if denial and request.status == DENIED else ""


@attrs.frozen
class Approvals:
    """Both approvals of a request as its row shows them.

    Attributes:
        advance, resource: "Not needed", "Needed", "Waiting" (for the other), "Approved", "Denied".
    """

    advance: str
    resource: str


def approvals(kind: str, status: str, denied: str) -> Approvals:
    """How the two approvals of a request stand.

    Args:
        kind: ADVANCE, RESOURCE or NONE.
        status: of the request.
        denied: the step it was denied at.

    Source: BackOps, requests ("each request row shows the current status of").
    """
    spare = "Not needed"
    if kind == NONE:
        return Approvals(spare, spare)
    if status == DENIED:
        if denied == RESOURCE:
            return Approvals("Approved", "Denied")
        return Approvals("Denied", spare)
    advance = "Needed" if status == NEEDS_ADVANCE else "Approved"
    if kind == ADVANCE:
        return Approvals(advance, spare)
    waiting = {NEEDS_ADVANCE: "Waiting", NEEDS_RESOURCE: "Needed"}
    return Approvals(advance, waiting.get(status, "Approved"))
