"""`orderloom order list`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import click

from orderloom.cli.commands.order.exporting import csv_lines
from orderloom.cli.commands.order.standing import as_it_stands
from orderloom.cli.groups import Command
from orderloom.cli.lookup import short_ids
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.cli.titles import status_title
from orderloom.desk import Reader
from orderloom.errors import NotFound
from orderloom.orders.listed import Listed
from orderloom.store.find import Query
from orderloom.values import Gather, date_of, decimal_of, instant_of, nearest, pair_of

_PAGE = 25
_FILTERS = (
    click.option("--type", default="", metavar="TYPE", help="Such as procurement.order."),
    click.option("--status", multiple=True, metavar="STATUS", help="May be given several times."),
    click.option("--stage", type=click.Choice(["draft", "waiting", "open", "done", "dropped"])),
    click.option("--party", default="", metavar="ID", help="Buyer or seller."),
    click.option("--project", default="", metavar="ID"),
    click.option("--text", default="", help="Each word begins a word of the order."),
    click.option("--number", default="", help="The whole number."),
    click.option("--from", "created_from", metavar="DAY", help="Created on or after."),
    click.option("--until", "created_until", metavar="DAY", help="Created before."),
    click.option("--total-from", metavar="AMOUNT"),
    click.option("--total-until", metavar="AMOUNT"),
    click.option("--field", "fields", multiple=True, metavar="KEY=VALUE", help="An indexed field."),
    click.option("--deleted", "include_deleted", is_flag=True, help="Deleted ones too."),
)


def _filters(command: Any) -> Any:
    for decorate in reversed(_FILTERS):
        command = decorate(command)
    return command


@click.command("list", cls=Command)
@_filters
@click.option("--limit", type=click.IntRange(1, 1000), help="25 if not given; of --csv all.")
@click.option("--after", metavar="CURSOR", help="The `next` of the page before.")
@click.option("--count", is_flag=True, help="Only how many there are, up to 1,000.")
@click.option("--csv", is_flag=True, help="As CSV, the fields of modules in further columns.")
@pass_session
def list_orders(
    session: Session,
    *,
    limit: int | None,
    after: str | None,
    count: bool,
    csv: bool,
    **filters: Any,
) -> None:
    """List orders, newest first."""
    with session.reader() as reader:
        query = query_of(filters, ZoneInfo(reader.tenant.timezone))
        if count:
            counted = reader.count(query)
            session.show(
                {"count": counted.value, "more": counted.more}
                if session.json
                else {"count": str(counted)}
            )
            return
        if csv:
            _print_csv(reader, query, after, limit)
            return
        if session.json:
            whole = reader.find(query, after=after, limit=limit or _PAGE)
            if not whole.items:
                _check_known(reader, query)
            items = [as_it_stands(reader, item) for item in whole.items]
            session.show({"items": items, "next": whole.next})
            return
        page = reader.list(query, after=after, limit=limit or _PAGE)
        if not page.items:
            _check_known(reader, query)
        session.show(_table(session, reader, [as_it_stands(reader, one) for one in page.items]))
    if page.next:
        session.say(f"\nThere are more. To see them, add: --after {page.next}")


def _print_csv(reader: Reader, query: Query, after: str | None, limit: int | None) -> None:
    lines = csv_lines(reader, query, after, limit)
    headings, first = next(lines), next(lines, None)
    if first is None:
        _check_known(reader, query)
    for line in chain([headings], [] if first is None else [first], lines):
        click.echo(line)


def _table(session: Session, reader: Reader, orders: Sequence[Listed]) -> Table:
    rows = [
        (
            order.number or id,
            _status(reader, order),
            order.project,
            order.buyer.name if order.buyer else "",
            order.seller.name if order.seller else "",
            order.title,
            order.lines,
            order.total_text,
            session.local(order.created_at),
        )
        for order, id in zip(orders, short_ids(orders), strict=True)
    ]
    headings = (
        "order", "status", "project", "buyer", "seller", "title", "lines", "total", "created"
    )  # fmt: skip
    return Table(headings, rows, spare=("created", "lines", "project"))


def _status(reader: Reader, order: Listed) -> str:
    title = status_title(reader, order)
    traits = {"deleted": order.deleted_at, "parked": order.parked}
    notes = [name for name, holds in traits.items() if holds]
    return f"{title} ({', '.join(notes)})" if notes else title


def query_of(filters: dict[str, Any], zone: ZoneInfo) -> Query:
    """Every filter through its gate.

    Raises:
        Refused: all problems at once.
    """
    given = {name: value for name, value in filters.items() if value}
    with Gather() as gather:
        for name in ("created_from", "created_until"):
            if name in given:
                given[name] = gather.take(_start, given[name], name, zone)
        for name in ("total_from", "total_until"):
            if name in given:
                given[name] = gather.take(decimal_of, given[name], name)
        given["fields"] = [
            gather.take(pair_of, text, "field", example="KEY=VALUE", blank=True) or ("", "")
            for text in given.get("fields", ())
        ]
    return Query(**given)


def _check_known(reader: Reader, query: Query) -> None:
    """Look for a misspelt filter where nothing was found.

    Only then: orders of modules that are off keep types and statuses nobody declares any more.

    Raises:
        NotFound: no type, status, field, project or party is called like that.
    """
    look, assembly = reader.reading, reader.assembly
    lifecycles = [merged.lifecycle for merged in assembly.lifecycles.values()]
    statuses = {status.name for lifecycle in lifecycles for status in lifecycle.statuses}
    for name in query.status:
        _check("status", name, statuses)
    if query.type:
        _check("type", query.type, assembly.of_kind(query.kind))
    for key, _ in query.fields:
        _check("field", key, {one.key for each in assembly.fields.values() for one in each})
    if query.project and look.project(query.project) is None:
        raise NotFound("project", query.project, "To see what there is: orderloom project list")
    if query.party and look.party(query.party) is None:
        raise NotFound("party", query.party, "To see what there is: orderloom party list")


def _check(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        close = nearest(name, known, otherwise=", ".join(sorted(known)) or "none here")
        raise NotFound(kind, name, f"To filter by one, use: {close}.")


def _start(text: str, field: str, zone: ZoneInfo) -> datetime:
    """The instant of a text, or the first one of a day in the tenant's zone."""
    if "T" in text:
        return instant_of(text, field)
    day: date = date_of(text, field)
    return datetime.combine(day, time(), zone).astimezone(UTC)
