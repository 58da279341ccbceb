"""Issued documents: rows that say what was frozen, and the bytes once they were rendered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from orderloom.documents.frozen import FrozenDocument
from orderloom.documents.render import formats_of, render
from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import document_files, documents

# Suffix and media type of what is printed.
_KINDS = {
    "pdf": ("pdf", "application/pdf"),
    "html": ("html", "text/html"),
    "text": ("txt", "text/plain"),
}


@attrs.frozen(kw_only=True)
class Issued:
    """A document that was issued: its inputs are frozen, its number and revision final.

    Attributes:
        revision: 1 for the first issue to the subject, then 2, 3 …
        event_id: the event that says so.
        frozen: canonical JSON of the `FrozenDocument`.
    """

    id: UUID
    subject: SubjectRef
    type: str
    number: str
    revision: int
    event_id: UUID
    issued_at: datetime
    language: str
    frozen: str = attrs.field(repr=False)

    @property
    def document(self) -> FrozenDocument:
        """The frozen inputs."""
        return FrozenDocument.from_json(self.frozen)


@attrs.frozen(kw_only=True)
class Rendered:
    """A document as a file.

    Attributes:
        name: safe as a file name, from the number and revision.
        format: one of those the document can be had in.
        mime: media type.
        sha256: of the content, hex.
    """

    name: str
    format: str
    mime: str
    content: bytes = attrs.field(repr=False)
    sha256: str


_COLUMNS = [column for column in documents.c if column.name != "tenant_id"]
_OF_TENANT = documents.c.tenant_id == bindparam("tenant")
_OF_SUBJECT = sa.and_(
    _OF_TENANT,
    documents.c.kind == bindparam("kind"),
    documents.c.subject_id == bindparam("subject"),
)
_INSERT = sa.insert(documents)
_LOAD = select(*_COLUMNS).where(_OF_TENANT, documents.c.id == bindparam("id"))
_ALL = select(*_COLUMNS).where(_OF_SUBJECT).order_by(documents.c.issued_at, documents.c.id)
_LATEST = (
    select(*_COLUMNS)
    .where(_OF_SUBJECT, documents.c.type == bindparam("type"))
    .order_by(documents.c.revision.desc())
    .limit(1)
)
_FILE = select(document_files.c.sha256, document_files.c.content).where(
    document_files.c.tenant_id == bindparam("tenant"),
    document_files.c.document_id == bindparam("id"),
    document_files.c.format == bindparam("format"),
)
_KEEP = insert(document_files).on_conflict_do_nothing()


def store(connection: Connection, tenant: str, issued: Issued) -> None:
    """Write the row of a document, in the transaction of the event that issues it."""
    row = attrs.asdict(issued, recurse=False)
    ref: SubjectRef = row.pop("subject")
    connection.execute(
        _INSERT, {"tenant_id": tenant, "kind": ref.kind, "subject_id": ref.id, **row}
    )


def latest(connection: Connection, tenant: str, ref: SubjectRef, type: str) -> Issued | None:
    """The newest revision of one document of a subject."""
    params = {"tenant": tenant, "kind": ref.kind, "subject": ref.id, "type": type}
    row = connection.execute(_LATEST, params).one_or_none()
    return None if row is None else _issued(row)


def of_subject(connection: Connection, tenant: str, ref: SubjectRef) -> tuple[Issued, ...]:
    """All documents of a subject, oldest first."""
    params = {"tenant": tenant, "kind": ref.kind, "subject": ref.id}
    return tuple(_issued(row) for row in connection.execute(_ALL, params))


def load(connection: Connection, tenant: str, id: UUID) -> Issued | None:
    """One document."""
    row = connection.execute(_LOAD, {"tenant": tenant, "id": id}).one_or_none()
    return None if row is None else _issued(row)


def file_of(connection: Connection, tenant: str, issued: Issued, format: str) -> Rendered:
    """The document as a file: as it was kept, if it was rendered before, else rendered now.

    Args:
        format: "" for the one it is usually wanted in.

    Raises:
        Refused: as `render`.
    """
    format = format or formats_of(issued.document)[0]
    params = {"tenant": tenant, "id": issued.id, "format": format}
    row = connection.execute(_FILE, params).one_or_none()
    if row is None:
        content = render(issued.document, format)
        sha256 = hashlib.sha256(content).hexdigest()
    else:
        content, sha256 = bytes(row.content), row.sha256
    suffix, mime = _KINDS.get(format) or _kind_of(issued.document)
    return Rendered(
        name=f"{_stem(issued)}.{suffix}", format=format, mime=mime, content=content, sha256=sha256
    )


def keep(
    connection: Connection, tenant: str, issued: Issued, rendered: Rendered, now: datetime
) -> None:
    """Keep a rendered file for good; one that is kept already stays, its bytes are the same."""
    connection.execute(
        _KEEP,
        {
            "tenant_id": tenant,
            "document_id": issued.id,
            "format": rendered.format,
            "sha256": rendered.sha256,
            "content": rendered.content,
            "rendered_at": now,
        },
    )


def draft(frozen: FrozenDocument, format: str) -> Rendered:
    """Render a document nobody issued; in the format it is usually wanted in, if that is ""."""
    format = format or formats_of(frozen)[0]
    content = bytes(render(frozen, format))
    suffix, mime = _KINDS.get(format) or _kind_of(frozen)
    sha256 = hashlib.sha256(content).hexdigest()
    return Rendered(
        name=f"draft.{suffix}", format=format, mime=mime, content=content, sha256=sha256
    )


def _kind_of(frozen: FrozenDocument) -> tuple[str, str]:
    """Suffix and media type of a document that is written."""
    assert frozen.written is not None  # no other has a format beside those that are printed
    return frozen.written.format, frozen.written.mime


def _stem(issued: Issued) -> str:
    stem = "".join(sign if sign.isalnum() else "-" for sign in issued.number) or "document"
    return f"{stem}-r{issued.revision}"


def _issued(row: sa.Row[tuple[object, ...]]) -> Issued:
    raw = dict(row._mapping)
    return Issued(subject=SubjectRef(raw.pop("kind"), raw.pop("subject_id")), **raw)
