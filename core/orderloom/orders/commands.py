"""What callers hand in: new orders, new subjects, edits. Raw input, checked by `decide`.

Quantities and prices are text, int or Decimal here; the decimal gate reads them, and every
problem of a command is reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

import attrs

from orderloom.orders.attachments import Upload, uploads_of
from orderloom.orders.data import Data
from orderloom.orders.events import (
    APPROVED,
    DELETED,
    EDITED,
    ESCALATED,
    MOVED,
    PLACED,
    REFUSED,
    RESTORED,
)
from orderloom.orders.order import Delivery, LineItem
from orderloom.orders.unfit import unfit
from orderloom.values import Address, Party, Price

Number = str | int | Decimal


class _Keep:
    """The one value that means: leave this field as it is."""

    def __repr__(self) -> str:
        return "KEEP"

    def __reduce__(self) -> str:
        return "KEEP"


KEEP: Final[Any] = _Keep()


def _records(raw: object | Iterable[object]) -> tuple[object, ...]:
    if isinstance(raw, Iterable) and not isinstance(raw, Data):
        return tuple(raw)
    return (raw,)


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(raw.items()) if isinstance(raw, Mapping) else tuple(raw)


def _pairs_unless_kept(raw: Any) -> Any:
    return raw if raw is KEEP else _pairs(raw)


@attrs.frozen
class NewLine:
    """A line to be ordered.

    Attributes:
        name: what is ordered; may be empty if `product` names a known product.
        quantity: > 0, at most 12 digits and 6 decimals.
        unit: code, symbol or title of a unit; empty takes the product's, else piece (C62).
        price: unit price without tax; None lets modules answer `price_line`.
        data: module data records, or the `Data` of another line.
    """

    name: str
    quantity: Number
    unit: str = ""
    product: str = attrs.field(default="", kw_only=True)
    price: Price | Number | None = attrs.field(default=None, kw_only=True)
    group: str = attrs.field(default="", kw_only=True)
    specs: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs, kw_only=True)
    needed_by: date | str | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    data: tuple[object, ...] = attrs.field(default=(), converter=_records, kw_only=True)

    @classmethod
    def like(cls, line: LineItem, **changes: Any) -> NewLine:
        """A line with the content of another one, module data included, but for `changes`.

        Its price is left to be asked for again, and what happened to the line stays with it.
        """
        same = {
            field.name: getattr(line, field.name)
            for field in attrs.fields(cls)
            if field.name not in ("price", "data")
        }
        return cls(**{**same, "data": (line.data,), **changes})


def _lines(raw: Iterable[NewLine]) -> tuple[NewLine, ...]:
    """The lines of a new order, before any module could stumble over them."""
    if not isinstance(raw, Iterable):
        raise unfit("lines", raw, "a list of NewLine")
    lines = tuple(raw)
    for index, line in enumerate(lines):
        if not isinstance(line, NewLine):
            raise unfit(f"lines[{index}]", line, "a NewLine")
    return lines


def _only_new(command: object, field: object, value: Any) -> None:
    if not isinstance(value, NewOrder | NewSubject):
        raise unfit("new", value, "a NewOrder or NewSubject")


def _only_name(command: object, field: object, value: Any) -> None:
    if not isinstance(value, str):
        raise unfit("action", value, "the name of an action")


def _only_line(edit: object, field: object, value: Any) -> None:
    if not isinstance(value, NewLine):
        raise unfit("line", value, "a NewLine")


@attrs.frozen
class NewOrder:
    """An order to be placed.

    Attributes:
        type: a registered order type ("procurement.order").
        seller, buyer: a party of the directory, or its id.
        currency: ISO 4217; empty takes the tenant's.

    Raises:
        Refused: [input.unfit] something else than `NewLine` is among the lines.
    """

    type: str
    project: str = attrs.field(default="", kw_only=True)
    buyer: Party | str = attrs.field(default="", kw_only=True)
    seller: Party | str = attrs.field(default="", kw_only=True)
    currency: str = attrs.field(default="", kw_only=True)
    lines: tuple[NewLine, ...] = attrs.field(default=(), converter=_lines, kw_only=True)
    delivery: Delivery | None = attrs.field(default=None, kw_only=True)
    bill_to: Address | None = attrs.field(default=None, kw_only=True)
    title: str = attrs.field(default="", kw_only=True)
    remarks: str = attrs.field(default="", kw_only=True)
    data: tuple[object, ...] = attrs.field(default=(), converter=_records, kw_only=True)


@attrs.frozen
class NewSubject:
    """A subject that is not an order, to be created."""

    type: str
    title: str
    project: str = attrs.field(default="", kw_only=True)
    data: tuple[object, ...] = attrs.field(default=(), converter=_records, kw_only=True)


# ── edits ──────────────────────────────────────────────────────────────────────────────────


@attrs.frozen
class AddLine:
    """Add a line at the end.

    Raises:
        Refused: [input.unfit] it is no `NewLine`.
    """

    line: NewLine = attrs.field(validator=_only_line)


@attrs.frozen(kw_only=True)
class SetLine:
    """Change fields of one line; what is not given stays.

    A new quantity keeps the unit price; `price=None` asks the modules for one.

    Attributes:
        line: id or position.
        data: records to set; others stay.
    """

    line: UUID | int
    name: str = KEEP
    quantity: Number = KEEP
    price: Price | Number | None = KEEP
    needed_by: date | str | None = KEEP
    note: str = KEEP
    group: str = KEEP
    specs: tuple[tuple[str, str], ...] = attrs.field(default=KEEP, converter=_pairs_unless_kept)
    data: tuple[object, ...] = attrs.field(default=(), converter=_records)


@attrs.frozen
class RemoveLine:
    """Take a line off the order."""

    line: UUID | int


@attrs.frozen
class MoveLine:
    """Give a line another position in the reading order."""

    line: UUID | int
    position: int


@attrs.frozen(kw_only=True)
class SetOrder:
    """Change fields of the order itself (or of another subject: title, project, data)."""

    title: str = KEEP
    buyer: Party | str = KEEP
    seller: Party | str = KEEP
    delivery: Delivery | None = KEEP
    bill_to: Address | None = KEEP
    remarks: str = KEEP
    data: tuple[object, ...] = attrs.field(default=(), converter=_records)


@attrs.frozen
class RecordQuantity:
    """State that more of a line was `accepted`, `received` or `shipped`.

    The fact is appended as an event; the line's sum may not exceed its quantity, and from then on
    the line can neither be lowered below it nor be taken off.

    Attributes:
        name: what happened, a word such as "received".
        quantity: how much more, > 0, in the line's unit.
    """

    line: UUID | int
    name: str
    quantity: Number


@attrs.frozen
class Reprice:
    """Ask the modules for the prices again; the only way a placed price changes by rule.

    A price somebody entered stays: to ask for that line too, set its price to None.

    Attributes:
        lines: ids or positions; empty means all.
    """

    lines: tuple[UUID | int, ...] = ()


Edit = AddLine | SetLine | RemoveLine | MoveLine | SetOrder | RecordQuantity | Reprice

# ── commands: each class names the fact it becomes ─────────────────────────────────────────


@attrs.frozen
class Place:
    """Create a subject through an action from `START`."""

    event: ClassVar = PLACED
    new: NewOrder | NewSubject = attrs.field(validator=_only_new)
    action: str = attrs.field(default="place", validator=_only_name)


@attrs.frozen
class Copy(Place):
    """Place what was made of another order: module data goes along, whoever may see it."""


def _edits(raw: Edit | Iterable[Edit]) -> tuple[Edit, ...]:
    return tuple(raw) if isinstance(raw, Iterable) else (raw,)


@attrs.frozen
class Change:
    """Edit the content, by one edit or several in order; the status stays."""

    event: ClassVar = EDITED
    edits: tuple[Edit, ...] = attrs.field(converter=_edits)


@attrs.frozen
class Perform:
    """Perform an action of the lifecycle.

    Attributes:
        files: that come with it, in order.

    Raises:
        Refused: [input.unfit] the action is no text, or something else than `Upload` is among
            the files.
    """

    event: ClassVar = MOVED
    action: str = attrs.field(validator=_only_name)
    options: object = None
    files: tuple[Upload, ...] = attrs.field(default=(), converter=uploads_of, kw_only=True)


@attrs.frozen
class Delete:
    """Hide it behind a tombstone; number and history stay."""

    event: ClassVar = DELETED


@attrs.frozen
class Restore:
    """Bring a deleted subject back as it was."""

    event: ClassVar = RESTORED


def _line_keys(raw: Any) -> tuple[Any, ...]:
    return tuple(raw) if isinstance(raw, Iterable) and not isinstance(raw, str) else (raw,)


@attrs.frozen
class Approve:
    """Approve what waits; the last approval lets the command that waits take effect.

    Attributes:
        strike: ids or positions of lines that are not approved: they are taken off the order.
    """

    event: ClassVar = APPROVED
    strike: tuple[UUID | int, ...] = attrs.field(default=(), converter=_line_keys)


@attrs.frozen
class Refuse:
    """Refuse what waits: the command is dropped.

    Attributes:
        expired: nobody approved it in time; only the worker says so.
    """

    event: ClassVar = REFUSED
    expired: bool = False


@attrs.frozen
class Escalate:
    """Let those approve, too, whom the requirements name for the case that nobody does in time."""

    event: ClassVar = ESCALATED


Command = Place | Change | Perform | Delete | Restore | Approve | Refuse | Escalate
