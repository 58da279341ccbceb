"""The rows of `ol_supplier_product`: read in decisions, set by whoever keeps the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam

from orderloom import Price, Reading, Writing
from orderloom.store import Scaled
from orderloom_supplier.tables import products


@attrs.frozen(kw_only=True)
class Listed:
    """What a supplier sells, and to whom.

    Attributes:
        supplier, outlet: ids of parties; an empty outlet stands for all that have no row of their
            own.
        product: id of the product.
        price: of one of the product's units, without tax.
        tax_category: UN/CEFACT 5305 code; "" leaves the tax to the invoicing module.
        tax_percent: 19 means 19 %; counts only with a category.
        pack: it is sold in multiples of this, in the product's unit; > 0.
        least: the least that is sold, 0 for no minimum.
        available: it can be ordered now.
    """

    supplier: str
    outlet: str = ""
    product: str
    price: Price
    tax_category: str = ""
    tax_percent: Decimal = Decimal(0)
    pack: Decimal = Decimal(1)
    least: Decimal = Decimal(0)
    available: bool = True


_TABLE = products.c
_COLUMNS = [column for column in _TABLE if column.name != "tenant_id"]
_ROWS = sa.select(*_COLUMNS)
_ONE = _ROWS.where(
    _TABLE.supplier == bindparam("supplier"),
    _TABLE.outlet.in_(bindparam("outlets", expanding=True)),
    _TABLE.product == bindparam("product"),
)
_SELLING = _ROWS.where(
    _TABLE.product == bindparam("product"),
    _TABLE.outlet.in_(bindparam("outlets", expanding=True)),
)
_AT = sa.and_(
    _TABLE.supplier == bindparam("at_supplier"),
    _TABLE.outlet == bindparam("at_outlet"),
    _TABLE.product == bindparam("at_product"),
)
_INSERT = sa.insert(products)
_UPDATE = (
    sa.update(products)
    .where(_AT)
    .values(
        price=bindparam("price", type_=Scaled),
        currency=bindparam("currency"),
        tax_category=bindparam("tax_category"),
        tax_percent=bindparam("tax_percent", type_=Scaled),
        pack=bindparam("pack", type_=Scaled),
        least=bindparam("least", type_=Scaled),
        available=bindparam("available"),
    )
)


def listed(reading: Reading, supplier: str, outlet: str, product: str) -> Listed | None:
    """What a supplier sells an outlet a product for; a row of the outlet's own goes first."""
    params = {"supplier": supplier, "outlets": [outlet, ""], "product": product}
    found = sorted(map(_listed, reading.rows(_ONE, params)), key=lambda one: one.outlet)
    return found[-1] if found else None


def sellers(reading: Reading, outlet: str, product: str) -> list[Listed]:
    """Who sells an outlet a product that is available, one entry for each supplier, by id."""
    params = {"product": product, "outlets": [outlet, ""]}
    found = sorted(map(_listed, reading.rows(_SELLING, params)), key=lambda one: one.outlet)
    by_supplier = {one.supplier: one for one in found}  # the outlet's own row comes last
    return [by_supplier[id] for id in sorted(by_supplier) if by_supplier[id].available]


def whole_list(reading: Reading) -> list[Listed]:
    """Every row of the tenant by supplier, outlet and product; no rights are asked."""
    found = map(_listed, reading.rows(_ROWS))
    return sorted(found, key=lambda one: (one.supplier, one.outlet, one.product))


def save(rows: Iterable[Listed], writing: Writing) -> tuple[int, int]:
    """Write rows, replacing those there are; answers how many are new and how many changed."""
    created = changed = 0
    for row in rows:
        content = _content(row)
        at = {"at_supplier": row.supplier, "at_outlet": row.outlet, "at_product": row.product}
        if writing.execute(_UPDATE, {**at, **content}):
            changed += 1
        else:
            key = {"supplier": row.supplier, "outlet": row.outlet, "product": row.product}
            writing.execute(_INSERT, {**key, **content})
            created += 1
    return created, changed


def _content(row: Listed) -> Mapping[str, Any]:
    return {
        "price": row.price.amount,
        "currency": row.price.currency,
        "tax_category": row.tax_category,
        "tax_percent": row.tax_percent,
        "pack": row.pack,
        "least": row.least,
        "available": row.available,
    }


def _listed(found: Any) -> Listed:
    values = dict(found._mapping)
    price = Price(values.pop("price"), values.pop("currency"))
    return Listed(price=price, **values)
