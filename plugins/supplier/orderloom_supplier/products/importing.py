"""Product lists from CSV files: one row, one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from orderloom import Column, Desk, Importer, Problem, Refused, Stored
from orderloom.directory import NumberColumn
from orderloom_supplier.products.keeping import NewListed, read_entry, set_entries
from orderloom_supplier.products.rows import Listed

# Which column a gate's field was read from.
_COLUMNS: Final = {
    "tax_category": "tax category",
    "tax_percent": "tax percent",
    "least": "minimum",
    "price.currency": "currency",
}
_AVAILABLE: Final = {"": True, "yes": True, "true": True, "1": True,
                     "no": False, "false": False, "0": False}  # fmt: skip


def _read(cells: Mapping[str, str], desk: Desk) -> Listed:
    new = NewListed(
        supplier=cells["supplier"],
        outlet=cells["outlet"],
        product=cells["product"],
        price=cells["price"],
        currency=cells["currency"],
        tax_category=cells["tax category"],
        tax_percent=cells["tax percent"] or 0,
        pack=cells["pack"] or 1,
        least=cells["minimum"] or 0,
        available=_available(cells["available"]),
    )
    try:
        return read_entry(new, desk.reading)
    except Refused as refusal:
        raise Refused(
            attrs.evolve(problem, field=_COLUMNS.get(problem.field, problem.field))
            for problem in refusal.problems
        ) from None


def _available(cell: str) -> bool:
    known = _AVAILABLE.get(cell.strip().casefold())
    if known is None:
        text = "“{given}” is neither yes nor no. To import it, write yes or no."
        params = {"given": cell}
        raise Refused([Problem("supplier.product.available", text, "available", params=params)])
    return known


def _store(rows: Sequence[Listed], desk: Desk) -> Stored:
    created, changed = set_entries(desk, rows)
    return Stored(created=created, changed=changed, unchanged=len(rows) - created - changed)


PRODUCTS: Final = Importer(
    key="supplier.products",
    title="Product lists",
    columns=(
        Column(name="supplier", required=True, help="id of the party that sells it"),
        Column(name="outlet", help="id of the only outlet it is for; every outlet if empty"),
        Column(name="product", required=True, aliases=("sku", "article"), help="id of a product"),
        NumberColumn(name="price", required=True, help="of one unit, without tax, such as 3.20"),
        Column(name="currency", help="such as EUR; the tenant's if empty"),
        Column(name="tax category", help="such as S; the tax of the invoicing module if empty"),
        NumberColumn(name="tax percent", help="such as 19"),
        NumberColumn(
            name="pack", aliases=("pack size",), help="sold in multiples of it; 1 if empty"
        ),
        NumberColumn(name="minimum", aliases=("minimum order",), help="the least that is sold"),
        Column(name="available", help="yes or no; yes if empty"),
    ),
    read=_read,
    store=_store,
)
