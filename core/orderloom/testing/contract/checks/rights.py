"""Rights: the permissions there are, and that every command asks for one."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.decide import permission_of
from orderloom.errors import Forbidden, NotFound
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.testing.builders import a_stranger, an_actor
from orderloom.testing.contract.bystander import READER
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, TOURED, Finding, check
from orderloom.testing.contract.tour import Attempt
from orderloom.testing.contract.wording import told
from orderloom.values import nearest

_GENERIC = ("read", "edit", "delete", "note", "erase")


@check(SOUND)
def permissions_exist(case: Case) -> Iterator[Finding]:
    """Every permission its roles, types, guards, actions, documents or mails ask for exists."""
    known = _known(case)
    for role in case.loaded.manifest.roles:
        if not role.permissions and not role.manages:
            yield Finding(
                f"Role {role.key} permits nothing and manages nobody.",
                "To make it worth granting, name permissions, or roles it manages.",
            )
        for key in sorted(role.permissions):
            found = any(one.startswith(key[:-1]) for one in known) if key[-1:] == "*" else False
            if not found and key not in known:
                yield _unknown(f"Role {role.key} permits {key}", key, known)
    for asker, key in _asked(case):
        if key and key not in known:
            yield _unknown(f"{asker} asks for {key}", key, known)
    for type in case.own_types:
        yield from _commands_known(case, type)


def _type(case: Case, type: str) -> OrderType | SubjectType:
    return case.assembly.order_types.get(type) or case.assembly.subject_types[type]


def _known(case: Case) -> set[str]:
    """Permissions somebody registers, and those every type and action has without a word."""
    known = {*case.assembly.permissions}
    for type, merged in case.assembly.lifecycles.items():
        record = _type(case, type)
        if merged.provenance.owner != case.key:  # what another module names is its own affair
            known |= {permission for _, permission in record.permissions}
        names = (*_GENERIC, *(action.name for action in merged.lifecycle.all_actions))
        known |= {f"{type}.{name}" for name in names}
    return known


def _asked(case: Case) -> Iterator[tuple[str, str]]:
    for type in case.own_types:
        for command, permission in _type(case, type).permissions:
            yield f"Command {command} of {type}", permission
        for guard in case.assembly.guards.get(type, ()):
            yield f"Guard {guard.title} of {type}", guard.permission
    for type in case.types:
        merged = case.assembly.lifecycles[type]
        for action in merged.lifecycle.all_actions:
            if merged.provenance.of_action(action.name) == case.key:
                yield f"Action {action.name} of {type}", action.permission
    for document in case.registered("register_documents"):
        yield f"Document {document.key}", document.permission
    for one in case.registered("register_notifications"):
        yield f"Notification {one.key}", one.permission


def _commands_known(case: Case, type: str) -> Iterator[Finding]:
    starts = (action.name for action in case.assembly.lifecycles[type].lifecycle.starts)
    commands = (*_GENERIC, *starts)
    for command, _ in _type(case, type).permissions:
        if command not in commands:
            known = nearest(command, commands, otherwise=", ".join(commands))
            yield Finding(
                f"{type} names a permission for {command}, which is no command.",
                f"To have it asked for, name one of: {known}; an action names its own.",
            )


def _unknown(what: str, key: str, known: set[str]) -> Finding:
    near = nearest(key, known, most=1)
    hint = f" (did you mean {near}?)" if near else ""
    return Finding(
        f"{what}, which is no permission{hint}.",
        "To let it be granted, register it in register_permissions, or correct it.",
    )


@check(TOURED)
def rights_are_asked(case: Case) -> Iterator[Finding]:
    """Whoever lacks the right is refused every command, and told who has it."""
    for attempt in case.tour.attempts:
        if attempt.error is None and attempt.move.type in case.own_types:
            yield from _refused_to_strangers(case, attempt)
    for station in case.tour.all_stations():
        if station.subject.type in case.own_types:
            yield from _hidden_from_strangers(case, station.subject)


def _refused_to_strangers(case: Case, attempt: Attempt) -> Iterator[Finding]:
    """Try what worked again, as one who may read and nothing else."""
    move = attempt.move
    if move.name == "explain" or move.name.startswith("document "):
        return
    again = case.tour.attempt(move, attempt.station, by=an_actor("reader", READER))
    if again.error is None:
        if not _is_reading(case, attempt):
            yield Finding(
                f"Anybody may {move.name} a {move.type}: no permission is asked for.",
                "To ask for one, leave it out of permissions= (then it is "
                "<type>.<command>), or name one.",
            )
    elif not isinstance(again.error, Forbidden):
        yield Finding(
            f"Without the right to {move.name} a {move.type} the answer is: {told(again.error)}",
            "To say who may, leave the refusal to the core, and check no rights by hand.",
        )


def _is_reading(case: Case, attempt: Attempt) -> bool:
    """Whether it asks for the permission to read, on purpose."""
    record = _type(case, attempt.move.type)
    merged = case.assembly.lifecycles[attempt.move.type]
    actions = {action.name: action.permission for action in merged.lifecycle.all_actions}
    command = attempt.move.name.partition(":")[0]
    asked = actions.get(command) or permission_of(record, command)
    return bool(asked) and asked == permission_of(record, "read")


def _hidden_from_strangers(case: Case, subject: object) -> Iterator[Finding]:
    ref = subject.ref  # type: ignore[attr-defined]  # a Subject
    try:
        with case.bench.reader(a_stranger()) as reader:
            reader.get(ref)
    except NotFound:
        return
    yield Finding(
        f"Anybody may read a {subject.type}.",  # type: ignore[attr-defined]  # as above
        'To keep it from strangers, take "read": "" out of permissions=.',
    )
