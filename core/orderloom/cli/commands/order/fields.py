"""The flags for fields of an order, shared by `place` and `edit`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from orderloom.cli.lines import address_of_text
from orderloom.errors import Problem, Refused

_ADDRESS = "lines separated by |"
_FLAGS = (
    click.option("--title", help="Short text for lists."),
    click.option("--buyer", metavar="PARTY"),
    click.option("--seller", metavar="PARTY"),
    click.option("--remarks", help="Printed on documents."),
    click.option("--bill-to", metavar="ADDRESS", help=f"Who is invoiced; {_ADDRESS}."),
    click.option("--deliver-to", metavar="ADDRESS", help=f"They bring it here; {_ADDRESS}."),
    click.option("--pickup-at", metavar="ADDRESS", help=f"We fetch it there; {_ADDRESS}."),
    click.option("--delivery-on", metavar="DAY", help="Wanted business day."),
    click.option(
        "--delivery-contact", metavar="CONTACT", help='Such as "Gate 2 <gate@b.example>".'
    ),
    click.option("--instructions", help="For the delivery or pickup."),
)
_DELIVERY = {
    "delivery_on": "on",
    "delivery_contact": "contact",
    "instructions": "instructions",
}


def order_fields(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the flags; `fields_given` reads what they were given."""
    for decorate in reversed(_FLAGS):
        command = decorate(command)
    return command


def fields_given(given: dict[str, Any]) -> dict[str, Any]:
    """The raw fields of an order, with `delivery` and `bill_to` as mappings; absent ones left out.

    Raises:
        click.UsageError: both a delivery and a pickup address are given.
        Refused: [cli.empty_address].
    """
    names = ("title", "buyer", "seller", "remarks")
    fields = {name: given[name] for name in names if given[name] is not None}
    if given["bill_to"] is not None:
        fields["bill_to"] = _address("bill-to", given["bill_to"], clear="bill-to")
    if delivery := _delivery(given):
        fields["delivery"] = delivery
    return fields


def _delivery(given: dict[str, Any]) -> dict[str, Any]:
    here, there = given["deliver_to"], given["pickup_at"]
    if here is not None and there is not None:
        raise click.UsageError("Give --deliver-to or --pickup-at, not both.")
    delivery = {key: given[name] for name, key in _DELIVERY.items() if given[name] is not None}
    if here is not None or there is not None:
        delivery["method"] = "delivery" if there is None else "pickup"
        delivery["address"] = (
            _address("deliver-to", here, clear="delivery")
            if there is None
            else _address("pickup-at", there, clear="delivery")
        )
    return delivery


def _address(option: str, text: str, *, clear: str) -> dict[str, Any]:
    address = address_of_text(text)
    if not address["lines"]:
        template = (
            "The address is empty. To give one, write its lines separated by |; to make it empty, "
            "use --clear {clear} of `order edit`."
        )
        params = {"clear": clear}
        raise Refused([Problem("cli.empty_address", template, f"--{option}", params=params)])
    return address
