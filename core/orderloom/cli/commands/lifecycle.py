"""`orderloom lifecycle`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.reporting import REFUSED
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk, Reader
from orderloom.errors import NotFound
from orderloom.lifecycle import Merged, mermaid, plain, prove
from orderloom.values import nearest

_OVERLAY = "tenant"  # the name its faults go by


@group()
def lifecycle() -> None:
    """Lifecycles as the tenant's modules and overlays make them."""


@lifecycle.command()
@click.argument("type")
@click.option("--mermaid", "drawn", is_flag=True, help="As a Mermaid state diagram.")
@pass_session
def show(session: Session, type: str, drawn: bool) -> None:
    """Show the statuses and actions of a type, and which module added what."""
    with session.reader() as reader:
        merged = _merged(reader, type)
    if session.json:
        session.show(merged.lifecycle.to_dict())
        return
    draw = mermaid if drawn else plain
    session.say(draw(merged.lifecycle, merged.provenance).rstrip("\n"))


@lifecycle.command("prove")
@click.argument("type", required=False)
@pass_session
@click.pass_context
def prove_lifecycles(context: click.Context, session: Session, type: str | None) -> None:
    """Prove that lifecycles hold together; exit code 2 if one does not or a module is faulted."""
    with session.reader() as reader:
        broken = [*_module_faults(reader, type)]
        known = reader.assembly.lifecycles
        chosen = {name: merged for name, merged in known.items() if type in (None, name)}
        if type and not broken:
            _merged(reader, type)
    proofs = {name: prove(merged) for name, merged in chosen.items()}
    faults = broken + [
        (name, fault.module, fault.edge, fault.problem.message)
        for name, proof in proofs.items()
        for fault in proof.faults
    ]
    if session.json or faults:
        session.show(Table(("lifecycle", "module", "where", "fault"), faults))
    else:
        for name, proof in proofs.items():
            statuses, actions = proof.lifecycle.statuses, proof.lifecycle.all_actions
            session.say(f"{name} holds together: {len(statuses)} statuses, {len(actions)} actions.")
    if faults:
        context.exit(REFUSED)


@lifecycle.command("map")
@click.argument("old")
@click.argument("new")
@click.option("--type", metavar="TYPE", help="Needed if the tenant has several types.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_session
def map_status(session: Session, old: str, new: str, type: str | None, yes: bool) -> None:
    """Move everything that is in status OLD, which the lifecycle no longer has, to NEW."""
    with session.reader() as reader:
        wanted = type or _only_type(reader)
        _merged(reader, wanted)
    session.confirm(f"Move every {wanted} in status {old} to {new}?", yes=yes)

    def work(desk: Desk) -> int:
        return desk.admin.map_status(wanted, old, new)

    session.show({"type": wanted, "moved": session.run(work)})


def _module_faults(reader: Reader, type: str | None) -> Iterator[tuple[str, str, str, str]]:
    """Faults of modules, with the types they let nobody work on; an overlay's are for the proof."""
    for fault in reader.assembly.faults:
        types = sorted(key for key, why in reader.assembly.blocks.items() if why is fault)
        if fault.module != _OVERLAY and (type is None or type in types):
            yield ", ".join(types), fault.module, fault.hook, fault.reason


def _merged(reader: Reader, type: str) -> Merged:
    known = reader.assembly.lifecycles
    if type not in known:
        close = nearest(type, known, otherwise=", ".join(known))
        hint = f"To name one, use: {close}." if close else "To have one, switch a module on."
        raise NotFound("lifecycle", type, hint)
    merged: Merged = known[type]
    return merged


def _only_type(reader: Reader) -> str:
    types = list(reader.assembly.lifecycles)
    if len(types) != 1:
        raise click.UsageError(f"Name the type with --type: {', '.join(types) or 'there is none'}.")
    return str(types[0])
