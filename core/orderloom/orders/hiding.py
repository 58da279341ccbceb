"""Orders, events and approvals without what somebody may not see.

What is hidden is absent, never nought: it is not among the keys of the JSON, and sums read
“hidden”.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import attrs

from orderloom.errors import Figure, Problem
from orderloom.orders.approvals import ApprovalRequest, Requirement, Vote
from orderloom.orders.events import Event
from orderloom.orders.hidden import HIDDEN, PRICES, hidden_data
from orderloom.orders.listed import Listed
from orderloom.orders.order import HIDDEN_TOTALS, NOWHERE, LineItem, Order
from orderloom.orders.subject import Subject
from orderloom.values.changing import changer

S = TypeVar("S", bound=Subject)

Plain = dict[str, Any]

#: What PRICES are, by the names of the fields.
_OF_ORDER: Final = ("totals", "adjustments")
_OF_ROW: Final = ("total", "priced")
_OF_LINE: Final = ("price", "price_source", "total", "tax", "tax_amount")
_NAMED: Final = {"line", "name"}  # of a line, in what was changed of it
_NOTE: Final = "note"  # what an action calls the option that is one (`orders.notes`)
#: Facts of a body that tell nothing of amounts; and those among what it says of approvals.
_SAID: Final = frozenset(("facet", "number", "mapped", "type", "document", "revision"))
_ASKED: Final = frozenset(
    (
        "request", "state", "requester", "action", "vote", "votes", "open", "asks", "escalated",
        "held_by",
    )
)  # fmt: skip

_unpriced: Final = changer(LineItem, *_OF_LINE, "data")
_hidden: Final = changer(Order, "lines", "adjustments", "totals", "data", "hidden")


def masked(subject: S, hidden: tuple[str, ...]) -> S:
    """A subject without what is hidden; itself if nothing is, or if it is no order.

    Args:
        subject: whole.
        hidden: PRICES, "data.<key>" …
    """
    if not hidden or not isinstance(subject, Order):
        return subject
    keys, prices = hidden_data(hidden), PRICES in hidden
    lines = tuple(_masked_line(line, keys, prices=prices) for line in subject.lines)
    adjustments = () if prices else subject.adjustments
    totals = HIDDEN_TOTALS if prices else subject.totals
    made = _hidden(subject, lines, adjustments, totals, subject.data.without(keys), hidden)
    return cast(S, made)


def _masked_line(line: LineItem, keys: frozenset[str], *, prices: bool) -> LineItem:
    data = line.data.without(keys) if line.data.texts else line.data
    if prices:
        made: LineItem = _unpriced(line, None, NOWHERE, None, None, None, data)
        return made
    return attrs.evolve(line, data=data)


def masked_row(item: Listed, hidden: tuple[str, ...], fields: frozenset[str]) -> Listed:
    """A row of a list without what is hidden.

    Args:
        item: whole.
        hidden: as of `masked`.
        fields: keys of the indexed fields that tell of it.
    """
    if not hidden:
        return item
    kept = tuple((key, value) for key, value in item.fields if key not in fields)
    if PRICES not in hidden:
        return attrs.evolve(item, fields=kept, hidden=hidden)
    return attrs.evolve(item, total=None, priced=0, fields=kept, hidden=hidden)


def masked_event(event: Event, hidden: tuple[str, ...]) -> Event:
    """An event without what is hidden.

    Of its body only what is known to tell nothing of it stays: of the options of an action the
    note, since any other may be an amount, and nothing of what limits saw or of files, whose kinds
    may show it (`Attaches.shows`). The links of the chain and digests of approved content are left
    out: whoever has all the rest of the text that such a hash covers could try prices until it
    fits.
    """
    if not hidden:
        return event
    keys, prices = hidden_data(hidden), PRICES in hidden
    body = _of(event.body, _SAID)
    told = {
        "options": _note_of(event.body.get("options")),
        "changes": _masked_changes(event.body.get("changes", {}), keys, prices=prices),
        "approval": _of(event.body.get("approval", {}), _ASKED),
    }
    body |= {name: value for name, value in told.items() if value}
    record = event.record and masked_record(event.record, hidden)
    return attrs.evolve(event, body=body, record=record, previous="", hash="", hidden=hidden)


def _of(facts: Plain, names: frozenset[str]) -> Plain:
    return {name: value for name, value in facts.items() if name in names}


def _note_of(options: Any) -> Plain:
    given = options if isinstance(options, dict) else {}
    return {_NOTE: given[_NOTE]} if isinstance(given.get(_NOTE), str) else {}


def masked_record(record: Plain, hidden: tuple[str, ...]) -> Plain:
    """An order or a row of a list, JSON-ready, without the keys of what is hidden."""
    keys, prices = hidden_data(hidden), PRICES in hidden
    made = _without(record, (*_OF_ORDER, *_OF_ROW) if prices else (), keys)
    if isinstance(made.get("lines"), list):
        gone = _OF_LINE if prices else ()
        made["lines"] = [_without(line, gone, keys) for line in made["lines"]]
    return made


def _without(plain: Plain, names: tuple[str, ...], keys: frozenset[str]) -> Plain:
    made = {name: value for name, value in plain.items() if name not in names}
    if "data" in made:
        made["data"] = {key: value for key, value in made["data"].items() if key not in keys}
    return made


def _masked_changes(changes: Plain, keys: frozenset[str], *, prices: bool) -> Plain:
    made = _shown(changes, _OF_ORDER if prices else (), keys)
    if "lines_changed" in made:
        gone = _OF_LINE if prices else ()
        lines = [_shown(line, gone, keys) for line in made["lines_changed"]]
        made["lines_changed"] = [line for line in lines if set(line) - _NAMED]
    return {name: value for name, value in made.items() if value or name != "lines_changed"}


def _shown(changes: Plain, names: tuple[str, ...], keys: frozenset[str]) -> Plain:
    """Changes by name; those of module data are named "<key>.<field>"."""
    hidden = tuple(f"{key}." for key in keys)
    return {
        name: value
        for name, value in changes.items()
        if name not in names and not name.startswith(hidden or ("\0",))
    }


# ── approvals and problems ─────────────────────────────────────────────────────────────────


def masked_problem(problem: Problem) -> Problem:
    """A problem without the amounts it tells."""
    if not problem.tells_figures:
        return problem
    params = [
        (name, str(HIDDEN) if isinstance(value, Figure) else value)
        for name, value in problem.params
    ]
    return attrs.evolve(problem, params=params)


def masked_request(request: ApprovalRequest, hidden: tuple[str, ...]) -> ApprovalRequest:
    """A request for approvals without amounts: who asked whom for what stays.

    Its reasons were stored as texts, so that what they say beside amounts goes, too.
    """
    if not hidden:
        return request
    return attrs.evolve(
        request,
        options=_note_of(request.options) or None,
        requirements=tuple(map(_masked_requirement, request.requirements)),
        votes=tuple(map(_masked_vote, request.votes)),
        amount=None,
        held_by=tuple(map(_unsaid, request.held_by)),
    )


def _masked_requirement(requirement: Requirement) -> Requirement:
    return attrs.evolve(requirement, why=_unsaid(requirement.why))


def _masked_vote(vote: Vote) -> Vote:
    return attrs.evolve(vote, bound={})


def _unsaid(problem: Problem) -> Problem:
    text = "What it says is hidden from you ({code}). To read it, ask somebody who sees prices."
    return Problem(problem.code, text, params={"code": problem.code}, module=problem.module)
