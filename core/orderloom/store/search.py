"""Full text search: Python splits texts into words; the engines only keep and find them.

Both engines then agree on what a word is. Every word is stored with its tenant in front
("acme/chair"), so that the index itself keeps tenants apart: a search reads nobody else's rows,
however common the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.engine import Connection

from orderloom.orders.subject import SubjectRef
from orderloom.store.schema import subjects

# An identifier is words joined by these: RFQ-2026-0007, DIN_912, 4.2/A.
_SEPARATORS: Final = "-_./"
_IDENTIFIER: Final = re.compile(rf"[^\W_]+(?:[{re.escape(_SEPARATORS)}]+[^\W_]+)*")
_SEPARATOR: Final = re.compile(rf"[{re.escape(_SEPARATORS)}]+")
_LONGEST_WORD: Final = 64  # longer ones are found by their beginning
_MOST_PARTS: Final = 8  # of an identifier; longer ones are a list of words
_MOST_BYTES: Final = 900_000  # PostgreSQL's tsvector ends at 1 MiB
_TENANT_BYTES: Final = 64
_MOST_ASKED: Final = 32  # words of a query; more would only make it slower

_index = sa.table("ol_search", sa.column("rowid"), sa.column("words"))
_row_of_subject = (
    sa.select(subjects.c.search)
    .where(
        subjects.c.tenant_id == bindparam("tenant"),
        subjects.c.kind == bindparam("kind"),
        subjects.c.id == bindparam("subject"),
    )
    .scalar_subquery()
)
_last = sa.select(_index.c.rowid).order_by(_index.c.rowid.desc()).limit(1)
_insert = _index.insert()
_replace = (
    _index.update()
    .where(
        _index.c.rowid == sa.type_coerce(_row_of_subject, sa.BigInteger),
        _index.c.words != bindparam("now"),
    )
    .values(words=bindparam("now"))
)


def tokens(texts: Iterable[str]) -> str:
    """The words of some texts, as they are kept for search.

    Compatibility forms are unified (NFKC), case is folded, accents are stripped. Of an identifier
    such as RFQ-2026-0007 the whole is kept, and what follows each separator ("2026-0007",
    "0007"): every part begins one of them, so that a search by the beginning of a word finds it.

    Returns:
        Distinct words in the order of their first appearance, separated by spaces.
    """
    size, kept = 0, dict[str, None]()
    for word in (word for text in texts for found in _words(text) for word in _suffixes(found)):
        if word not in kept:
            size += len(word.encode()) + _TENANT_BYTES
            if size > _MOST_BYTES:
                break
            kept[word] = None
    return " ".join(kept)


def query(dialect: str, tenant: str, text: str) -> str:
    """The value of the parameter `words` of `matching`, safe whatever the text.

    Every word has to begin a word of the subject. A text without any word matches nothing.
    """
    found = [f"{tenant}/{word}" for word in _asked(text)]
    if dialect == "postgresql":
        return " & ".join(f"'{word}':*" for word in found) or f"'{tenant}/'"
    return " AND ".join(f'"{word}" *' for word in found) or f'"{tenant}/"'


def matching(dialect: str) -> sa.ColumnElement[bool]:
    """The condition on `ol_subject` that compares with the parameter `words`."""
    words = bindparam("words", type_=sa.Text)
    if dialect == "postgresql":
        return subjects.c.search.bool_op("@@")(sa.cast(words, TSQUERY))
    rows = sa.select(_index.c.rowid).where(sa.column("ol_search").bool_op("MATCH")(words))
    return sa.type_coerce(subjects.c.search, sa.BigInteger).in_(rows)


def column(dialect: str) -> dict[str, Any]:
    """How `ol_subject.search` is set in an insert or update, if not by its plain value."""
    if dialect == "postgresql":
        return {"search": sa.func.array_to_tsvector(bindparam("words", type_=ARRAY(sa.Text)))}
    return {}


def index(connection: Connection, tenant: str, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Index new subjects by what `tokens` made of their texts.

    Returns:
        For each the parameter that sets its `ol_subject.search`.
    """
    words = [_of_tenant(tenant, text) for text in texts]
    if connection.dialect.name == "postgresql":
        return [{"words": each} for each in words]
    # One writer at a time: nobody else takes these numbers.
    first = (connection.execute(_last).scalar() or 0) + 1
    rows = [{"rowid": first + n, "words": " ".join(each)} for n, each in enumerate(words)]
    connection.execute(_insert, rows)
    return [{"search": row["rowid"]} for row in rows]


def replace(connection: Connection, tenant: str, ref: SubjectRef, text: str) -> dict[str, Any]:
    """Index a subject anew, if its words changed.

    Returns:
        The parameter that sets its `ol_subject.search`, if that changes.
    """
    words = _of_tenant(tenant, text)
    if connection.dialect.name == "postgresql":
        return {"words": words}
    named = {"tenant": tenant, "kind": ref.kind, "subject": ref.id}
    connection.execute(_replace, named | {"now": " ".join(words)})
    return {}


def _words(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    for found in _IDENTIFIER.finditer(unicodedata.normalize("NFC", bare)):
        parts = _SEPARATOR.split(found[0])
        yield from (found[0],) if len(parts) <= _MOST_PARTS else parts


def _suffixes(identifier: str) -> Iterator[str]:
    yield identifier[:_LONGEST_WORD]
    for separator in _SEPARATOR.finditer(identifier):
        yield identifier[separator.end() :][:_LONGEST_WORD]


def _asked(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in dict.fromkeys(_words(text))][:_MOST_ASKED]


def _of_tenant(tenant: str, text: str) -> list[str]:
    return [f"{tenant}/{word}" for word in text.split()]
