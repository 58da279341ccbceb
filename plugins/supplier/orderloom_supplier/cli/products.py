"""`orderloom supplier products`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli import Session, Table, add_import, group, pass_session
from orderloom_supplier.products.importing import PRODUCTS
from orderloom_supplier.products.keeping import NewListed, read_entry, set_entries, visible_list
from orderloom_supplier.products.rows import listed


@group("products")
def products() -> None:
    """What suppliers sell, to whom, and for how much."""


add_import(products, PRODUCTS)


@products.command("list")
@click.option("--supplier", default="", metavar="ID")
@click.option("--outlet", default="", metavar="ID", help="What applies to this outlet.")
@pass_session
def list_products(session: Session, supplier: str, outlet: str) -> None:
    """List what suppliers sell, as far as you may see it."""
    with session.reader() as reader:
        found = visible_list(reader.reading, supplier=supplier, outlet=outlet)
        rows = [
            (
                one.supplier,
                one.outlet,
                one.product,
                str(one.price),
                f"{one.tax_percent} % {one.tax_category}" if one.tax_category else "",
                one.pack,
                one.least,
                "yes" if one.available else "no",
            )
            for one in found
        ]
    headings = ("supplier", "outlet", "product", "price", "tax", "pack", "minimum", "available")
    session.show(Table(headings, rows, spare=("tax",)))


@products.command("set")
@click.argument("supplier")
@click.argument("product")
@click.option("--outlet", default="", metavar="ID", help="Only for this outlet; else for every.")
@click.option("--price", help="Of one unit, without tax.")
@click.option("--currency", metavar="CODE", help="The tenant's if omitted.")
@click.option("--tax-category", metavar="CODE", help="Such as S.")
@click.option("--tax-percent", metavar="NUMBER")
@click.option("--pack", metavar="NUMBER", help="Sold in multiples of it.")
@click.option("--least", metavar="NUMBER", help="The least that is sold.")
@click.option("--available/--not-available", "available", default=None)
@pass_session
def set_product(session: Session, supplier: str, product: str, outlet: str, **given: Any) -> None:
    """Put a PRODUCT on a SUPPLIER's list, or change it; what is not named stays."""
    stated = {name: value for name, value in given.items() if value is not None}

    def work(desk: Any) -> dict[str, Any]:
        known = listed(desk.reading, supplier, outlet, product)
        before = _stated(known) if known is not None and known.outlet == outlet else {"price": ""}
        key = {"supplier": supplier, "outlet": outlet, "product": product}
        entry = read_entry(NewListed(**{**before, **key, **stated}), desk.reading)
        set_entries(desk, [entry])
        return {**key, "price": str(entry.price), "pack": entry.pack, "minimum": entry.least,
                "available": entry.available}  # fmt: skip

    session.show(session.run(work))


def _stated(entry: Any) -> dict[str, Any]:
    """An entry as it could have been stated."""
    return {
        "price": entry.price.amount,
        "currency": entry.price.currency,
        "tax_category": entry.tax_category,
        "tax_percent": entry.tax_percent,
        "pack": entry.pack,
        "least": entry.least,
        "available": entry.available,
    }
