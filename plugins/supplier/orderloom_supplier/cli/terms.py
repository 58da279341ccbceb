"""`orderloom supplier terms`."""

from __future__ import annotations

import attrs
import click

from orderloom import Desk, NotFound
from orderloom.cli import Session, group, pass_session
from orderloom_supplier.terms.days import Terms, cut_off_of, days_of, weekdays_named
from orderloom_supplier.terms.rows import set_terms, terms_of


@group("terms")
def terms() -> None:
    """When suppliers deliver, and until when they take orders."""


@terms.command("show")
@click.argument("supplier")
@pass_session
def show_terms(session: Session, supplier: str) -> None:
    """Show when a SUPPLIER delivers."""
    with session.reader() as reader:
        if reader.reading.party(supplier) is None:
            raise NotFound("party", supplier, "To see what there is: orderloom party list")
        _show(session, supplier, terms_of(reader.reading, supplier))


@terms.command("set")
@click.argument("supplier")
@click.option("--cut-off", metavar="HH:MM", help="For the day after; none for no cut-off.")
@click.option("--days", metavar="DAYS", help="Such as mon,thu; all for every day.")
@pass_session
def change_terms(session: Session, supplier: str, cut_off: str | None, days: str | None) -> None:
    """Say when a SUPPLIER delivers; what is not named stays."""

    def work(desk: Desk) -> Terms:
        stated = terms_of(desk.reading, supplier)
        if cut_off is not None:
            stated = attrs.evolve(stated, cut_off=cut_off_of("" if cut_off == "none" else cut_off))
        if days is not None:
            named = () if days == "all" else days.split(",")
            stated = attrs.evolve(stated, days=days_of(named))
        set_terms(desk, supplier, stated)
        return stated

    _show(session, supplier, session.run(work))


def _show(session: Session, supplier: str, stated: Terms) -> None:
    session.show(
        {
            "supplier": supplier,
            "cut_off": f"{stated.cut_off:%H:%M}" if stated.cut_off else "none",
            "days": weekdays_named(stated.days),
        }
    )
