"""Idempotent commands: the same key and payload give the recorded result."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import attrs
from sqlalchemy import Connection

from orderloom.decide import needed_for, right_problems
from orderloom.desk.execution import Execution
from orderloom.errors import Forbidden, NotFound, OrderloomError
from orderloom.orders import codec
from orderloom.orders.commands import Command
from orderloom.orders.data import Data
from orderloom.orders.replay import at_version
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events, idempotency
from orderloom.values import text_of

_IN_ERROR = 3  # libpq's PQTRANS_INERROR


def once(
    do: Execution,
    key: str | None,
    asked: Sequence[Command],
    target: SubjectRef | None,
    work: Callable[[], Sequence[Subject]],
    *,
    reason: str = "",
) -> tuple[Subject, ...]:
    """Run `work` unless a committed command with this key already did.

    Taking the key is the first statement of the command, before anything it depends on is read;
    only the tenant was, when the desk was opened.

    Args:
        do: the desk's.
        key: the caller's, at most 255 characters; None runs without one.
        asked: the commands, whose digest the key is bound to.
        target: what they act on.
        work: carries them out.
        reason: given with them; bound to the key as well.

    Raises:
        Refused: [idempotency.other_payload] the key was used for something else; [text.*] it is
            no key.
        Forbidden: it was done, but the actor may do it no more.
        NotFound: the actor may not even know of it any more.
    """
    if key is None:
        return tuple(work())
    args = (do.connection, do.tenant.key, do.actor.id, text_of(key, "key", longest=255))
    recorded = idempotency.begin(*args, digest_of(asked, target, reason), do.now)
    if recorded:
        results = codec.loads(recorded)
        do.progress.placed += [_ref(one) for one in results[len(asked) :]]
        return tuple(
            _recorded(do, command, one)
            for command, one in zip(asked, results[: len(asked)], strict=True)
        )
    try:
        subjects = tuple(work())
    except OrderloomError:
        if not do.progress.written and not lost(do.connection):
            idempotency.forget(*args)
        raise
    results = [{"kind": one.kind, "id": str(one.id), "version": one.version} for one in subjects]
    placed = [{"kind": ref.kind, "id": str(ref.id)} for ref in do.progress.placed]
    idempotency.finish(*args, codec.dumps([*results, *placed]))
    return subjects


def _ref(raw: Mapping[str, Any]) -> SubjectRef:
    return SubjectRef(raw["kind"], UUID(raw["id"]))


def digest_of(asked: Sequence[Command], target: SubjectRef | None, reason: str = "") -> str:
    """What two calls with one key must agree on."""
    commands = [_told(one) for one in asked]
    told = {"target": str(target or ""), "commands": commands, "reason": reason}
    return codec.digest(codec.dumps(told))


def _told(raw: object) -> Any:
    """Raw input as JSON; records with the names of their classes: edits differ in little else."""
    if isinstance(raw, Data):
        return raw.to_text()
    if isinstance(raw, bytes):  # of a file
        return hashlib.sha256(raw).hexdigest()
    if attrs.has(type(raw)):
        fields = attrs.asdict(cast(Any, raw), recurse=False)
        return [type(raw).__name__, _told(fields)]
    if isinstance(raw, Mapping):
        return {str(name): _told(value) for name, value in raw.items()}
    if isinstance(raw, set | frozenset):
        return sorted(codec.dumps(_told(one)) for one in raw)
    if isinstance(raw, list | tuple):
        return [_told(one) for one in raw]
    return raw if isinstance(raw, str | int | None) else str(raw)


def lost(connection: Connection) -> bool:
    """Whether an error of the database has ended the transaction, so that nothing can go on.

    PostgreSQL would silently roll back at COMMIT; SQLite has rolled back by itself.
    """
    if connection.invalidated:
        return True
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return not driver.in_transaction
    return int(driver.info.transaction_status) == _IN_ERROR


def _recorded(do: Execution, command: Command, raw: dict[str, Any]) -> Subject:
    """What a command made, if the actor still has the right to it."""
    ref = _ref(raw)
    made = at_version(events.history(do.connection, do.tenant.key, ref), raw["version"])
    assembly = do.assembly
    type = assembly.order_types.get(made.type) or assembly.subject_types.get(made.type)
    if not do.may_read(do.load(ref).subject):
        raise NotFound(ref.kind, ref.id)
    if type is not None:
        merged = assembly.lifecycles.get(made.type)
        needed = needed_for(command, type, merged.lifecycle if merged else None)
        if problems := tuple(right_problems(needed, made, assembly, do)):
            raise Forbidden(problems)
    return do.present(made)
