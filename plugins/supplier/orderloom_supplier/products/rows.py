"""The rows of `ol_supplier_product`: read in decisions, set by whoever keeps the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from orderloom import Conflict, Price, Reading, Writing
from orderloom.store import Scaled
from orderloom_supplier.tables import products

_Key = tuple[str, str, str]
_AT_ONCE: Final = 500


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
_LOCKED = (
    _ROWS.where(
        _TABLE.supplier == bindparam("supplier"),
        _TABLE.outlet == bindparam("outlet"),
        _TABLE.product.in_(bindparam("products", expanding=True)),
    )
    .order_by(_TABLE.product)
    .with_for_update()
)
_AT = sa.and_(
    _TABLE.supplier == bindparam("at_supplier"),
    _TABLE.outlet == bindparam("at_outlet"),
    _TABLE.product == bindparam("at_product"),
)
# PostgreSQL's form of ON CONFLICT, which SQLAlchemy writes for SQLite just the same.
_INSERT = insert(products).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
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
    """Write rows, replacing those there are, and tell the tenant's history of what differs.

    The rows that are replaced stay locked, so that what is told of them is what was replaced.

    Returns:
        How many are new, and how many changed; the others were there just so.

    Raises:
        Conflict: somebody else put one of them on the list at this moment; retryable.
    """
    wanted = {_key(row): row for row in rows}
    known = _known(wanted, writing)
    new = [row for key, row in wanted.items() if key not in known]
    changed = [row for key, row in wanted.items() if key in known and known[key] != row]
    writing.execute(_UPDATE, [{**_at(row), **_content(row)} for row in changed])
    made = writing.execute(_INSERT, [{**_named(row), **_content(row)} for row in new])
    if made < len(new):
        text = "Someone else changed the list at this moment. To go on, try again."
        raise Conflict(text, retryable=True)
    _tell({key: known.get(key) for key in wanted}, wanted, writing)
    return len(new), len(changed)


def _known(keys: Iterable[_Key], writing: Writing) -> dict[_Key, Listed]:
    """The rows that are there already, locked; always in the same order, so that nobody crosses."""
    found: dict[_Key, Listed] = {}
    for (supplier, outlet), group in groupby(sorted(keys), itemgetter(0, 1)):
        at = {"supplier": supplier, "outlet": outlet}
        products = [product for _, _, product in group]
        for first in range(0, len(products), _AT_ONCE):
            some = products[first : first + _AT_ONCE]
            rows = map(_listed, writing.rows(_LOCKED, {**at, "products": some}))
            found |= {_key(row): row for row in rows}
    return found


def _tell(old: Mapping[_Key, Listed | None], new: Mapping[_Key, Listed], writing: Writing) -> None:
    """One event of all that differs; of one supplier, or of several with their ids."""
    suppliers = {supplier for supplier, _, _ in new}
    id = suppliers.pop() if len(suppliers) == 1 else ""
    writing.tell(
        "supplier.products", id, {_title(key, id): (old[key], row) for key, row in new.items()}
    )


def _title(key: _Key, told: str) -> str:
    """What people call an entry: “milk for cafe”; with its supplier if that is not told already."""
    supplier, outlet, product = key
    lead, tail = "" if told else f"{supplier}: ", f" for {outlet}" if outlet else ""
    return f"{lead}{product}{tail}"


def _key(row: Listed) -> _Key:
    return row.supplier, row.outlet, row.product


def _named(row: Listed) -> Mapping[str, str]:
    return {"supplier": row.supplier, "outlet": row.outlet, "product": row.product}


def _at(row: Listed) -> Mapping[str, str]:
    return {f"at_{name}": value for name, value in _named(row).items()}


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
