"""django-oscar: its own default project, orders placed by its `OrderCreator`, one transaction each.

Usage, in an environment with django-oscar: python with_oscar.py ENGINE NAME HOST PORT ORDERS
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from importlib import metadata
from typing import Any

import django
from django.conf import settings
from oscar import INSTALLED_APPS, defaults
from serving import serve

ENGINE, NAME, HOST, PORT, ORDERS = *sys.argv[1:5], int(sys.argv[5])
DATABASE: dict[str, Any] = {"ENGINE": f"django.db.backends.{ENGINE}", "NAME": NAME}
if ENGINE == "sqlite3":  # as durable as ours
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    DATABASE["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "init_command": pragmas}
else:
    DATABASE |= {"USER": "postgres", "HOST": HOST, "PORT": PORT, "CONN_MAX_AGE": None}

settings.configure(
    **{name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR")}
    | {
        "OSCAR_INITIAL_ORDER_STATUS": "Pending",
        "OSCAR_INITIAL_LINE_STATUS": "Pending",
        "OSCAR_ORDER_STATUS_PIPELINE": {"Pending": ("Being processed",), "Being processed": ()},
        "DATABASES": {"default": DATABASE},
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "DEBUG": False,
        "HAYSTACK_CONNECTIONS": {
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        "INSTALLED_APPS": INSTALLED_APPS,
        "SECRET_KEY": "benchmark",
        "SITE_ID": 1,
        "USE_TZ": True,
    }
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django is set up first
from django.core.management import call_command  # noqa: E402 - Django is set up first
from django.db import transaction  # noqa: E402 - Django is set up first
from django.utils.timezone import now  # noqa: E402 - Django is set up first
from oscar.apps.shipping.methods import Free  # noqa: E402 - Django is set up first
from oscar.core.loading import get_class, get_model  # noqa: E402 - Django is set up first
from oscar.test.factories import create_product  # noqa: E402 - Django is set up first

call_command("migrate", verbosity=0)
Basket, Order = get_model("basket", "Basket"), get_model("order", "Order")
OrderCreator = get_class("order.utils", "OrderCreator")
Totals = get_class("checkout.calculators", "OrderTotalCalculator")
Strategy = get_class("partner.strategy", "Default")
SHOWN = ("number", "user_id", "status", "currency", "total_incl_tax", "date_placed")


class Shop:
    """A customer and five products whose stock is not tracked: nearest to an order module."""

    def __init__(self) -> None:
        self.user = get_user_model().objects.create_user("buyer", "buyer@shop.example", "x")
        self.products = [
            create_product(
                price=Decimal("12.50") + number,
                num_in_stock=10_000_000,
                title=f"Item {number} of the order, medium text",
                upc=f"ITEM{number}",
                product_class="untracked",
            )
            for number in range(5)
        ]
        kind = self.products[0].get_product_class()
        kind.track_stock = False
        kind.save()

    def baskets(self, count: int) -> Iterator[int]:
        """Saved baskets of five products."""
        for _ in range(count):
            basket = Basket(owner=self.user)
            basket.strategy = Strategy()
            basket.save()
            for quantity, product in enumerate(self.products, start=1):
                basket.add_product(product, quantity)
            yield basket.pk

    def place(self, basket_id: int) -> Any:
        basket = Basket.objects.get(pk=basket_id)
        basket.strategy = Strategy()
        method = Free()
        charge = method.calculate(basket)
        total = Totals().calculate(basket, charge)
        return OrderCreator().place_order(basket, total, method, charge, user=self.user)

    def pending(self, count: int) -> Iterable[int]:
        return [self.place(basket).pk for basket in self.baskets(count)]

    def move(self, order: int) -> None:
        with transaction.atomic():
            Order.objects.select_for_update().get(pk=order).set_status("Being processed")

    def page(self, _: object) -> None:
        pending = Order.objects.filter(status="Pending").order_by("-date_placed")
        assert len(list(pending.values(*SHOWN)[:25])) == 25

    def seed(self, orders: int) -> None:
        """Headers alone, which is all a page reads."""
        (one,) = self.pending(1)
        real = Order.objects.get(pk=one)
        kept = {
            name: getattr(real, name)
            for name in ("site", "user", "currency", "total_incl_tax", "total_excl_tax", "status")
        }
        Order.objects.bulk_create(
            Order(number=f"B{number}", date_placed=now() - timedelta(seconds=number), **kept)
            for number in range(orders)
        )


shop = Shop()
shop.seed(ORDERS)
serve(
    {
        "create": (shop.baskets, shop.place),
        "transition": (shop.pending, shop.move),
        "page": (range, shop.page),
    },
    versions={name: metadata.version(name) for name in ("django-oscar", "django")},
)
