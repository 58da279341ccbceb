"""Orders as people write them: flags such as `--line`, and JSON or TOML files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from orderloom.cli.files import read_file
from orderloom.errors import Problem, Refused
from orderloom.orders.commands import NewLine, NewOrder
from orderloom.orders.inputs import read_record
from orderloom.orders.order import Delivery
from orderloom.values import Address, Contact, shown

_LINE = re.compile(
    r"(?P<name>.*)=\s*(?P<quantity>[^\s@=]+)(?:\s+(?P<unit>[^@=]+?))?\s*(?:@\s*(?P<price>[^@=]+))?",
    re.DOTALL,
)
_PRODUCT = "product:"


@attrs.frozen(kw_only=True)
class LineFile:
    """A line in a file; the fields of `NewLine`."""

    name: str = ""
    quantity: Decimal
    unit: str = ""
    product: str = ""
    price: Decimal | None = None
    group: str = ""
    specs: dict[str, str] = attrs.field(factory=dict)
    needed_by: date | None = None
    note: str = ""


@attrs.frozen(kw_only=True)
class DeliveryFile:
    """Delivery or pickup in a file; the fields of `Delivery`."""

    method: str = "delivery"
    address: Address | None = None
    contact: Contact | None = None
    instructions: str = ""
    on: date | None = None


@attrs.frozen(kw_only=True)
class OrderFile:
    """An order in a file; the fields of `NewOrder`."""

    type: str
    project: str = ""
    buyer: str = ""
    seller: str = ""
    currency: str = ""
    lines: tuple[LineFile, ...] = ()
    delivery: DeliveryFile | None = None
    bill_to: Address | None = None
    title: str = ""
    remarks: str = ""

    def new(self) -> NewOrder:
        """What is to be placed."""
        fields = attrs.asdict(self, recurse=False)
        lines = fields.pop("lines")
        delivery = fields.pop("delivery")
        return NewOrder(
            **fields,
            lines=[NewLine(**attrs.asdict(line, recurse=False)) for line in lines],
            delivery=delivery and Delivery(**attrs.asdict(delivery, recurse=False)),
        )


def line_of(text: str) -> dict[str, str]:
    """`Folding chair=200 C62@12.50` as the fields of a line.

    The name may be `product:KEY` of a known product; unit and price may be left out.

    Raises:
        Refused: [cli.line_malformed].
    """
    found = _LINE.fullmatch(text)
    if found is None:
        template = (
            "“{given}” is not a line. To order something, write NAME=QUANTITY UNIT@PRICE, such as "
            "“Folding chair=200 C62@12.50”; unit and price may be left out."
        )
        problem = Problem("cli.line_malformed", template, "line", params={"given": shown(text)})
        raise Refused([problem])
    fields = {name: value.strip() for name, value in found.groupdict().items() if value}
    name = fields.pop("name", "")
    key = "product" if name.startswith(_PRODUCT) else "name"
    return {**fields, key: name.removeprefix(_PRODUCT)}


def new_line(text: str) -> NewLine:
    """A line of the notation of `line_of`, its numbers through the gate."""
    line = read_record(LineFile, line_of(text), "line")
    return NewLine(**attrs.asdict(line, recurse=False))


def orders_in(path: Path, fields: Mapping[str, Any]) -> list[NewOrder]:
    """The orders of a file: one object, a list of them, or a list under the key `orders`.

    Args:
        path: JSON, or TOML if it is named so.
        fields: from flags; they fill in what the file leaves out.

    Raises:
        Refused: every problem of every order, with the path of its field.
    """
    raw = read_file(path)
    several = raw.get("orders") if isinstance(raw, dict) and "orders" in raw else raw
    if not isinstance(several, list):
        return [read_order(several, fields)]
    if not several:
        text = "The file holds no orders. To place one, write an object with type, lines and more."
        raise Refused([Problem("cli.no_orders", text, str(path))])
    orders: list[NewOrder] = []
    problems: list[Problem] = []
    for index, one in enumerate(several):
        try:
            orders.append(read_order(one, fields, f"[{index}]"))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return orders


def read_order(raw: Any, fields: Mapping[str, Any], field: str = "") -> NewOrder:
    """One order of a file or of flags.

    Raises:
        Refused: every problem, with the path of its field.
    """
    if not isinstance(raw, Mapping):
        text = "“{given}” is not an order. To place one, write an object with type, lines and more."
        raise Refused([Problem("cli.order_malformed", text, field, params={"given": shown(raw)})])
    return read_record(OrderFile, {**fields, **raw}, field).new()


def address_of_text(text: str) -> dict[str, Any]:
    """`Meadow gate|Long Lane 1|12345 Sampletown`: the lines of an address in one argument."""
    return {"lines": [line.strip() for line in re.split(r"[|\n]", text) if line.strip()]}


def address_text(address: Address | None) -> str:
    """An address on one line."""
    if address is None:
        return ""
    town = f"{address.postal_code} {address.city}".strip()
    return ", ".join(filter(None, (*address.lines, town, address.region, address.country)))
