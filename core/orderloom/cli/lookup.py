"""Which order a person means: its id, the beginning of its id, or its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from orderloom.errors import NotFound, Problem, Refused

if TYPE_CHECKING:
    from orderloom.desk import Reader
    from orderloom.orders.listed import Listed
    from orderloom.orders.order import Order

SHORTEST_PREFIX = 8
_HEX = re.compile(r"[0-9a-f]{8,32}")
_CLOCK_DIGITS = 12  # the first 48 bits of an id are its millisecond (UUID version 7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMED = 5
_ORDER = "order"  # as `orders.subject` has it, which a help text need not wait for


def find_order(reader: Reader, name: str, *, kind: str = _ORDER) -> Order:
    """The order of this number, or of this id or unique beginning of an id (8 digits or more).

    Args:
        reader: of the tenant.
        name: as given.
        kind: of what is looked for, if that is not an order ("invoice").

    Raises:
        NotFound: there is none, or the actor may not read it.
        Refused: [order.ambiguous] names those that fit.
    """
    name = name.strip()
    found = [*_by_number(reader, name, kind)] or [*_by_prefix(reader, name, kind)] if name else []
    if not found:
        hint = "To see what there is, list them: orderloom order list" if kind == _ORDER else ""
        raise NotFound(kind, name, hint)
    if len(found) > 1:
        text = "“{name}” fits several {kind}s: {orders}. To name one, give its whole id."
        orders = ", ".join(str(order.id) for order in found[:_NAMED])
        more = " …" if len(found) > _NAMED else ""
        params = {"name": name, "kind": kind, "orders": orders + more}
        raise Refused([Problem("order.ambiguous", text, kind, params=params)])
    return found[0]


def short_ids(orders: Sequence[Listed]) -> list[str]:
    """For each order the shortest beginning of its id that tells it from the others."""
    ids = sorted(str(order.id) for order in orders)
    lengths = {}
    for index, id in enumerate(ids):
        near = ids[max(index - 1, 0) : index] + ids[index + 1 : index + 2]
        lengths[id] = max([SHORTEST_PREFIX, *(_common(id, other) + 1 for other in near)])
    return [str(order.id)[: lengths[str(order.id)]] for order in orders]


def _common(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=True))
    return next((at for at, (left, right) in pairs if left != right), 0)


def _by_number(reader: Reader, name: str, kind: str) -> Iterator[Order]:
    from orderloom.store.find import Query

    query = Query(kind=kind, number=name, include_deleted=True)
    yield from reader.find(query, limit=_NAMED + 1).items  # type: ignore[misc]  # orders, or what has lines as they have


def _by_prefix(reader: Reader, name: str, kind: str) -> Iterator[Order]:
    """Ids hold the instant they were made at, so that a beginning is a span of time."""
    from orderloom.store.find import Query

    digits = name.lower().replace("-", "")
    if not _HEX.fullmatch(digits):
        return
    try:
        start = _instant(digits.ljust(_CLOCK_DIGITS, "0"))
        end = _instant(digits.ljust(_CLOCK_DIGITS, "f")) + timedelta(milliseconds=1)
    except OverflowError:  # far beyond the year 9999
        return
    query = Query(kind=kind, created_from=start, created_until=end, include_deleted=True)
    after: str | None = None
    while True:
        page = reader.find(query, after=after, limit=1000)
        yield from (order for order in page.items if order.id.hex.startswith(digits))  # type: ignore[misc]  # as above
        after = page.next
        if after is None:
            return


def _instant(digits: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(digits[:_CLOCK_DIGITS], 16))
