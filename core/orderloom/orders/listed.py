"""What lists show of subjects: their heads, without lines, texts and data of modules."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from orderloom.orders.hidden import HIDDEN, PRICES
from orderloom.orders.order import PartyRef, priced_text
from orderloom.orders.subject import SubjectRef
from orderloom.values import Money


@attrs.frozen(kw_only=True, slots=False)  # made in half the time: a page is many of them
class Listed:
    """A subject as one row of a list; `Reader.get` answers the whole of it.

    Attributes:
        kind, id, type, version, status, number, title, project, lifecycle, created_at,
            updated_at, deleted_at, parked: as `Subject`.
        stage: draft, waiting, open, done or dropped.
        buyer, seller: of an order; None where it leaves one open, and for every other kind.
        total: of an order, None as long as none of its lines has a price.
        lines: how many lines an order has …
        priced: … and how many of them have a price.
        fields: its indexed fields, pairs of key and value.
        hidden: what whoever reads it may not see; as `Order.hidden`.
    """

    kind: str
    id: UUID
    type: str
    version: int
    status: str
    stage: str
    number: str
    title: str
    project: str
    lifecycle: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    parked: bool
    buyer: PartyRef | None = None
    seller: PartyRef | None = None
    total: Money | None = None
    lines: int = 0
    priced: int = 0
    fields: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def ref(self) -> SubjectRef:
        """What identifies it."""
        return SubjectRef(self.kind, self.id)

    @property
    def total_text(self) -> str:
        """The total in words: how much is priced, if not all of it is."""
        if PRICES in self.hidden:
            return str(HIDDEN)
        return priced_text(self.total, self.priced, self.lines)
