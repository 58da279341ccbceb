"""`orderloom invoicing post`, `credit` and `void`."""

from __future__ import annotations

import click

from orderloom import Desk, Order, Problem, Refused, shown
from orderloom.cli import Command, Session, pass_session
from orderloom_invoicing.cli.finding import find_invoice, name_of
from orderloom_invoicing.ledger import notes_of
from orderloom_invoicing.posting import PostOptions
from orderloom_invoicing.records import KIND

DAY = "YYYY-MM-DD"


@click.command(cls=Command)
@click.argument("invoice")
@click.option("--date", "issued_on", metavar=DAY, help="The draft's own if omitted.")
@click.option("--due", "due_on", metavar=DAY, help="From the term of payment if omitted.")
@click.option("--tax-point", metavar=DAY, help="When the tax became due, if not on that date.")
@pass_session
def post(session: Session, invoice: str, **given: str | None) -> None:
    """Post a draft INVOICE: it gets its number and PDF, and never changes again."""
    options = PostOptions(**given)
    posted = session.run(lambda desk: desk.perform(find_invoice(desk, invoice), "post", options))
    _told(session, posted, f"is posted: {posted.totals.total}")


@click.command(cls=Command)
@click.argument("invoice")
@click.option(
    "--line", "lines", multiple=True, metavar="LINE=QUANTITY",
    help="Such as 2=5; repeat for more. Everything that is left if omitted.",
)  # fmt: skip
@click.option("--why", default="", help="Printed on the credit note.")
@click.option("--date", "issued_on", metavar=DAY, help="Of the credit note; today if omitted.")
@pass_session
def credit(
    session: Session, invoice: str, lines: tuple[str, ...], why: str, issued_on: str | None
) -> None:
    """Credit a posted INVOICE, whole or in part, by a credit note."""
    named = [_line(text) for text in lines]
    options = {"lines": named, "why": why, "issued_on": issued_on}

    def work(desk: Desk) -> Order:
        credited = desk.perform(find_invoice(desk, invoice), "credit", options)
        note: Order = desk.get(notes_of(credited.id, desk.reading)[-1], kind=KIND)
        return note

    note = session.run(work)
    _told(session, note, f"credits {note.totals.total}")


def _line(text: str) -> dict[str, str]:
    line, equals, quantity = text.partition("=")
    if not equals:
        problem = "“{given}” does not say how much. To credit of a line, write LINE=QUANTITY."
        params = {"given": shown(text)}
        raise Refused([Problem("invoicing.bad_line", problem, "line", params=params)])
    return {"line": line.strip(), "quantity": quantity.strip()}


@click.command(cls=Command)
@click.argument("invoice")
@click.option("--reason", default="", help="Kept in the history.")
@pass_session
def void(session: Session, invoice: str, reason: str) -> None:
    """Void a draft INVOICE; the order it was made of lacks its invoice again."""
    voided = session.run(
        lambda desk: desk.perform(find_invoice(desk, invoice), "void", reason=reason)
    )
    _told(session, voided, "is void")


def _told(session: Session, invoice: Order, what: str) -> None:
    if session.json:
        session.show(invoice)
    else:
        session.say(f"{name_of(invoice)} {what}.")
