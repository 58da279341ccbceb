"""Products from CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from orderloom.directory import gates
from orderloom.directory.importers.rows import counted, given_in, in_columns, parts_of, whole
from orderloom.directory.imports import KeyColumn
from orderloom.directory.records import Product
from orderloom.errors import Refused
from orderloom.modules.contributions import Column, Importer, Stored
from orderloom.values import Gather, Unit, pair_of


def _product(cells: Mapping[str, str], desk: Any) -> Product:
    id = cells["id"]
    before = desk.directory.product(id) or Product(id=id, name="")
    with Gather() as gather:
        given = given_in(
            cells,
            name=str,
            unit=lambda cell: cell or "C62",
            conversions=lambda cell: gather.take(_conversions, cell) or (),
            specs=lambda cell: gather.take(_labelled, cell, "specs", ":") or (),
            suppliers=parts_of,
        )
        gather.take(desk.directory.check_suppliers, given.get("suppliers", ()))
        made = gather.take(_gated_product, attrs.evolve(before, **given), desk.directory.units())
    return whole(made)


def _gated_product(product: Product, units: Mapping[str, Unit]) -> Product:
    try:
        return gates.product_of(product, units)
    except Refused as refusal:
        raise in_columns(refusal, {}) from None


def _conversions(cell: str) -> tuple[tuple[str, str], ...]:
    return _labelled(cell, "conversions", "=")


def _labelled(cell: str, column: str, sign: str) -> tuple[tuple[str, str], ...]:
    """Pairs such as “dozen=12; box=48” or “colour: white; load: 150 kg”."""
    example = "dozen=12" if sign == "=" else "colour: white"
    with Gather() as gather:
        pairs = [
            gather.take(pair_of, part, column, example=example, sign=sign)
            for part in parts_of(cell)
        ]
    return tuple(filter(None, pairs))


def _save_products(records: Sequence[Product], desk: Any) -> Stored:
    return counted(desk.directory.save_product(product) for product in records)


PRODUCTS: Final = Importer(
    key="products",
    title="Products",
    columns=(
        KeyColumn(name="id", required=True, aliases=("sku", "article", "number")),
        Column(name="name", required=True, help="as printed on documents"),
        Column(name="unit", help="such as C62, kg or metre; piece if empty"),
        Column(name="conversions", help="such as dozen=12; several with ; or |"),
        Column(name="specs", aliases=("specification",), help="such as colour: white; size: L"),
        Column(name="suppliers", aliases=("supplier", "vendors", "vendor"), help="ids of parties"),
    ),
    read=_product,
    store=_save_products,
)
