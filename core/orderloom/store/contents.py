"""Comparing a subject's row with what its events and the kept declarations say it has to hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.errors import Refused
from orderloom.orders import codec
from orderloom.orders.replay import after
from orderloom.orders.snapshot import PERSONAL
from orderloom.orders.subject import Subject
from orderloom.store.events import read_event
from orderloom.store.rows import derived_columns
from orderloom.store.schema import lifecycles

#: What reading something that was tampered with may raise.
UNREADABLE: Final = (
    ArithmeticError, AttributeError, ExceptionGroup, LookupError, Refused, TypeError, ValueError,
)  # fmt: skip

_FLAG: Final = "parked"  # freezing and releasing are events of the tenant, not of the subject
_declarations: Final = (
    sa.select(lifecycles.c.digest, lifecycles.c.name, lifecycles.c.text)
    .where(lifecycles.c.tenant_id == bindparam("tenant"))
    .order_by(lifecycles.c.name, lifecycles.c.digest)
)


class Declared:
    """What the lifecycle declarations kept for a tenant say, all versions together.

    An edit leaves the digest of the latest move on a subject, while its row follows the
    declaration of the moment; so a stage holds if any version gives it to the status.
    """

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.faults: list[tuple[str, str]] = []
        self._digests = {""}
        self._stages: dict[tuple[str, str], set[str]] = {}
        for row in connection.execute(_declarations, {"tenant": tenant}):
            self._digests.add(row.digest)
            if codec.digest(row.text) != row.digest:
                where = f"lifecycle {row.name} {row.digest[:12]}"
                self.faults.append((where, "its declaration was changed"))
            else:
                self._add(row.name, codec.loads(row.text))

    def _add(self, type: str, declaration: dict[str, Any]) -> None:
        for status in declaration["statuses"]:
            self._stages.setdefault((type, status["name"]), set()).add(status["stage"])

    def knows(self, digest: str) -> bool:
        """Whether the declaration a subject names is kept."""
        return digest in self._digests

    def fits(self, type: str, status: str, stage: str) -> bool:
        """Whether a status may be in a stage; so too if no declaration has that status."""
        return stage in self._stages.get((type, status), (stage,))


def event_faults(
    subject: Subject, links: Sequence[Any], texts: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """Where a subject is not what its events say.

    Args:
        subject: as it is stored.
        links: its rows of `ol_event`, in order; at least one.
        texts: what their texts hold.
    """
    start = max((n for n, raw in enumerate(texts) if raw.get("record")), default=0)
    erased = bool(texts[start].get("personal")) and links[start].personal is None
    try:
        then = None
        for link, raw in zip(links[start:], texts[start:], strict=True):
            then = after(then, read_event(raw, link.personal, link.hash))
    except UNREADABLE:
        yield "its events cannot be read"
        return
    if then is None:
        yield "none of its events holds its content"
    elif changed := _differing(subject, then) - set(PERSONAL if erased else ()):
        yield f"differs from what its events say: {', '.join(sorted(changed))}"


def column_faults(row: Any, subject: Subject, fields: str, declared: Declared) -> Iterator[str]:
    """Where columns that lists and filters use do not follow from the subject.

    Args:
        row: of `ol_subject`.
        subject: what the row makes.
        fields: the text its rows of `ol_subject_field` make.
        declared: of its tenant.
    """
    expected = {**derived_columns(subject), "fields": fields}
    changed = {name for name, value in expected.items() if getattr(row, name) != value}
    if not declared.fits(subject.type, subject.status, row.stage):
        changed.add("stage")
    if changed:
        yield f"its columns do not follow from its content: {', '.join(sorted(changed))}"
    if not declared.knows(subject.lifecycle):
        yield "the declaration of its lifecycle is gone"


def _differing(now: Subject, then: Subject) -> set[str]:
    names = {field.name for field in attrs.fields(type(now))} - {_FLAG}
    return {name for name in names if getattr(now, name) != getattr(then, name, None)}
