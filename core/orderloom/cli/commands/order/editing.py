"""`orderloom order edit`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import attrs
import click

from orderloom.cli.commands.order.fields import fields_given, order_fields
from orderloom.cli.commands.order.showing import told
from orderloom.cli.groups import Command
from orderloom.cli.lines import new_line
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk
from orderloom.errors import Problem, Refused
from orderloom.orders.commands import AddLine, Edit, MoveLine, RemoveLine, SetLine, SetOrder
from orderloom.orders.order import Delivery, Order
from orderloom.values import Gather, nearest, shown

_OF_LINE = ("name", "quantity", "price", "needed_by", "note", "group")
_MAY_BE_NONE = ("price", "needed_by")
_CLEARABLE = {"delivery": None, "bill-to": None, "buyer": "", "seller": ""}


@click.command(cls=Command)
@click.argument("order")
@click.option("--add", "added", multiple=True, metavar="LINE", help="As --line of `place`.")
@click.option(
    "--set",
    "changed",
    multiple=True,
    type=(str, str),
    metavar="LINE FIELD=VALUE",
    help=f"Change a line: {', '.join(_OF_LINE)}. LINE is its position or id.",
)
@click.option("--remove", "removed", multiple=True, metavar="LINE")
@click.option("--move", "moved", multiple=True, type=(str, int), metavar="LINE POSITION")
@order_fields
@click.option("--clear", multiple=True, type=click.Choice([*_CLEARABLE]), help="Make it empty.")
@click.option("--reason", default="", help="Kept in the history.")
@click.option("--key", help="Idempotency key.")
@pass_session
def edit(session: Session, order: str, reason: str, key: str | None, **given: Any) -> None:
    """Edit an order; all changes are made together or none is.

    Positions are those the order has now, whatever is removed or moved with them.
    """

    def work(desk: Desk) -> Order:
        before = find_order(desk, order)
        edits = _edits(before, given)
        if not edits:
            raise click.UsageError("Nothing to change is given. To edit, add flags (see --help).")
        after: Order = desk.edit(before, edits, reason=reason, key=key)
        return after

    told(session, session.run(work), "was edited")


def _edits(order: Order, given: dict[str, Any]) -> list[Edit]:
    with Gather() as gather:
        edits: list[Edit | None] = [
            *(
                gather.take(_set_line, order, line, pairs)
                for line, pairs in _by_line(given["changed"])
            ),
            *(gather.take(_add_line, text) for text in given["added"]),
            *(gather.take(_remove_line, order, line) for line in given["removed"]),
            *(gather.take(_move_line, order, line, to) for line, to in given["moved"]),
            gather.take(_set_order, order, given),
        ]
    return [one for one in edits if one is not None]


def _by_line(changed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """What is to be set, line by line."""
    found: dict[str, list[str]] = {}
    for line, pair in changed:
        found.setdefault(line, []).append(pair)
    yield from found.items()


def _set_line(order: Order, line: str, pairs: list[str]) -> SetLine:
    fields: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name = name.strip().replace("-", "_")
        if not sign or name not in _OF_LINE:
            template = "“{given}” changes nothing of a line. To set something, write {nearest}=…."
            close = nearest(name, _OF_LINE, otherwise=", ".join(_OF_LINE))
            params = {"given": shown(pair), "nearest": close}
            field = f"set {shown(line)}"
            raise Refused([Problem("cli.not_a_field", template, field, params=params)])
        fields[name] = None if name in _MAY_BE_NONE and not value else value
    return SetLine(line=_line_id(order, line), **fields)


def _add_line(text: str) -> AddLine:
    return AddLine(new_line(text))


def _remove_line(order: Order, line: str) -> RemoveLine:
    return RemoveLine(_line_id(order, line))


def _move_line(order: Order, line: str, to: int) -> MoveLine:
    return MoveLine(_line_id(order, line), to)


def _line_id(order: Order, given: str) -> UUID:
    """The id of a line named by position or id."""
    for line in order.lines:
        if given in (str(line.position), str(line.id)):
            return line.id
    template = "The order has no line {given}. To name one, give a position from 1 to {count}."
    params = {"given": shown(given), "count": len(order.lines)}
    raise Refused([Problem("order.no_such_line", template, "line", params=params)])


def _set_order(order: Order, given: dict[str, Any]) -> SetOrder | None:
    fields = fields_given(given)
    if "delivery" in fields:
        now = order.delivery or Delivery()
        fields["delivery"] = attrs.evolve(now, **fields["delivery"])
    fields |= {name.replace("-", "_"): _CLEARABLE[name] for name in given["clear"]}
    return SetOrder(**fields) if fields else None
