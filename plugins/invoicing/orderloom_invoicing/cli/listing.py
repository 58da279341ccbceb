"""`orderloom invoicing list`."""

from __future__ import annotations

from typing import Any

import click

from orderloom import Listed, Query, Reader
from orderloom.cli import Command, Session, Table, pass_session
from orderloom_invoicing.cli.finding import word_of
from orderloom_invoicing.fields import CREDITS, DUE_ON, REFERENCE
from orderloom_invoicing.records import CREDIT_NOTE, INVOICE, KIND

_HEADINGS = ("invoice", "kind", "status", "buyer", "seller", "reference", "due on", "total")
_SPARE = ("seller", "reference")
_TYPES = {"invoice": INVOICE, "credit-note": CREDIT_NOTE}


@click.command("list", cls=Command)
@click.option("--kind", type=click.Choice(sorted(_TYPES)), help="Both if omitted.")
@click.option("--status", multiple=True, help="draft, posted, credited or void; repeat for more.")
@click.option("--party", metavar="ID", help="Of the buyer or the seller.")
@click.option("--reference", metavar="TEXT", help="The number of the buyer's order, exactly.")
@click.option("--text", metavar="WORDS", help="Every word begins a word of it.")
@click.option("--limit", type=click.IntRange(1, 1000), default=25, show_default=True)
@click.option("--after", metavar="CURSOR", help="Go on where a page ended.")
@pass_session
def list_invoices(session: Session, limit: int, after: str | None, **given: Any) -> None:
    """List invoices and credit notes, the newest first."""
    fields = {REFERENCE: given["reference"]} if given["reference"] else {}
    query = Query(
        kind=KIND,
        type=_TYPES.get(given["kind"] or "", ""),
        status=given["status"],
        party=given["party"] or "",
        text=given["text"] or "",
        fields=fields,
    )
    with session.reader() as reader:
        page = reader.list(query, after=after, limit=limit)
        rows = [_row(reader, item) for item in page.items]
    if session.json:
        names = [heading.replace(" ", "_") for heading in _HEADINGS]
        items = [dict(zip(names, row, strict=True)) for row in rows]
        session.show({"items": items, "next": page.next})
        return
    session.show(Table(_HEADINGS, rows, spare=_SPARE))
    if page.next:
        session.say(f"\nThere is more: add --after {page.next}")


def _row(reader: Reader, item: Listed) -> tuple[Any, ...]:
    fields = dict(item.fields)
    return (
        item.number or str(item.id),
        word_of(item.type),
        reader.status(item).title,
        item.buyer.name if item.buyer else "",
        item.seller.name if item.seller else "",
        fields.get(REFERENCE) or fields.get(CREDITS, ""),
        fields.get(DUE_ON, ""),
        item.total,
    )
