"""Document types: how a module turns a subject into blocks that are frozen and rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from orderloom.modules.contributions.contexts import Reading
from orderloom.orders.subject import Subject


@attrs.frozen(kw_only=True)
class DocumentInputs:
    """What a builder gets beside the reading context.

    Attributes:
        subject: as of the event the document is issued for.
        number: human number printed on it, "" for a preview of an order without one.
        revision: 1 for the first issue, then 2, 3 …; 0 for a preview.
        issued_at: aware UTC.
        language: of the recipient.
    """

    subject: Subject
    number: str
    revision: int
    issued_at: datetime
    language: str


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(raw.items()) if isinstance(raw, Mapping) else tuple(raw)


@attrs.frozen(kw_only=True)
class DocumentType:
    """A document a module can issue for subjects of one type.

    Attributes:
        key: "procurement.rfq".
        title: printed large, in English.
        titles: the same in other languages, by language tag ("es").
        type: the subject type it is made from ("procurement.order").
        build: pure function to the blocks (records of `orderloom.documents`); runs in `decide`
            for its glyphs, again at issue with the number.
        permission: needed to issue or preview it by hand; an action that issues it has its own.
        to: the side it is written for: its language is used ("seller", "buyer", "" for ours).
        format_version: raised when `build` changes what it prints.
    """

    key: str
    title: str
    type: str
    titles: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    build: Callable[[DocumentInputs, Reading], Sequence[Any]]
    permission: str = ""
    to: str = ""
    format_version: int = 1

    def title_in(self, language: str) -> str:
        """The title in a language, in English if it has none there."""
        return dict(self.titles).get(language.partition("-")[0], self.title)
