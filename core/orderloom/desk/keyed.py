"""Idempotent commands: the same key and payload give the recorded result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from orderloom.desk.execution import Execution
from orderloom.orders import codec
from orderloom.orders.commands import Command
from orderloom.orders.replay import at_version
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events, idempotency


def once(
    do: Execution,
    key: str | None,
    asked: Sequence[Command],
    target: SubjectRef | None,
    work: Callable[[], Sequence[Subject]],
) -> tuple[Subject, ...]:
    """Run `work` unless a committed command with this key already did.

    Args:
        key: the caller's, at most 255 characters; None runs without one.
        asked: the commands, whose digest the key is bound to.
        target: what they act on.

    Raises:
        Refused: [idempotency.other_payload] the key was used for something else.
    """
    if key is None:
        return tuple(work())
    args = (do.connection, do.tenant.key, do.actor.id, key)
    recorded = idempotency.begin(*args, digest_of(asked, target), do.now)
    if recorded:
        return tuple(_recorded(do, one) for one in codec.loads(recorded))
    try:
        subjects = tuple(work())
    except BaseException:
        if not do.written:
            idempotency.forget(*args)
        raise
    results = [{"kind": one.kind, "id": str(one.id), "version": one.version} for one in subjects]
    idempotency.finish(*args, codec.dumps(results))
    return subjects


def digest_of(asked: Sequence[Command], target: SubjectRef | None) -> str:
    """What two calls with one key must agree on."""
    commands = [{"command": type(one).__name__, "what": codec.to_plain(one)} for one in asked]
    return codec.digest(codec.dumps({"target": str(target or ""), "commands": commands}))


def _recorded(do: Execution, raw: dict[str, Any]) -> Subject:
    ref = SubjectRef(raw["kind"], UUID(raw["id"]))
    return at_version(events.history(do.connection, do.tenant.key, ref), raw["version"])
