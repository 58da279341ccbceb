"""`orderloom lifecycle`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from orderloom.cli.groups import group
from orderloom.cli.printing import Table
from orderloom.cli.reporting import REFUSED
from orderloom.cli.session import Session, pass_session
from orderloom.desk import Desk, Reader
from orderloom.errors import NotFound, Problem, Refused
from orderloom.lifecycle import Lifecycle, Merged, mermaid, plain, prove
from orderloom.tenants import held_statuses
from orderloom.values import nearest, shown

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
    """Prove that lifecycles hold together.

    Exit code 2 if one does not, a module is faulted, or subjects are in a status their lifecycle
    no longer has. Those a switch has parked are listed too, and are no fault.
    """
    with session.reader() as reader:
        broken = [*_module_faults(reader, type)]
        known = reader.assembly.lifecycles
        chosen = {name: merged for name, merged in known.items() if type in (None, name)}
        if type and not broken:
            _merged(reader, type)
        held = [*_lost(reader, chosen)]
    proofs = {name: prove(merged) for name, merged in chosen.items()}
    faults = broken + [
        (name, fault.module, fault.edge, fault.problem.message)
        for name, proof in proofs.items()
        for fault in proof.faults
    ]
    faults += [row for row, frozen in held if not frozen]
    parked = [row for row, frozen in held if frozen]
    if session.json or faults or parked:
        session.show(Table(("lifecycle", "module", "where", "fault"), [*faults, *parked]))
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
        _merged(reader, wanted).lifecycle.status(new)
        _check_held(reader, wanted, old)
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


def _lost(
    reader: Reader, chosen: Mapping[str, Merged]
) -> Iterator[tuple[tuple[str, str, str, str], bool]]:
    """Statuses that are held and lost, how to leave them, and whether a switch has parked them."""
    for type, status, frozen, count in held_statuses(reader.reading.connection, reader.tenant.key):
        if type in chosen and not _has(chosen[type].lifecycle, status):
            why = "parked by a switch" if frozen else "parked: it is no status any more"
            reason = (
                f"{count} {why}. To move them: orderloom lifecycle map {status} NEW --type {type}"
            )
            yield (type, chosen[type].provenance.owner, status, reason), frozen


def _check_held(reader: Reader, type: str, status: str) -> None:
    """Refuse to move what is in a status that nothing is in: it is a slip of the pen."""
    every = held_statuses(reader.reading.connection, reader.tenant.key)
    held = sorted({one for of, one, *_ in every if of == type})
    if status not in held:
        text = "Nothing of {type} is in status {given}. To move some, name one they are in: {near}."
        near = nearest(status, held, otherwise=", ".join(held) or "(none)")
        params = {"type": type, "given": shown(status), "near": near}
        raise Refused([Problem("lifecycle.nothing_there", text, "old", params=params)])


def _has(lifecycle: Lifecycle, status: str) -> bool:
    return status in dict(lifecycle.renamed) or status in {
        known.name for known in lifecycle.statuses
    }


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
