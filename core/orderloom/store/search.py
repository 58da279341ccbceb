"""Full text search: Python splits texts into words; the engines only keep and find them.

Both engines then agree on what a word is. Every word is stored with its tenant in front
("acme/chair"), so that the index itself keeps tenants apart: a search reads nobody else's rows,
however common the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection
from sqlalchemy.sql.visitors import replacement_traverse

from orderloom.orders.subject import SubjectRef
from orderloom.store.prepared import Prepared
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

Statement = TypeVar("Statement", bound=sa.Select[Any])

_door = subjects.to_metadata(sa.MetaData(), name="ol_subject_search")
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
_last = Prepared(sa.select(_index.c.rowid).order_by(_index.c.rowid.desc()).limit(1))
_append = Prepared(_index.insert().inline(), columns=("words",))
_insert = Prepared(_index.insert(), columns=("rowid", "words"))
_replace = Prepared(
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
    for text in texts:
        for word in _kept_words(text):
            if word not in kept:
                size += len(word.encode()) + _TENANT_BYTES
                if size > _MOST_BYTES:
                    return " ".join(kept)
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


def through_the_door(dialect: str, statement: Statement) -> Statement:
    """A statement with `matching` in it, reading `ol_subject` through the door for it.

    On PostgreSQL no index of words is used under row-level security, since `@@` is not leakproof;
    the door is a view of the owner's that filters by the entered tenant itself (see `walls`).
    """
    if dialect != "postgresql":
        return statement
    return cast(Statement, replacement_traverse(statement, {}, _behind))


def _behind(element: Any, **_: Any) -> Any:
    if element is subjects:
        return _door
    own = isinstance(element, sa.Column) and element.table is subjects
    return _door.c[element.name] if own else None


def index(connection: Connection, tenant: str, texts: Sequence[str]) -> list[Any]:
    """Index new subjects by what `tokens` made of their texts.

    Returns:
        For each the value of its `ol_subject.search`.
    """
    words = [_of_tenant(tenant, text) for text in texts]
    if connection.dialect.name == "postgresql":
        return [_vector(each) for each in words]
    if len(words) == 1:
        return [_append.insert(connection, {"words": " ".join(words[0])})]
    # One writer at a time: nobody else takes these numbers.
    first = (_last.scalar(connection, {}) or 0) + 1
    rows = [{"rowid": first + n, "words": " ".join(each)} for n, each in enumerate(words)]
    _insert.execute_many(connection, rows)
    return [row["rowid"] for row in rows]


def column(connection: Connection, tenant: str, text: str | None) -> dict[str, Any]:
    """What an update of a subject sets `ol_subject.search` to, if it does; none leaves it."""
    if text is None or connection.dialect.name != "postgresql":
        return {}
    return {"search": _vector(_of_tenant(tenant, text))}


def replace(connection: Connection, tenant: str, ref: SubjectRef, text: str | None) -> None:
    """Index a subject anew where its words are in a table of their own, if they changed."""
    if text is None or connection.dialect.name == "postgresql":
        return
    named = {"tenant": tenant, "kind": ref.kind, "subject": ref.id}
    _replace.execute(connection, named | {"now": " ".join(_of_tenant(tenant, text))})


def _vector(words: Iterable[str]) -> str:
    """Words as the text of a `tsvector`; none holds a quote or backslash."""
    return " ".join([f"'{word}'" for word in words])


@lru_cache(maxsize=2048)  # the same things are ordered again and again
def _kept_words(text: str) -> tuple[str, ...]:
    """The words of a text with those that a separator in them begins."""
    return tuple(suffix for word in _words(text) for suffix in _suffixes(word))


def _words(text: str) -> Iterator[str]:
    for found in _IDENTIFIER.findall(_folded(text)):
        if found.isalnum():
            yield found
            continue
        parts = _SEPARATOR.split(found)
        yield from (found,) if len(parts) <= _MOST_PARTS else parts


def _folded(text: str) -> str:
    """A text in the one form of all that look the same: without case, accents and width."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def _suffixes(identifier: str) -> Iterator[str]:
    yield identifier[:_LONGEST_WORD]
    for separator in _SEPARATOR.finditer(identifier):
        yield identifier[separator.end() :][:_LONGEST_WORD]


def _asked(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in dict.fromkeys(_words(text))][:_MOST_ASKED]


def _of_tenant(tenant: str, text: str) -> list[str]:
    return [f"{tenant}/{word}" for word in text.split()]
