"""`orderloom supplier`: carts, reorders, product lists, delivery terms and account owners."""

from __future__ import annotations

from orderloom.cli import group
from orderloom_supplier.cli.accounts import account, list_accounts
from orderloom_supplier.cli.ordering import order_again, order_cart
from orderloom_supplier.cli.products import products
from orderloom_supplier.cli.terms import terms
from orderloom_supplier.ubl.cli import ubl


@group(help="Carts, reorders, product lists, delivery terms and account owners.")
def supplier() -> None:
    """Carts, reorders, product lists, delivery terms and account owners."""


for command in (account, list_accounts, order_again, order_cart, products, terms, ubl):
    supplier.add_command(command)
