"""`orderloom unit`."""

from __future__ import annotations

from typing import Any

import click

from orderloom.cli import directory
from orderloom.cli.groups import group
from orderloom.cli.importing import import_csv, import_flags
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory.importers import UNITS
from orderloom.values import REC20, Unit


@group()
def unit() -> None:
    """Units of the tenant's own; those of UN/CEFACT Recommendation 20 are always there."""


@unit.command()
@click.argument("code")
@click.option("--symbol", default="", help="Printed after a number; the code if omitted.")
@click.option("--title", default="", help="In the singular; the code if omitted.")
@click.option("--digits", type=click.IntRange(0, 6), default=0, help="Decimals offered.")
@click.option("--replace", is_flag=True, help="Replace the unit if there is one.")
@pass_session
def add(session: Session, code: str, symbol: str, title: str, digits: int, replace: bool) -> None:
    """Add a unit."""
    made = Unit(code, symbol, title, digits)
    if replace:
        directory.replace(session, "unit", code, lambda to: to.save_unit(made))
    else:
        directory.save(
            session, "unit", code, lambda to: to.units().get(code), lambda to: to.save_unit(made)
        )


@unit.command("list")
@click.option("--all", "everything", is_flag=True, help="Those of Recommendation 20 too.")
@pass_session
def list_units(session: Session, everything: bool) -> None:
    """List the units."""
    with session.reader() as reader:
        own = reader.reading.units()
    known = {**REC20, **own} if everything else own
    rows = [(code, one.symbol, one.title, one.digits, code in own) for code, one in known.items()]
    session.show(Table(("code", "symbol", "title", "digits", "own"), rows))


@unit.command()
@click.argument("code")
@pass_session
def show(session: Session, code: str) -> None:
    """Show a unit."""
    with session.reader() as reader:
        known = {**REC20, **reader.reading.units()}
    session.show(directory.found(known.get(code), "unit", code, [*known]))


@unit.command("import")
@import_flags
@pass_session
def import_units(session: Session, **given: Any) -> None:
    """Import units from a CSV file."""
    import_csv(session, UNITS, **given)
