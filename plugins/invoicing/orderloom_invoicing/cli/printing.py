"""`orderloom invoicing pdf`."""

from __future__ import annotations

from pathlib import Path

import click

from orderloom import Desk, NotFound, Rendered
from orderloom.cli import Command, Session, pass_session, write_file
from orderloom_invoicing.cli.finding import find_invoice, name_of
from orderloom_invoicing.lifecycle import CREDIT_NOTE_PDF, INVOICE_PDF
from orderloom_invoicing.records import CREDIT_NOTE


@click.command(cls=Command)
@click.argument("invoice")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Where to, or a folder; named after the invoice if omitted.",
)  # fmt: skip
@click.option("--format", default="pdf", show_default=True, help="pdf, html or text.")
@click.option("--draft", is_flag=True, help="What a draft would look like now.")
@pass_session
def pdf(session: Session, invoice: str, output: Path | None, format: str, draft: bool) -> None:
    """Write an INVOICE or credit note to a file, as it was issued."""
    file = session.run(lambda desk: _rendered(desk, invoice, format, draft=draft))
    path = output or Path(file.name)
    if path.is_dir():
        path = path / file.name
    write_file(path, file.content)
    session.show({"file": str(path), "bytes": len(file.content), "sha256": file.sha256})


def _rendered(desk: Desk, name: str, format: str, *, draft: bool) -> Rendered:
    found = find_invoice(desk, name)
    document = CREDIT_NOTE_PDF if found.type == CREDIT_NOTE else INVOICE_PDF
    if draft:
        return desk.draft(found, document, format)
    issued = [one for one in desk.documents(found) if one.type == document]
    if not issued:
        raise NotFound("issued document of invoice", name_of(found), "To see a draft, add --draft.")
    return desk.render(issued[-1], format)
