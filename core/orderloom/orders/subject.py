"""Subjects: whatever has a lifecycle and a history. An order is one of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from orderloom.errors import NotFound
from orderloom.orders.data import NO_DATA, Data

ORDER = "order"
TENANT = "tenant"


@attrs.frozen
class SubjectRef:
    """What identifies a subject inside its tenant."""

    kind: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


@attrs.frozen(kw_only=True)
class Subject:
    """A thing with a lifecycle, a version and a history.

    Attributes:
        kind: "order" for every order; other kinds are named by their module: a plain word for
            those with lines and money ("invoice"), else the type ("procurement.need").
        id: UUIDv7.
        type: names the lifecycle ("procurement.order"); equals `kind` where there are
            no lines.
        version: 1 after creation, +1 with every change.
        status: name in the merged lifecycle.
        facets: status of each second small lifecycle, sorted pairs (facet, status); those a
            module brought later stand at their start.
        number: human number, "" until the action that binds drew it.
        title: short text for lists.
        project: key of the project it belongs to, "" for none.
        data: what modules keep on it.
        lifecycle: digest of the lifecycle of its latest move.
        created_at, updated_at: aware UTC.
        created_by: actor id.
        deleted_at: set when it is a tombstone.
        parked: frozen, because its status is unknown to the current lifecycle.
    """

    kind: str
    id: UUID
    type: str
    version: int
    status: str
    facets: tuple[tuple[str, str], ...] = ()
    number: str = ""
    title: str = ""
    project: str = ""
    data: Data = NO_DATA
    lifecycle: str = ""
    created_at: datetime
    created_by: str
    updated_at: datetime
    deleted_at: datetime | None = None
    parked: bool = False

    @property
    def ref(self) -> SubjectRef:
        """What identifies it."""
        return SubjectRef(self.kind, self.id)

    def facet(self, name: str) -> str:
        """The status of a facet.

        Raises:
            NotFound: the subject's lifecycle has no such facet.
        """
        found = dict(self.facets)
        if name not in found:
            known = f"Its facets are: {', '.join(found)}." if found else "It has no facets."
            raise NotFound("facet", name, known)
        return found[name]
