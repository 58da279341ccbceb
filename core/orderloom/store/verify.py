"""Checking a tenant's history: chains against texts, heads, subjects, columns and seals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, Final
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from orderloom.orders import codec
from orderloom.orders.events import ERASED
from orderloom.orders.subject import TENANT, Subject
from orderloom.store.contents import UNREADABLE, Declared, column_faults, event_faults
from orderloom.store.events import START, personal_digest
from orderloom.store.schema import events, subject_fields, subjects
from orderloom.store.seals import Place, Seal, SealedHead, sealed
from orderloom.store.subjects import fields_text, subjects_of

_BATCH: Final = 500
_FIRST_ID: Final = UUID(int=0)


@attrs.frozen
class Finding:
    """Something that is not as it was written.

    Attributes:
        where: the place, such as "order RFQ-2026-0007, event 3" or "seal 2".
        what: what is wrong there.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@attrs.frozen(kw_only=True)
class Verification:
    """What `verify` found.

    Attributes:
        checked: events read.
        sealed: of these, covered by a seal.
        unsealed: of these, not covered yet; their removal from the end could go unnoticed.
    """

    checked: int
    sealed: int
    unsealed: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is as it was written."""
        return not self.findings


_subjects: Final = (
    sa.select(subjects)
    .where(
        subjects.c.tenant_id == bindparam("tenant"),
        sa.tuple_(subjects.c.kind, subjects.c.id)
        > sa.tuple_(bindparam("kind", type_=subjects.c.kind.type), bindparam("id", type_=sa.Uuid)),
    )
    .order_by(subjects.c.kind, subjects.c.id)
    .limit(_BATCH)
)
_of_batch: Final = (
    sa.select(
        events.c.kind, events.c.subject_id, events.c.seq, events.c.id, events.c.name, events.c.text,
        events.c.personal, events.c.salt, events.c.hash, events.c.seal,
    )
    .where(
        events.c.tenant_id == bindparam("tenant"),
        events.c.kind == bindparam("kind"),
        events.c.subject_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(events.c.subject_id, events.c.seq)
)  # fmt: skip
_fields: Final = sa.select(
    subject_fields.c.kind, subject_fields.c.subject_id, subject_fields.c.field,
    subject_fields.c.value,
).where(
    subject_fields.c.tenant_id == bindparam("tenant"),
    subject_fields.c.kind == bindparam("kind"),
    subject_fields.c.subject_id.in_(bindparam("ids", expanding=True)),
)  # fmt: skip
_orphans: Final = (
    sa.select(events.c.kind, events.c.subject_id, events.c.seq)
    .outerjoin(
        subjects,
        (subjects.c.tenant_id == events.c.tenant_id)
        & (subjects.c.kind == events.c.kind)
        & (subjects.c.id == events.c.subject_id),
    )
    .where(events.c.tenant_id == bindparam("tenant"), subjects.c.id.is_(None))
    .order_by(events.c.kind, events.c.subject_id, events.c.seq)
)


def verify(connection: Connection, tenant: str) -> Verification:
    """Read all events, subjects and seals of a tenant and say what does not fit together.

    Found are events changed, removed, swapped or added, chains cut at the end, subjects that were
    removed or are not what their events say, columns that do not follow from the subject (stage,
    parties, total, indexed fields), lifecycle declarations changed or removed, and seals changed
    or removed. Not covered is what only helps or what modules work out: the search index, which
    values are indexed, the flag `parked`, timers and deliveries; nor are names and addresses once
    they were erased. Runs in batches of subjects, so that memory stays bounded.
    """
    check = _Check(connection, tenant)
    check.run()
    return Verification(
        checked=check.checked,
        sealed=check.sealed,
        unsealed=check.checked - check.sealed,
        findings=tuple(check.findings),
    )


class _Check:
    """One run: counters, findings, and what the seals say of each subject."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self.connection, self.tenant = connection, tenant
        self.checked = self.sealed = 0
        self.findings: list[Finding] = []
        self.heads: dict[Place, list[SealedHead]] = {}
        self.declared = Declared(connection, tenant)

    def run(self) -> None:
        """Seals first: they say which subjects there have to be."""
        for where, what in self.declared.faults:
            self._found(where, what)
        self._seals(sealed(self.connection, self.tenant))
        for batch in self._batches():
            self._batch(batch)
        for head in (heads[-1] for heads in self.heads.values()):
            where = self._name(head.kind, head.subject)
            self._found(where, f"it is gone, with {head.seq} sealed events")
        for row in self.connection.execute(_orphans, {"tenant": self.tenant}):
            self.checked += 1
            where = f"{self._name(row.kind, row.subject_id)}, event {row.seq}"
            self._found(where, "its subject is gone")

    def _name(self, kind: str, id: object) -> str:
        return f"{kind} {self.tenant if kind == TENANT else id}"

    def _found(self, where: str, what: str) -> None:
        self.findings.append(Finding(where, what))

    def _seals(self, found: Sequence[Seal]) -> None:
        previous, seq = "", 0
        for seal in found:
            where = f"seal {seal.seq}"
            if seal.seq != seq + 1:
                self._found(where, f"seal {seq + 1} before it is gone")
            elif seal.previous != previous:
                self._found(where, "it does not follow from the seal before it")
            if seal.hash != seal.expected_hash():
                self._found(where, "it was changed")
            else:
                for head in seal.read_heads():
                    self.heads.setdefault((head.kind, head.subject), []).append(head)
            previous, seq = seal.hash, seal.seq

    def _batches(self) -> Iterator[Sequence[Any]]:
        last: dict[str, Any] = {"kind": "", "id": _FIRST_ID}
        while rows := self.connection.execute(_subjects, {"tenant": self.tenant} | last).all():
            yield rows
            last = {"kind": rows[-1].kind, "id": rows[-1].id}

    def _batch(self, rows: Sequence[Any]) -> None:
        links: dict[Place, list[Any]] = {}
        fields: dict[Place, dict[str, str]] = {}
        for kind, group in groupby(rows, lambda row: row.kind):
            given = {"tenant": self.tenant, "kind": kind, "ids": [row.id for row in group]}
            for link in self.connection.execute(_of_batch, given):
                links.setdefault((link.kind, link.subject_id), []).append(link)
            for one in self.connection.execute(_fields, given):
                fields.setdefault((one.kind, one.subject_id), {})[one.field] = one.value
        for row, subject in zip(rows, self._values(rows), strict=True):
            place = (row.kind, row.id)
            name = self._name(row.kind, row.number or row.id)
            found = links.get(place, [])
            texts = [_read(link.text) for link in found]
            self._chain(name, row, found, texts)
            if subject is None:
                self._found(name, "it cannot be read")
                continue
            if found:
                self._faulty(name, event_faults(subject, found, texts))
            indexed = fields_text(fields.get(place, {}))
            self._faulty(name, column_faults(row, subject, indexed, self.declared))

    def _values(self, rows: Sequence[Any]) -> Sequence[Subject | None]:
        try:
            return subjects_of(self.connection, self.tenant, rows)
        except UNREADABLE:  # at least one: find out which
            return [None] if len(rows) == 1 else [self._values((row,))[0] for row in rows]

    def _chain(
        self, name: str, row: Any, links: Sequence[Any], texts: Sequence[dict[str, Any]]
    ) -> None:
        self.checked += len(links)
        for link, raw in zip(links, texts, strict=True):
            self._faulty(f"{name}, event {link.seq}", _link_faults(link, raw))
        for where, what in (*_neighbour_faults(links, texts), *_lost_parts(links, texts)):
            self._found(f"{name}, event {where}", what)
        last = (links[-1].seq, links[-1].hash) if links else START
        if last != (row.head_seq, row.head_hash):
            what = f"the subject stands at event {row.head_seq}, the last one kept is {last[0]}"
            self._found(f"{name}, event {row.head_seq}", what)
        self._sealed_heads(name, row, links)

    def _faulty(self, where: str, faults: Iterable[str]) -> None:
        for what in faults:
            self._found(where, what)

    def _sealed_heads(self, name: str, row: Any, links: Sequence[Any]) -> None:
        hashes = {link.seq: link.hash for link in links}
        heads = self.heads.pop((row.kind, row.id), [])
        for head in heads:
            if hashes.get(head.seq) != head.hash:
                what = "it was sealed with another content" if head.seq in hashes else "it is gone"
                self._found(f"{name}, event {head.seq}", what)
        covered = max((head.seq for head in heads), default=0)
        self.sealed += sum(link.seq <= covered for link in links)
        for link in links:
            if link.seal is not None and link.seq > covered:
                self._found(f"{name}, event {link.seq}", f"seal {link.seal} does not cover it")


