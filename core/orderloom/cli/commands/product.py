"""`orderloom product`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli.directory import Kind, directory_of, pairs_of
from orderloom.cli.groups import group
from orderloom.cli.importing import add_import
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory import Product
from orderloom.directory.importers import PRODUCTS

_KIND = Kind(
    name="product",
    find=lambda directory, id: directory.product(id),
    ids=lambda directory: [one.id for one in directory.products()],
    save=lambda directory, made: directory.save_product(made),
)


@group()
def product() -> None:
    """Products: what is ordered again and again."""


add_import(product, PRODUCTS)


@product.command()
@click.argument("id")
@click.argument("name")
@click.option("--unit", default="C62", show_default=True, help="It is counted in.")
@click.option(
    "--conversion",
    "conversions",
    multiple=True,
    metavar="UNIT=FACTOR",
    help='One such unit is so many of its own, such as "dozen=12".',
)
@click.option("--spec", "specs", multiple=True, metavar="LABEL=TEXT", help="Specification.")
@click.option("--supplier", "suppliers", multiple=True, metavar="PARTY", help="Preferred first.")
@click.option("--replace", is_flag=True, help="Replace the product if there is one.")
@pass_session
def add(session: Session, id: str, replace: bool, **given: Any) -> None:
    """Add a product."""
    for name in ("conversions", "specs"):
        given[name] = pairs_of(given[name], name)
    made = Product(id=id, **given)
    _KIND.add(session, id, made, replace=replace)


@product.command("list")
@click.option("--text", default="", help="Only those with this text in id or name.")
@pass_session
def list_products(session: Session, text: str) -> None:
    """List the products by name."""
    with directory_of(session) as known:
        found = known.products(text=text)
    rows = [(one.id, one.name, one.unit, one.suppliers) for one in found]
    session.show(Table(("id", "name", "unit", "suppliers"), rows))


@product.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show a product."""
    _KIND.show(session, id, _facts)


def _facts(found: Product) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "unit": found.unit,
        "conversions": dict(found.conversions),
        "specs": dict(found.specs),
        "suppliers": found.suppliers,
    }
