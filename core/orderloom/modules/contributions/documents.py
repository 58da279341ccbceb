"""Document types: how a module turns a subject into blocks that are frozen and rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        number: human number printed on it, "DRAFT" for a preview.
        revision: 1 for the first issue, then 2, 3 …
        issued_at: aware UTC.
        language: of the recipient.
    """

    subject: Subject
    number: str
    revision: int
    issued_at: datetime
    language: str


@attrs.frozen(kw_only=True)
class DocumentType:
    """A document a module can issue for subjects of one type.

    Attributes:
        key: "procurement.rfq".
        title: printed large; also the name of the file.
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
    build: Callable[[DocumentInputs, Reading], Sequence[Any]]
    permission: str = ""
    to: str = ""
    format_version: int = 1
