"""Who may do it: permissions, sides and the traits of the present status."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from orderloom.errors import Problem
from orderloom.lifecycle import Action, Lifecycle, Status
from orderloom.modules import Assembly, SubjectScope, contained, held_in, who_may
from orderloom.modules.contributions import OrderType, Reading, SubjectType
from orderloom.orders.commands import (
    Approve,
    Command,
    Delete,
    Escalate,
    Perform,
    Place,
    Refuse,
    Restore,
)
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import Actor

ALL_SIDES: Final = frozenset({"buyer", "seller"})


def permission_of(type: OrderType | SubjectType, command: str) -> str:
    """The permission a generic command (place, edit, read, delete, note) needs."""
    return dict(type.permissions).get(command, f"{type.key}.{command}")


def needed_for(command: Command, type: OrderType | SubjectType, lifecycle: Lifecycle | None) -> str:
    """The permission a command needs; without a lifecycle the one its name makes."""
    if isinstance(command, Place | Perform):
        known = lifecycle.declared(command.action) if lifecycle else None
        if known is not None and known.permission:
            return known.permission
        if isinstance(command, Perform):
            return f"{type.key}.{command.action}"
        return permission_of(type, command.action)
    if isinstance(command, Approve | Refuse | Escalate):
        return ""  # the requirements say who may
    return permission_of(type, "delete" if isinstance(command, Delete | Restore) else "edit")


def right_problems(
    permission: str, subject: Subject | None, assembly: Assembly, reading: Reading
) -> Iterator[Problem]:
    """A problem if the actor lacks a permission, naming who has it."""
    if not reading.allows(permission, subject):
        yield missing_right(permission, assembly, subject)


def missing_right(permission: str, assembly: Assembly, subject: Subject | None = None) -> Problem:
    """The problem of whoever lacks a permission, naming who has it where the subject is."""
    where = SubjectScope() if subject is None else scope_of(subject, assembly)
    who = who_may(permission, assembly.roles, where.departments)
    text = "You may not do this: it needs the permission {permission}. To go on, ask {who}."
    params = {"permission": permission, "who": who}
    return Problem("right.missing", text, params=params, lifted_by=who, forbidden=True)


def scope_of(subject: Subject, assembly: Assembly) -> SubjectScope:
    """Where a subject is, as far as grants are concerned.

    Raises:
        ModuleFault: the module's field that names the department failed.
    """
    field = assembly.departments.get(subject.type)
    if field is None:
        return SubjectScope.of(subject)
    with contained(field.key.partition(".")[0], f"field {field.key}"):
        department = field.of(subject)
    return SubjectScope.of(subject, (department,) if department else ())


def sides_of(
    actor: Actor, subject: Subject | None, permission: str, assembly: Assembly
) -> frozenset[str]:
    """The sides an actor plays on a subject when he does what a permission allows.

    Only grants that include the permission count. One in a party's scope plays that party's side;
    one in a wider scope the subject lies in (tenant, project, department) belongs to the house
    itself, which may act for either side.
    """
    where = SubjectScope() if subject is None else scope_of(subject, assembly)
    roles = assembly.roles
    counting = held_in(actor, permission, where, roles)
    if any(scope.kind != "party" for scope in counting):
        return ALL_SIDES
    parties = {scope.id for scope in counting}
    if not isinstance(subject, Order):
        return frozenset()
    named = {"buyer": subject.buyer, "seller": subject.seller}
    return frozenset(side for side, party in named.items() if party and party.id in parties)


def side_problems(
    action: Action, sides: Collection[str], type: OrderType | SubjectType
) -> Iterator[Problem]:
    """A problem if the action belongs to a side the actor does not play."""
    if not action.side or action.side in sides:
        return
    label = getattr(type, action.side, "") or action.side
    text = "Only the {side} may {action}. To go on, ask the {side}."
    params = {"side": label, "action": action.title.lower()}
    yield Problem("right.side", text, params=params, lifted_by=f"the {label}", forbidden=True)


def plays(actor: Actor, subject: Subject, side: str, assembly: Assembly) -> bool:
    """Whether an actor plays a side of an order, by whatever right."""
    return side in sides_of(actor, subject, "", assembly)


def leading(
    lifecycle: Lifecycle,
    status: Status,
    wanted: Callable[[Status], object],
    is_open: Callable[[Action], bool],
) -> str:
    """The open actions that lead from a status to another that is wanted, by title."""
    return " or ".join(
        action.title
        for action in lifecycle.actions_from(status.name)
        if any(name != status.name and wanted(lifecycle.status(name)) for name in action.target)
        and is_open(action)
    )


def side_edit_problems(
    status: Status, sides: Collection[str], type: OrderType | SubjectType
) -> Iterator[Problem]:
    """A problem if only the other side may change the content in this status."""
    if status.lets_edit(sides) or not status.editable_by:
        return
    who = ", ".join(getattr(type, side, "") or side for side in sorted(status.editable_by))
    text = "While it is {status} only the {who} may change it. To go on, ask the {who}."
    params = {"status": status.title, "who": who}
    yield Problem("right.side", text, params=params, lifted_by=f"the {who}", forbidden=True)


def frozen_problems(
    status: Status, lifecycle: Lifecycle, is_open: Callable[[Action], bool]
) -> Iterator[Problem]:
    """A problem if nobody may change the content in this status; names the open ways on."""
    if status.editable_by:
        return
    text = "Nothing can be changed while it is {status}. To go on, leave it as it is."
    ways = leading(lifecycle, status, lambda one: one.editable_by, is_open)
    if ways:
        text = "Nothing can be changed while it is {status}. To change it, start with {ways}."
    elif ways := leading(lifecycle, status, lambda one: True, is_open):
        text = "Nothing can be changed while it is {status}. To go on, choose {ways}."
    yield Problem("subject.frozen", text, params={"status": status.title, "ways": ways})
