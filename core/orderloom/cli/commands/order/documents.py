"""`orderloom order pdf` and `order issue`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from orderloom.cli.commands.order.showing import name_of
from orderloom.cli.files import write_file
from orderloom.cli.groups import Command
from orderloom.cli.lookup import find_order
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk, Reader
from orderloom.documents.issuing import Issued, Rendered
from orderloom.errors import NotFound, Problem, Refused
from orderloom.orders.order import Order
from orderloom.values import nearest


@click.command(cls=Command)
@click.argument("order")
@click.argument("document", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Where to; a folder, or - for stdout. Named after the document if omitted.",
)
@click.option(
    "--format",
    default="",
    metavar="FORMAT",
    help="pdf (as if omitted), html or text; a document that is written has one of its own.",
)
@click.option("--revision", type=click.IntRange(1), help="An earlier one than the latest.")
@click.option("--draft", is_flag=True, help="What it would look like now; nothing is issued.")
@pass_session
def pdf(
    session: Session, order: str, document: str | None, output: Path | None, **given: Any
) -> None:
    """Write an issued DOCUMENT of an order to a file; nothing is sent."""
    write = _draft if given["draft"] else _latest
    _write(session, write(session, order, document, given), output)


def _draft(session: Session, order: str, document: str | None, given: dict[str, Any]) -> Rendered:
    with session.reader() as reader:
        found = find_order(reader, order)
        return reader.draft(found, document or _only_type(reader, found), given["format"])


def _latest(session: Session, order: str, document: str | None, given: dict[str, Any]) -> Rendered:
    def work(desk: Desk) -> Rendered:
        issued = _issued(desk, find_order(desk, order), document, given["revision"])
        return desk.render(issued, given["format"])

    return session.run(work)


@click.command(cls=Command)
@click.argument("order")
@click.argument("document", required=False)
@pass_session
def issue(session: Session, order: str, document: str | None) -> None:
    """Issue a DOCUMENT by hand: number and revision are final; `pdf` writes it to a file."""

    def work(desk: Desk) -> Issued:
        found = find_order(desk, order)
        return desk.issue(found, document or _only_type(desk, found))

    issued = session.run(work)
    if session.json:
        session.show(
            {
                "id": issued.id,
                "type": issued.type,
                "number": issued.number,
                "revision": issued.revision,
            }
        )
    else:
        session.say(f"{issued.type} {issued.number}, revision {issued.revision}, is issued.")


def _issued(reader: Reader, order: Order, document: str | None, revision: int | None) -> Issued:
    """The latest issue, or the revision asked for."""
    issued = reader.documents(order)
    fitting = [
        one
        for one in issued
        if (document is None or one.type == document) and revision in (None, one.revision)
    ]
    types = {one.type for one in fitting}
    if len(types) > 1:
        raise _which(types)
    if not fitting:
        which = f"revision {revision} of an " if revision and issued else ""
        kind = f"{which}issued {document or 'document'} of order"
        raise NotFound(kind, name_of(order), _instead(reader, order, document, issued))
    return fitting[-1]


def _instead(reader: Reader, order: Order, document: str | None, issued: Sequence[Issued]) -> str:
    """What to do when the document or revision asked for was not issued."""
    by_hand = f"To see a draft, add --draft; to issue one: orderloom order issue {name_of(order)}"
    if not issued:
        return by_hand
    there = ", ".join(f"{one.type} --revision {one.revision}" for one in issued)
    types = {one.type for one in issued}
    if document in types or document is None:
        return f"To write one that is issued, use: {there}."
    if document in reader.assembly.documents:
        return f"{by_hand} {document}. Issued are: {there}."
    ends = [type for type in sorted(types) if type.endswith(f".{document}")]
    close = ", ".join(ends) or nearest(document, types)
    meant = f"Did you mean {close}? " if close else ""
    return f"{meant}To write one that is issued, use: {there}."


def _only_type(reader: Reader, order: Order) -> str:
    known: list[str] = [
        key for key, one in reader.assembly.documents.items() if one.type == order.type
    ]
    if len(known) != 1:
        raise _which(known)
    return known[0]


def _which(known: Iterable[str]) -> Refused:
    names = ", ".join(sorted(known))
    text = "Several documents fit, or none. To name one, write it after the order: {known}."
    params = {"known": names or "no module brings one"}
    return Refused([Problem("cli.which_document", text, "document", params=params)])


def _write(session: Session, rendered: Rendered, output: Path | None) -> None:
    if output is not None and str(output) == "-":
        sys.stdout.buffer.write(rendered.content)
        return
    path = output or Path(rendered.name)
    if path.is_dir():
        path = path / rendered.name
    write_file(path, rendered.content)
    session.show({"file": str(path), "bytes": len(rendered.content), "sha256": rendered.sha256})
