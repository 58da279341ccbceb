"""A document as it was issued: all that rendering needs, and nothing that can change."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs

from orderloom.documents.blocks import Block
from orderloom.documents.layout import Layout


def _utc(_: FrozenDocument, attribute: attrs.Attribute[Any], value: datetime) -> None:
    if value.utcoffset() != timedelta(0):
        raise ValueError(f"To freeze a document, give {attribute.name} as an aware UTC datetime.")


@attrs.frozen(kw_only=True)
class Written:
    """What a document says if it is a text of a format of its own, and no blocks to be printed.

    Attributes:
        format: name of the format and suffix of its file ("xml").
        mime: media type.
        content: the whole text; its file is this in UTF-8.
    """

    format: str
    mime: str
    content: str = attrs.field(repr=False, validator=attrs.validators.instance_of(str))


@attrs.frozen(kw_only=True)
class FrozenDocument:
    """A document frozen at the moment of issue; an immutable value with an exact JSON form.

    Attributes:
        type: key of the document type ("procurement.rfq").
        title: as printed ("Request for quotation").
        number: its human number; empty for a preview that draws none.
        revision: 1 for the first issue; 0 for a preview.
        issued_at: aware UTC; also the PDF's creation date, so that bytes repeat.
        language: the recipient's, as a tag ("en", "es-MX").
        format_version: version of the document type that built the blocks.
        reference: what it is about, as text ("order PO-0007").
        written: its text, if it is of a format that is written and not printed.
    """

    type: str
    title: str
    number: str
    revision: int = attrs.field(validator=attrs.validators.ge(0))
    issued_at: datetime = attrs.field(validator=_utc)
    language: str = "en"
    format_version: int = 1
    blocks: tuple[Block, ...] = ()
    layout: Layout = attrs.field(factory=Layout)
    reference: str = ""
    written: Written | None = None

    def to_json(self) -> str:
        """The canonical JSON text: the same value always gives the same text."""
        from orderloom.documents.wire import dumps

        return dumps(self, FrozenDocument)

    @classmethod
    def from_json(cls, text: str) -> FrozenDocument:
        """Read back what `to_json` wrote.

        Raises:
            Refused: [document.json] not such a document, or one of a newer version.
        """
        from orderloom.documents.wire import loads

        document: FrozenDocument = loads(text, cls)
        return document
