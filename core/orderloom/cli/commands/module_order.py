"""`orderloom module order`."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from orderloom.cli.files import read_text, write_file
from orderloom.cli.groups import Command
from orderloom.cli.printing import Table
from orderloom.cli.session import Session, pass_session
from orderloom.errors import Refused
from orderloom.modules import ON, Assemblies, Assembly, standings
from orderloom.modules.lock import Locked, drift, lock_text, locked, read_lock

_DRIFTED = 1
_EVERYTHING = ""  # instead of a tenant's key: all that is installed, as if all of it were on


@click.command(cls=Command)
@click.option("--tenant", metavar="KEY", help="Only its modules; all tenants if not given.")
@click.option("--lock", "written", type=click.Path(path_type=Path), help="Write a lock file.")
@click.option("--check", "checked", type=click.Path(path_type=Path), help="Compare with one.")
@pass_session
@click.pass_context
def order(
    context: click.Context,
    session: Session,
    tenant: str | None,
    written: Path | None,
    checked: Path | None,
) -> None:
    """Show the order in which modules' hooks run, and why each stands where it does.

    Modules that cannot run come last, with their fault: without a database, those that cannot run
    where all installed ones are on.

    A lock file holds the order with versions, declarations, hooks and what each module adds to
    lifecycles, of all installed modules or with --tenant of one tenant's: keep it beside the code,
    so that a review shows what an upgrade changes. --check ends with 1 if it is no longer true.
    """
    if written and checked:
        raise click.UsageError("To go on, give --lock or --check, not both.")
    if written:
        write_file(written, lock_text(_locked(session, tenant)).encode())
        session.say(f"{written} was written.")
    elif checked:
        context.exit(_check(session, tenant, checked))
    else:
        _show(session, tenant)


def _locked(session: Session, tenant: str | None) -> tuple[Locked, ...]:
    key = tenant or _EVERYTHING
    return locked(session.catalogue, _assembly(session, key))


def _check(session: Session, tenant: str | None, path: Path) -> int:
    found = drift(_read(path), _locked(session, tenant))
    if found or session.json:
        rows = [(one.module, one.change, one.what) for one in found]
        session.show(Table(("module", "change", "what"), rows))
    else:
        session.say(f"The modules are as {path} says.")
    if found:
        again = f"orderloom module order --lock {path}" + (f" --tenant {tenant}" if tenant else "")
        session.say(f"\nTo accept this, run: {again}")
    return _DRIFTED if found else 0


def _read(path: Path) -> tuple[Locked, ...]:
    try:
        return read_lock(read_text(path))
    except Refused as refusal:
        named = (attrs.evolve(problem, field=str(path)) for problem in refusal.problems)
        raise Refused(named) from None


def _show(session: Session, tenant: str | None) -> None:
    rows: list[tuple[str | None, str, int | None, str]] = []
    for key in _keys(session, tenant):
        assembly = _assembly(session, key)
        for standing in standings(session.catalogue.loaded[one].manifest for one in assembly.order):
            rows.append((key or None, standing.module, standing.depth, standing.reason))
        for fault in assembly.faults:
            rows.append((key or None, fault.module, None, f"faulted: {fault.reason}"))
    session.show(Table(("tenant", "module", "depth", "why"), rows))


def _keys(session: Session, tenant: str | None) -> list[str]:
    if tenant or not session.config.db:
        return [tenant or _EVERYTHING]
    return [one.key for one in session.loom.tenants()] or [_EVERYTHING]


def _assembly(session: Session, tenant: str) -> Assembly:
    """What runs in a tenant; what would run if all that is installed were on."""
    if tenant == _EVERYTHING:
        return Assemblies(session.catalogue).of(dict.fromkeys(session.catalogue.loaded, ON))
    from orderloom.loom import SETUP

    with session.loom.reader(tenant, SETUP) as reader:
        assembly: Assembly = reader.assembly
        return assembly
