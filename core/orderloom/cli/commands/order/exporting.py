"""Orders as CSV: one row for each, the fields of their modules as further columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping

from orderloom.cli.printing import cell
from orderloom.cli.titles import status_title
from orderloom.desk import Reader
from orderloom.modules import contained
from orderloom.modules.contributions import Field
from orderloom.orders.hidden import PRICES
from orderloom.orders.order import Order
from orderloom.store.find import Query

_PAGE = 500
_COLUMNS = (
    "id",
    "number",
    "type",
    "status",
    "status title",
    "project",
    "buyer",
    "seller",
    "title",
    "lines",
    "priced lines",
    "currency",
    "total",
    "created",
    "updated",
    "deleted",
)
_FORMULA = re.compile(r"[=@+\t\r]|-(?!\d+(\.\d+)?$)")  # a spreadsheet would run what begins so


def csv_lines(reader: Reader, query: Query, after: str | None, limit: int | None) -> Iterator[str]:
    """The lines of a CSV file, the headings first; a page of orders at a time.

    Args:
        reader: of the tenant.
        query: which orders.
        after: the `next` of a page before.
        limit: how many at most, None for all.

    Raises:
        ModuleFault: a module's field failed.
    """
    types = [query.type] if query.type else sorted(reader.assembly.fields)
    fields = {
        field.key: field
        for type in types
        if type in reader.assembly.of_kind(query.kind)
        for field in reader.assembly.fields.get(type, ())
    }
    yield _line([*_COLUMNS, *(field.title.lower() for field in fields.values())])
    for order in _found(reader, query, after, limit):
        row = [*_row(reader, order), *field_values(order, fields)]
        yield _line([_harmless(value) for value in row])


def _found(reader: Reader, query: Query, after: str | None, limit: int | None) -> Iterator[Order]:
    left = limit
    while left is None or left > 0:
        page = reader.find(query, after=after, limit=_PAGE if left is None else min(left, _PAGE))
        yield from (item for item in page.items if isinstance(item, Order))
        if page.next is None:
            return
        after = page.next
        left = None if left is None else left - _PAGE


def _row(reader: Reader, order: Order) -> Iterator[str]:
    totals = order.totals
    for value in (
        order.id,
        order.number,
        order.type,
        order.status,
        status_title(reader, order),
        order.project,
        order.buyer.name if order.buyer else "",
        order.seller.name if order.seller else "",
        order.title,
        len(order.lines),
        "" if PRICES in order.hidden else totals.priced,
        order.currency,
        str(totals.total.amount) if totals.priced else "",
    ):
        yield cell(value)
    for instant in (order.created_at, order.updated_at, order.deleted_at):
        yield "" if instant is None else instant.isoformat()


def field_values(order: Order, fields: Mapping[str, Field]) -> Iterator[str]:
    """What fields of modules say of an order; "" where it is hidden, or not of theirs.

    Raises:
        ModuleFault: a module's field failed.
    """
    for key, field in fields.items():
        if field.type != order.type or not set(field.shows).isdisjoint(order.hidden):
            yield ""
            continue
        with contained(key.partition(".")[0], f"field {key}"):
            yield cell(field.of(order))


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _line(values: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(values)
    return written.getvalue()
