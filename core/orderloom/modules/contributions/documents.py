"""Document types: how a module turns a subject into blocks, or into a text, that is frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from orderloom.modules.contributions.contexts import Reading
from orderloom.modules.contributions.types import guardable
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
    """A document a module can issue for subjects of one type: printed, or written.

    Give either `build` or `write`. What is printed is made of blocks, in the tenant's layout, as
    PDF, HTML or text; what is written is a text of one format of its own (an XML message).

    Attributes:
        key: "procurement.rfq".
        title: printed large, in English.
        titles: the same in other languages, by language tag ("es").
        type: the subject type it is made from ("procurement.order").
        build: pure function to the blocks (records of `orderloom.documents`); runs in `decide`
            for its glyphs, again at issue with the number.
        write: pure function to the whole text; runs in `decide` too, where it may raise `Refused`.
        sender: pure function to the lines of the letterhead, the name first, of what is printed in
            somebody else's name: without the tenant's logo, footer and terms. No lines stand for
            the tenant's own letterhead, as no function does.
        format: the name of the format `write` writes, and the suffix of its files.
        mime: media type of that format.
        permission: needed to issue or preview it by hand; an action that issues it has its own.
        to: the side it is written for: its language is used ("seller", "buyer", "" for ours).
        shows: what it tells of that a type may guard (`Guarded`): who may not see that can neither
            issue by hand nor read it. Anything guarded that is not named here is kept from `build`
            and `write`, whoever asks.
        format_version: raised when `build` or `write` changes what it makes.
    """

    key: str
    title: str
    type: str
    titles: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    build: Callable[[DocumentInputs, Reading], Iterable[Any]] | None = None
    write: Callable[[DocumentInputs, Reading], str] | None = None
    sender: Callable[[DocumentInputs, Reading], Iterable[str]] | None = None
    format: str = attrs.field(
        default="xml", validator=attrs.validators.matches_re("[a-z0-9]{1,16}")
    )
    mime: str = "application/xml"
    permission: str = ""
    to: str = ""
    shows: tuple[str, ...] = attrs.field(default=(), converter=guardable)
    format_version: int = 1

    def __attrs_post_init__(self) -> None:
        if (self.build is None) == (self.write is None):
            raise ValueError(
                f"To declare {self.key}, give it either build (blocks to be printed) or write "
                "(the text of a format of its own)."
            )

    def title_in(self, language: str) -> str:
        """The title in a language, in English if it has none there."""
        return dict(self.titles).get(language.partition("-")[0], self.title)