def _link_faults(link: Any, raw: dict[str, Any]) -> Iterator[str]:
    if codec.digest(link.text) != link.hash:
        yield "its text was changed"
    columns = (link.kind, str(link.subject_id), link.seq, str(link.id), link.name)
    if columns != tuple(raw.get(name) for name in ("kind", "subject", "seq", "id", "name")):
        yield "its text belongs to another event"
    if link.personal is not None and raw.get("personal") != personal_digest(
        link.salt or "", link.personal
    ):
        yield "its personal part was changed"


def _neighbour_faults(
    links: Sequence[Any], texts: Sequence[dict[str, Any]]
) -> Iterator[tuple[int, str]]:
    """Faults between neighbours, by the number of the event they show at."""
    seqs = [START[0], *(link.seq for link in links)]
    hashes = [START[1], *(link.hash for link in links)]
    for (before, seq), previous, raw in zip(pairwise(seqs), hashes, texts, strict=False):
        if seq != before + 1:
            yield before + 1, "it is gone"
        elif raw.get("previous") != previous:
            yield seq, "it does not follow from the event before it"


def _lost_parts(links: Sequence[Any], texts: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Personal parts that are gone without a later event saying that they were erased."""
    erased = max((n for n, raw in enumerate(texts) if raw.get("name") == ERASED), default=0)
    for link, raw in zip(links[erased:], texts[erased:], strict=True):
        if raw.get("personal") and link.personal is None:
            yield link.seq, "its personal part is gone"


def _read(text: str) -> dict[str, Any]:
    """What an event's text holds; nothing if it was made unreadable, which its hash shows."""
    try:
        raw = codec.loads(text)
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}
