"""`orderloom unit`."""

from __future__ import annotations

import attrs
import click

from orderloom.cli.directory import Kind, directory_of
from orderloom.cli.groups import group
from orderloom.cli.importing import add_import
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.directory.importers import UNITS
from orderloom.values import REC20, Unit

_KIND = Kind(
    name="unit",
    find=lambda directory, code: directory.units().get(code),
    ids=lambda directory: directory.units(),
    save=lambda directory, made: directory.save_unit(made),
)
_WITH_REC20 = attrs.evolve(
    _KIND,
    find=lambda directory, code: {**REC20, **directory.units()}.get(code),
    ids=lambda directory: {**REC20, **directory.units()},
)


@group()
def unit() -> None:
    """Units of the tenant's own; those of UN/CEFACT Recommendation 20 are always there."""


add_import(unit, UNITS)


@unit.command()
@click.argument("code")
@click.argument("name")
@click.option("--symbol", default="", help="Printed after a number; the code if omitted.")
@click.option("--digits", type=click.IntRange(0, 6), default=0, help="Decimals offered.")
@click.option("--replace", is_flag=True, help="Replace the unit if there is one.")
@pass_session
def add(session: Session, code: str, name: str, symbol: str, digits: int, replace: bool) -> None:
    """Add a unit; NAME is in the singular, such as “flight case”."""
    made = Unit(code, symbol, name, digits)
    _KIND.add(session, code, made, replace=replace)


@unit.command("list")
@click.option("--all", "everything", is_flag=True, help="Those of Recommendation 20 too.")
@pass_session
def list_units(session: Session, everything: bool) -> None:
    """List the units."""
    with directory_of(session) as directory:
        own = directory.units()
    known = {**REC20, **own} if everything else own
    rows = [(code, one.symbol, one.title, one.digits, code in own) for code, one in known.items()]
    session.show(Table(("code", "symbol", "title", "digits", "own"), rows))


@unit.command()
@click.argument("code")
@pass_session
def show(session: Session, code: str) -> None:
    """Show a unit."""
    _WITH_REC20.show(session, code)
