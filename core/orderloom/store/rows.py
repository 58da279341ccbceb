"""Subjects and lines as rows: columns for what is searched, JSON for the rest, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, get_type_hints
from uuid import UUID

import attrs

from orderloom.orders import codec
from orderloom.orders.data import Data
from orderloom.orders.order import LineItem, Order, PartyRef
from orderloom.orders.snapshot import class_of
from orderloom.orders.subject import Subject
from orderloom.values import Money, Price

_PLAIN: Final = (
    "kind", "id", "type", "version", "status", "number", "title", "project", "lifecycle",
    "created_at", "created_by", "updated_at", "deleted_at", "parked",
)  # fmt: skip
_LINE_PLAIN: Final = ("id", "position", "name", "product", "quantity", "unit")


class _Content:
    """The fields of a record that have no column, as one canonical JSON object."""

    def __init__(self, cls: type[Any], columns: Iterable[str]) -> None:
        hints = get_type_hints(cls)
        self._fields = {
            field.name: (field.default, hints[field.name])
            for field in attrs.fields(cls)
            if field.name not in columns
        }

    def plain(self, record: object) -> dict[str, Any]:
        """What differs from the defaults."""
        return {
            name: codec.to_plain(value)
            for name, (default, _) in self._fields.items()
            if (value := getattr(record, name)) != default
        }

    def fields(self, plain: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments `plain` was made from."""
        structure = codec.converter().structure
        return {name: structure(raw, self._fields[name][1]) for name, raw in plain.items()}


_SUBJECT: Final = _Content(Subject, (*_PLAIN, "facets", "data"))
_ORDER: Final = _Content(Order, (*_PLAIN, "facets", "data", "currency", "lines"))
_LINE: Final = _Content(LineItem, (*_LINE_PLAIN, "price", "total", "tax_amount", "data"))


def subject_row(subject: Subject) -> dict[str, Any]:
    """The columns of `ol_subject` that follow from the value."""
    row: dict[str, Any] = {name: getattr(subject, name) for name in _PLAIN}
    row["facets"] = codec.dumps(subject.facets) if subject.facets else ""
    row["data"] = subject.data.to_text()
    row |= derived_columns(subject)
    row["content"] = _text((_ORDER if isinstance(subject, Order) else _SUBJECT).plain(subject))
    return row


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


def line_row(order: Order, line: LineItem) -> dict[str, Any]:
    """The columns of `ol_line`, but for the tenant."""
    plain = _LINE.plain(line)
    # A zero amount is false, so that `or` would pass over it.
    figures = (line.price, line.total, line.tax_amount)
    currency = next((figure.currency for figure in figures if figure is not None), order.currency)
    if currency != order.currency:
        plain["currency"] = currency
    return {name: getattr(line, name) for name in _LINE_PLAIN} | {
        "kind": order.kind,
        "subject_id": order.id,
        "price": _amount(line.price),
        "price_per": None if line.price is None else line.price.per,
        "total": _amount(line.total),
        "tax": _amount(line.tax_amount),
        "content": _text(plain),
        "data": line.data.to_text(),
    }


def subject_of(row: Any, lines: Iterable[Any]) -> Subject:
    """The value of a row of `ol_subject` and its rows of `ol_line`, in reading order."""
    cls = class_of(row.kind)
    fields: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    if row.facets:
        fields["facets"] = tuple((name, status) for name, status in codec.loads(row.facets))
    if row.data:
        fields["data"] = Data.from_text(row.data)
    plain = codec.loads(row.content) if row.content else {}
    if not issubclass(cls, Order):
        return cls(**fields, **_SUBJECT.fields(plain))
    items = tuple(_line_of(line, row.currency) for line in lines)
    return cls(**fields, **_ORDER.fields(plain), currency=row.currency, lines=items)


def _line_of(row: Any, currency: str) -> LineItem:
    fields: dict[str, Any] = {name: getattr(row, name) for name in _LINE_PLAIN}
    plain = codec.loads(row.content) if row.content else {}
    currency = plain.pop("currency", currency)
    if row.data:
        fields["data"] = Data.from_text(row.data)
    if row.price is not None:
        fields["price"] = Price(row.price, currency, row.price_per)
    return LineItem(
        **fields,
        **_LINE.fields(plain),
        total=_money(row.total, currency),
        tax_amount=_money(row.tax, currency),
    )


def line_ids(order: Subject) -> dict[UUID, LineItem]:
    """The lines of a subject by their ids; none unless it is an order."""
    return {line.id: line for line in order.lines} if isinstance(order, Order) else {}


def _party_id(party: PartyRef | None) -> str:
    return party.id if party else ""


def _amount(figure: Money | Price | None) -> Decimal | None:
    return None if figure is None else figure.amount


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def _text(plain: dict[str, Any]) -> str:
    return codec.dumps(plain) if plain else ""
