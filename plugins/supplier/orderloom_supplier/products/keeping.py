"""Keeping the product list of a supplier: raw input to rows, rights, and who sees which rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import attrs

from orderloom import (
    Desk,
    Forbidden,
    Gather,
    Price,
    Problem,
    Reading,
    Refused,
    decimal_of,
    known_product,
    positive,
    shown,
    text_of,
)
from orderloom_supplier.products.rows import Listed, save, whole_list
from orderloom_supplier.rights import PLACE, PRODUCTS, READ, at_parties, missing_at

Number = str | int | Decimal


@attrs.frozen(kw_only=True)
class NewListed:
    """An entry as somebody states it: raw input, read by `read_entry`; fields as in `Listed`."""

    supplier: str
    outlet: str = ""
    product: str
    price: Number
    currency: str = ""
    tax_category: str = ""
    tax_percent: Number = 0
    pack: Number = 1
    least: Number = 0
    available: bool = True


def read_entry(new: NewListed, reading: Reading) -> Listed:
    """The row of an entry, every field through its gate.

    Raises:
        Refused: all problems at once, each with the name of its field.
    """
    with Gather() as gather:
        take = gather.take
        fields: dict[str, Any] = {
            "supplier": take(_known_party, new.supplier, "supplier", reading),
            "outlet": take(_known_party, new.outlet, "outlet", reading) if new.outlet else "",
            "product": take(text_of, new.product, "product"),
            "price": take(Price.of, new.price, new.currency or reading.tenant.currency, "price"),
            "tax_category": take(
                text_of, new.tax_category, "tax_category", longest=3, required=False
            ),
            "tax_percent": take(decimal_of, new.tax_percent, "tax_percent", minimum=0),
            "pack": take(positive, new.pack, "pack"),
            "least": take(decimal_of, new.least, "least", minimum=0),
            "available": take(_flag, new.available, "available"),
        }
        take(known_product, reading, fields["product"] or "")
    return Listed(**fields)


def _flag(raw: object, field: str) -> bool:
    if not isinstance(raw, bool):
        text = "{given} is neither True nor False. To list it, say whether it can be ordered now."
        params = {"given": shown(raw)}
        raise Refused([Problem("supplier.product.available", text, field, params=params)])
    return raw


def _known_party(id: str, field: str, reading: Reading) -> str:
    key = text_of(id, field)
    if reading.party(key) is None:
        text = "There is no party {key}. To name it here, create it first (orderloom party add)."
        raise Refused([Problem("party.unknown", text, field, params={"key": shown(key)})])
    return key


def set_entries(desk: Desk, entries: Iterable[Listed]) -> tuple[int, int]:
    """Put entries on suppliers' lists, replacing those there are.

    Orders that were placed keep their prices. What changed is one event in the tenant's history,
    with the old and the new values of its first 100 entries.

    Args:
        desk: the transaction and who acts.
        entries: as `read_entry` made them.

    Returns:
        How many are new, and how many changed; the others were there just so.

    Raises:
        Forbidden: the actor does not keep the list of one of the suppliers.
        Conflict: somebody else put one of them on the list at this moment; retryable.
    """
    rows = tuple(entries)
    suppliers = dict.fromkeys(row.supplier for row in rows)
    problems = [problem for one in suppliers for problem in missing_at(desk.reading, PRODUCTS, one)]
    if problems:
        raise Forbidden(problems)
    return save(rows, desk.reading)


def visible_list(reading: Reading, *, supplier: str = "", outlet: str = "") -> Sequence[Listed]:
    """The entries the actor may see: a supplier's own, and what is sold to an outlet of his.

    Args:
        reading: of a desk or reader.
        supplier: only of this one.
        outlet: only what applies to this one: its own entries, and those for every outlet.
    """
    sold = at_parties(reading, (READ, PRODUCTS))
    bought = at_parties(reading, (PLACE,))

    def sees(row: Listed) -> bool:
        if sold is None or bought is None or row.supplier in sold:
            return True
        return bool(bought) and row.outlet in ("", *bought)

    return [
        row
        for row in whole_list(reading)
        if supplier in ("", row.supplier)
        and (not outlet or row.outlet in ("", outlet))
        and sees(row)
    ]
