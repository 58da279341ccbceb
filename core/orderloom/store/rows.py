"""Subjects and lines as rows: columns for what is searched, JSON for the rest, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, get_type_hints
from uuid import UUID

import attrs

from orderloom.orders import codec
from orderloom.orders.data import NO_DATA, Data
from orderloom.orders.listed import Listed
from orderloom.orders.order import LineItem, Order, PartyRef
from orderloom.orders.snapshot import class_of
from orderloom.orders.subject import Subject
from orderloom.values import Money, Price, from_scaled

Plain = Mapping[str, Any]

_MOVED: Final = (
    "version", "status", "number", "lifecycle", "updated_at", "deleted_at", "parked",
)  # fmt: skip
_PLAIN: Final = (*_MOVED, "kind", "id", "type", "title", "project", "created_at", "created_by")
_LINE_PLAIN: Final = ("id", "position", "name", "product", "quantity", "unit")


class _Content:
    """The fields of a record that have no column, as one canonical JSON object."""

    def __init__(self, cls: type[Any], columns: Iterable[str]) -> None:
        hints = get_type_hints(cls)
        converter = codec.converter()
        self._fields = [
            (field.name, field.default) for field in attrs.fields(cls) if field.name not in columns
        ]
        self._types = {name: hints[name] for name, _ in self._fields}
        self._hooks = {
            name: converter.get_structure_hook(type) for name, type in self._types.items()
        }

    def text(self, record: object, plain: Plain | None) -> str:
        """What differs from the defaults.

        Args:
            record: to be written.
            plain: what `codec.to_plain` made of it, if somebody has it.
        """
        if plain is None:
            kept = {
                name: codec.to_plain(value)
                for name, default in self._fields
                if (value := getattr(record, name)) != default
            }
        else:
            kept = {name: plain[name] for name in self._types if name in plain}
        return codec.dumps(kept) if kept else ""

    def fields(self, plain: Plain) -> dict[str, Any]:
        """The arguments `plain` was made from."""
        return {name: self._hooks[name](raw, self._types[name]) for name, raw in plain.items()}


_SUBJECT: Final = _Content(Subject, (*_PLAIN, "facets", "data"))
_ORDER: Final = _Content(Order, (*_PLAIN, "facets", "data", "currency", "lines"))
_LINE: Final = _Content(LineItem, (*_LINE_PLAIN, "price", "total", "tax_amount", "data"))

_content_of: Final = {
    cls: attrgetter(*(one.name for one in attrs.fields(cls) if one.name not in {*_MOVED, "facets"}))
    for cls in (Subject, Order)
}


def only_moved(before: Subject, after: Subject) -> bool:
    """Whether `moved_row` is all that differs in their rows."""
    content = _content_of[type(after)]
    return bool(content(before) == content(after))


def moved_row(subject: Subject) -> dict[str, Any]:
    """The columns of `ol_subject` that change when a subject is moved, whatever its content."""
    return {
        "version": subject.version,
        "status": subject.status,
        "facets": codec.dumps(subject.facets) if subject.facets else "",
        "number": subject.number,
        "lifecycle": subject.lifecycle,
        "updated_at": subject.updated_at,
        "deleted_at": subject.deleted_at,
        "parked": subject.parked,
    }


def subject_row(subject: Subject, plain: Plain | None = None) -> dict[str, Any]:
    """The columns of `ol_subject` that follow from the value.

    Args:
        subject: to be written.
        plain: what `codec.to_plain` made of it, if somebody has it; saves making it again.
    """
    content = _ORDER if isinstance(subject, Order) else _SUBJECT
    return {
        "kind": subject.kind,
        "id": subject.id,
        "type": subject.type,
        "title": subject.title,
        "project": subject.project,
        "created_at": subject.created_at,
        "created_by": subject.created_by,
        **moved_row(subject),
        **derived_columns(subject),
        "content": content.text(subject, plain),
        "data": subject.data.to_text(),
    }


def derived_columns(subject: Subject) -> dict[str, Any]:
    """The columns that repeat, for lists and filters, what is in the content or the lines."""
    if not isinstance(subject, Order):
        return {"buyer": "", "seller": "", "currency": "", "total": None}
    totals = subject.totals
    unpriced = totals.count > 0 and totals.priced == 0
    return {
        "buyer": _party_id(subject.buyer),
        "seller": _party_id(subject.seller),
        "currency": subject.currency,
        "total": None if unpriced else totals.total.amount,  # "not priced" is not zero
    }


def line_row(order: Order, line: LineItem, plain: Plain | None = None) -> dict[str, Any]:
    """The columns of `ol_line`, but for the tenant.

    Args:
        order: of the line.
        line: to be written.
        plain: what `codec.to_plain` made of the line, if somebody has it.
    """
    price, total, tax = line.price, line.total, line.tax_amount
    content = _LINE.text(line, plain)
    figure = price or total or tax
    if figure is None or figure.currency != order.currency:
        content = _with_currency(content, (price, total, tax), order.currency)
    return {
        "kind": order.kind,
        "subject_id": order.id,
        "id": line.id,
        "position": line.position,
        "name": line.name,
        "product": line.product,
        "quantity": line.quantity,
        "unit": line.unit,
        "price": None if price is None else price.amount,
        "price_per": None if price is None else price.per,
        "total": None if total is None else total.amount,
        "tax": None if tax is None else tax.amount,
        "content": content,
        "data": line.data.to_text(),
    }


def _with_currency(content: str, figures: Iterable[Money | Price | None], currency: str) -> str:
    """The content with the currency of the line's figures, if it is not the order's."""
    named = next((figure.currency for figure in figures if figure is not None), currency)
    if named == currency:
        return content
    return codec.dumps({**(codec.loads(content) if content else {}), "currency": named})


def subject_of(row: Any, lines: Iterable[Any]) -> Subject:
    """The value of a row of `ol_subject` and its rows of `ol_line`, in reading order."""
    fields: dict[str, Any] = {
        "kind": row.kind,
        "id": row.id,
        "type": row.type,
        "version": row.version,
        "status": row.status,
        "number": row.number,
        "title": row.title,
        "project": row.project,
        "lifecycle": row.lifecycle,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "updated_at": row.updated_at,
        "deleted_at": row.deleted_at,
        "parked": row.parked,
    }
    if row.facets:
        fields["facets"] = tuple((name, status) for name, status in codec.loads(row.facets))
    if row.data:
        fields["data"] = Data.from_text(row.data)
    plain = codec.loads(row.content) if row.content else {}
    if not issubclass(class_of(plain), Order):
        return Subject(**fields, **_SUBJECT.fields(plain))
    items = tuple([_line_of(line, row.currency) for line in lines])
    return Order(**fields, **_ORDER.fields(plain), currency=row.currency, lines=items)


#: The columns of `ol_subject` as `listed_of` takes them.
LISTED_COLUMNS: Final = (
    "kind", "id", "type", "version", "status", "stage", "number", "title", "project", "lifecycle",
    "created_at", "updated_at", "deleted_at", "parked", "currency", "total", "fields", "content",
)  # fmt: skip


def listed_of(row: Iterable[Any]) -> Listed:
    """What a list shows of a row of `ol_subject`, of its `LISTED_COLUMNS`."""
    (
        kind, id, type, version, status, stage, number, title, project, lifecycle,
        created_at, updated_at, deleted_at, parked, currency, total, fields, content,
    ) = row  # fmt: skip
    plain = codec.glance(content) if content else {}
    totals = plain.get("totals", {})
    return Listed(
        kind=kind,
        id=id,
        type=type,
        version=version,
        status=status,
        stage=stage,
        number=number,
        title=title,
        project=project,
        lifecycle=lifecycle,
        created_at=created_at,
        updated_at=updated_at,
        deleted_at=deleted_at,
        parked=parked,
        buyer=_party_of(plain.get("buyer")),
        seller=_party_of(plain.get("seller")),
        total=None if total is None else Money.of_scaled(total, currency),
        lines=totals.get("count", 0),
        priced=totals.get("priced", 0),
        fields=tuple(codec.glance(fields).items()) if fields not in ("", "{}") else (),
    )


def _party_of(plain: Plain | None) -> PartyRef | None:
    return None if plain is None else PartyRef(plain["id"], plain["name"])


#: The columns of `ol_line` as `subject_of` takes them: figures as the whole numbers they are.
LINE_COLUMNS: Final = (
    *_LINE_PLAIN, "price", "price_per", "total", "tax", "content", "data",
)  # fmt: skip


def _line_of(row: Iterable[Any], currency: str) -> LineItem:
    id, position, name, product, quantity, unit, price, per, total, tax, content, data = row
    more: Mapping[str, Any] = {}
    if content:
        named, more = _line_content(content)
        currency = named or currency
    return LineItem(
        id=id,
        position=position,
        name=name,
        quantity=from_scaled(quantity),
        unit=unit,
        product=product,
        price=None if price is None else Price.of_scaled(price, currency, per),
        total=None if total is None else Money.of_scaled(total, currency),
        tax_amount=None if tax is None else Money.of_scaled(tax, currency),
        data=Data.from_text(data) if data else NO_DATA,
        **more,
    )


@lru_cache(maxsize=1024)  # few things are told of a line, and of many lines the same
def _line_content(content: str) -> tuple[str, Mapping[str, Any]]:
    """The currency a line's content names, and the fields it holds; never to be changed."""
    plain = codec.loads(content)
    return plain.pop("currency", ""), _LINE.fields(plain)


def line_ids(order: Subject) -> dict[UUID, LineItem]:
    """The lines of a subject by their ids; none unless it is an order."""
    return {line.id: line for line in order.lines} if isinstance(order, Order) else {}


def _party_id(party: PartyRef | None) -> str:
    return party.id if party else ""
