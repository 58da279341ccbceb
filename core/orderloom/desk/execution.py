"""What `on_*` hooks get: reading, module tables, and further commands in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import attrs
import sqlalchemy as sa

from orderloom.desk.issuing import issue
from orderloom.desk.path import Path
from orderloom.desk.scoping import PARAMETER, TENANT, scoped_change
from orderloom.documents.issuing import Issued
from orderloom.orders.commands import (
    Change,
    Delete,
    Edit,
    NewOrder,
    NewSubject,
    Perform,
    Place,
    Restore,
)
from orderloom.orders.events import CHANGED
from orderloom.orders.subject import Subject
from orderloom.store import schema
from orderloom.store.faults import translated
from orderloom.tenants import tenant_ref
from orderloom.tenants.subject import rows_body

S = TypeVar("S", bound=Subject)


@attrs.define(slots=False, eq=False, kw_only=True)
class Execution(Path):
    """`Writing` over one connection."""

    def execute(
        self,
        statement: Any,
        params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Run an insert, update or delete on a table of a module."""
        self.progress.written = True
        scoped = scoped_change(statement, schema.metadata)
        many = [params or {}] if isinstance(params, Mapping) or params is None else params
        rows = [_confined(statement, row, self.tenant.key) for row in many]
        if not rows:
            return 0
        with translated():
            result = self.connection.execute(scoped, rows if len(rows) > 1 else rows[0])
        return int(result.rowcount)

    def tell(self, what: str, id: str, changed: Mapping[str, tuple[object, object]]) -> None:
        """Write a change of a module's own rows into the history of the tenant."""
        module, _, name = what.partition(".")
        if module not in self.assembly.order or not name:
            raise ValueError(f"{what} is not the key of a module that is on, a dot and a name")
        body = rows_body(what, id, changed)
        if body is not None:
            self.append(tenant_ref(self.tenant.key), CHANGED, body)

    def place(self, new: NewOrder | NewSubject, *, action: str = "place") -> Subject:
        """Create another subject."""
        return self.carry_out(Place(new, action))

    def edit(self, subject: S, edits: Sequence[Edit] | Edit, *, reason: str = "") -> S:
        """Edit another subject."""
        change = Change(edits)
        return cast(S, self.carry_out(change, subject.ref, reason=reason))

    def perform(self, subject: S, action: str, options: object = None, *, reason: str = "") -> S:
        """Perform an action on another subject."""
        return cast(S, self.carry_out(Perform(action, options), subject.ref, reason=reason))

    def delete(self, subject: Subject, *, reason: str = "") -> Subject:
        """Delete another subject."""
        return self.carry_out(Delete(), subject.ref, reason=reason)

    def restore(self, subject: Subject, *, reason: str = "") -> Subject:
        """Bring back a deleted subject."""
        return self.carry_out(Restore(), subject.ref, reason=reason)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Commands that take effect whole or not at all; in a SAVEPOINT of the transaction."""
        before = dict(self.latest)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.held.let_go()
            self.latest.clear()
            self.latest.update(before)
            raise

    def issue(self, subject: Subject, document: str) -> Issued:
        """Issue a document: number and revision now, bytes after commit.

        Raises:
            Refused: as `issuing.issue`.
        """
        return issue(self, subject, document)


def _confined(statement: Any, row: Mapping[str, Any], tenant: str) -> dict[str, Any]:
    """The parameters of one row, with the tenant; whatever they say of it themselves is dropped."""
    given = {name: value for name, value in row.items() if name != TENANT}
    return {**given, TENANT if isinstance(statement, sa.Insert) else PARAMETER: tenant}
