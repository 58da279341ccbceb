"""Tryton: purchases through its own classes, one transaction each, its access checks off.

Usage, in an environment with trytond, trytond_purchase and proteus:
python with_tryton.py URI DATABASE ORDERS
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from decimal import Decimal
from importlib import metadata
from typing import Any

from serving import serve

URI, DATABASE, ORDERS = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["DB_NAME"] = DATABASE
if URI.startswith("sqlite"):
    os.environ["TRYTOND_DATABASE__PATH"] = URI.removeprefix("sqlite://")
    URI = "sqlite://"
os.environ["TRYTOND_DATABASE_URI"] = URI

from proteus import Model  # noqa: E402 - its configuration comes first
from trytond.modules.account.tests.tools import (  # noqa: E402 - its configuration comes first
    create_chart,
    create_fiscalyear,
    get_accounts,
)
from trytond.modules.account_invoice.tests.tools import (  # noqa: E402 - its configuration comes first
    create_payment_term,
    set_fiscalyear_invoice_sequences,
)
from trytond.modules.company.tests.tools import create_company  # noqa: E402 - its configuration comes first
from trytond.pool import Pool  # noqa: E402 - its configuration comes first
from trytond.tests.tools import activate_modules  # noqa: E402 - its configuration comes first
from trytond.transaction import Transaction  # noqa: E402 - its configuration comes first

SHOWN = ["number", "party.rec_name", "purchase_date", "currency.rec_name", "state"]


class Shop:
    """A company with a supplier and five products."""

    def __init__(self) -> None:
        config = activate_modules(["purchase"], create_company, create_chart)
        set_fiscalyear_invoice_sequences(create_fiscalyear()).click("create_period")
        self.user, self.context = config.user, dict(config.context, _skip_warnings=True)
        supplier = Model.get("party.party")(name="Vendor One")
        supplier.save()
        self.party, self.address = supplier.id, supplier.addresses[0].id
        term = create_payment_term()
        term.save()
        self.term = term.id
        (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
        self.unit = unit.id
        accounts = get_accounts()
        category = Model.get("product.category")(name="Goods", accounting=True)
        category.account_expense = accounts["expense"]
        category.account_revenue = accounts["revenue"]
        category.save()
        self.products = [self._product(number, unit, category) for number in range(5)]

    def _product(self, number: int, unit: Any, category: Any) -> int:
        template = Model.get("product.template")(name=f"Item {number} of the order, medium text")
        template.default_uom, template.type = unit, "goods"
        template.purchasable = True
        template.list_price = Decimal(10 + number)
        template.cost_price_method = "fixed"
        template.account_category = category
        template.save()
        found: int = template.products[0].id
        return found

    def start(self, *, readonly: bool = False) -> Any:
        return Transaction().start(DATABASE, self.user, context=self.context, readonly=readonly)

    def values(self) -> dict[str, Any]:
        """An order with every value given: the cheapest one its `create` takes."""
        lines = [
            {
                "type": "line",
                "product": product,
                "quantity": float(number + 1),
                "unit": self.unit,
                "unit_price": Decimal("12.5000") + number,
            }
            for number, product in enumerate(self.products)
        ]
        return {
            "company": self.context["company"],
            "party": self.party,
            "payment_term": self.term,
            "invoice_method": "order",
            "invoice_address": self.address,
            "lines": [("create", lines)],
        }

    def create(self, values: dict[str, Any]) -> int:
        with self.start() as transaction:
            (order,) = Pool().get("purchase.purchase").create([values])
            transaction.commit()
            found: int = order.id
            return found

    def quote(self, order: int) -> None:
        with self.start() as transaction:
            orders = Pool().get("purchase.purchase")
            orders.quote([orders(order)])
            transaction.commit()

    def page(self, _: object) -> None:
        with self.start(readonly=True):
            found = (
                Pool()
                .get("purchase.purchase")
                .search_read([("state", "=", "draft")], 0, 25, [("id", "DESC")], SHOWN)
            )
            assert len(found) == 25

    def drafts(self, count: int) -> Iterable[int]:
        return [self.create(self.values()) for _ in range(count)]

    def seed(self, orders: int) -> None:
        for first in range(0, orders, 250):
            with self.start() as transaction:
                many = [self.values() for _ in range(min(250, orders - first))]
                Pool().get("purchase.purchase").create(many)
                transaction.commit()


shop = Shop()
shop.seed(ORDERS)
serve(
    {
        "create": (lambda count: [shop.values() for _ in range(count)], shop.create),
        "transition": (shop.drafts, shop.quote),
        "page": (range, shop.page),
    },
    versions={name: metadata.version(name) for name in ("trytond", "trytond_purchase")},
)
