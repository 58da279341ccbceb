"""Who did what when, as it is shown of orders and of whatever else has a history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from orderloom.cli.printing import cell
from orderloom.cli.session import Session
from orderloom.cli.titles import status_titles

if TYPE_CHECKING:
    from orderloom.desk import Reader
    from orderloom.orders.events import Event
    from orderloom.orders.subject import Subject

#: Shown below the event, or as its title.
_APART = (
    "changes", "options", "mapped", "document", "files", "file_names", "gate", "approval",
    "what", "id", "created", "changed", "more",
)  # fmt: skip
_NAMED = ("line", "name", "price_source")  # of a changed line
_MOVED = ("status", "facets", "number")  # what the title of a move says already


def show_history(session: Session, reader: Reader, subject: Subject, *, since: int = 0) -> None:
    """Show who did what when to a subject, and what changed.

    Args:
        session: of the command.
        reader: in which the subject was read.
        subject: an order, a need, a request …
        since: only events after this one.
    """
    events = reader.history(subject, since=since)
    if session.json:
        session.show(events)
        return
    titles = status_titles(reader, subject.type)
    for event in events:
        when = cell(session.local(event.at))
        session.say(f"{event.seq}  {when}  {event.actor or '–'}  {_what(event, titles)}")
        for line in _details(event):
            session.say(f"     {line}")


def _what(event: Event, titles: dict[str, str]) -> str:
    """The event in a few words: “send: Draft → Sent, number RFQ-7”."""
    source, target = (titles.get(name, name) for name in (event.source, event.target))
    words = event.action or ("created" if event.body.get("created") else event.name)
    if event.target:
        words += f": {source} → {target}" if event.source else f": {target}"
    if what := event.body.get("what"):  # of the tenant
        words += f": {what} {event.body.get('id', '')}".rstrip()
    words += _approval(event.body.get("approval"))
    facts = [
        f"{name} {cell(value)}"
        for name, value in event.body.items()
        if name not in _APART and value != []
    ]
    return ", ".join((words, *facts))


def _approval(said: dict[str, Any] | None) -> str:
    """What an event says of approvals: “ (waits, asked by ann)”."""
    if said is None:
        return ""
    votes = [
        voter if voter == whose else f"{voter} for {whose}"
        for voter, whose in said.get("votes", ())
    ]
    parts = [f"asked by {said['requester']}"]
    if said["state"] == "waiting":
        parts.insert(0, "waits")
    if votes:
        parts.append(f"approved by {', '.join(votes)}")
    if held := said.get("held_by"):
        parts.append(f"still in the way: {', '.join(held)}")
    return f" ({'; '.join(parts)})"


def _details(event: Event) -> Iterator[str]:
    if event.reason:
        yield f"reason: {event.reason}"
    if event.personal and "text" in event.personal:
        yield from (f"| {line}" for line in str(event.personal["text"]).split("\n"))
    if files := event.body.get("files"):
        yield f"files: {', '.join(_files(files, event.body.get('file_names')))}"
    options = event.body.get("options") or {}
    changes = event.body.get("changes") or {}
    told = [name for name in changes if not (event.action and name in _MOVED)]
    if options and not told:
        yield f"options: {cell(options)}"
    for name in told:
        yield from _change(name, changes[name])
    for name, pair in (event.body.get("changed") or {}).items():
        yield from _changed(name, pair)
    if more := event.body.get("more"):
        yield f"  and {more} more"


def _changed(name: str, pair: Any) -> Iterator[str]:
    """What became of one thing of the tenant; of records field by field."""
    old, new = pair
    if isinstance(old, dict) and isinstance(new, dict):
        moves = (f"{field} {_from_to([old[field], new[field]])}" for field in new)
        yield f"~ {name}: {'; '.join(moves)}"
    elif isinstance(new, dict) and old is None:
        yield f"+ {name}: {_fields(new)}"
    elif isinstance(old, dict) and new is None:
        yield f"- {name}: {_fields(old)}"
    else:
        yield from _change(name, pair)


def _fields(record: dict[str, Any]) -> str:
    return "; ".join(f"{name} {_text(value)}" for name, value in record.items() if value)


def _files(files: list[dict[str, Any]], names: list[str] | None) -> Iterator[str]:
    for index, one in enumerate(files):
        yield f"{one['kind']} {names[index] if names else '(name erased)'}"


def _change(name: str, change: Any) -> Iterator[str]:
    if name == "lines_added":
        yield from (f"+ line {_brief(line)}" for line in change)
    elif name == "lines_removed":
        yield from (f"- line {_brief(line)}" for line in change)
    elif name == "lines_changed":
        for line in change:
            about = {key: value for key, value in line.items() if key not in _NAMED}
            moves = "; ".join(f"{key} {_from_to(value)}" for key, value in about.items())
            yield f"~ line {line['line']} {cell(line['name'])}: {moves}"
    else:
        yield f"~ {name}" + (f" {_from_to(change)}" if change else "")


def _brief(line: dict[str, Any]) -> str:
    return f"{line['line']} {line['name']}, {line['quantity']} {line['unit']}"


def _from_to(change: Any) -> str:
    if isinstance(change, list) and len(change) == 2:
        return f"{_text(change[0]) or '—'} → {_text(change[1]) or '—'}"
    return _text(change)


def _text(value: Any) -> str:
    if isinstance(value, dict) and {"amount", "currency"} <= value.keys():
        return f"{value['amount']} {value['currency']}"
    return cell(value)
