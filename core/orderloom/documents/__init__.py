"""Documents: frozen blocks in a tenant's layout, rendered to the same bytes every time."""

from orderloom.documents.blocks import (
    AddressBlock,
    AddressBlocks,
    Block,
    Column,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Row,
    RowGroup,
    Signatures,
    Totals,
)
from orderloom.documents.coverage import missing_glyphs, texts_of
from orderloom.documents.frozen import FrozenDocument, Written
from orderloom.documents.labels import is_translated
from orderloom.documents.layout import FontFile, Layout, layout_of
from orderloom.documents.phrases import Phrases, phrases_for
from orderloom.documents.render import FORMATS, formats_of, render
from orderloom.documents.wire import blocks_from_json, blocks_to_json

__all__ = [
    "FORMATS",
    "AddressBlock",
    "AddressBlocks",
    "Block",
    "Column",
    "Facts",
    "FontFile",
    "FrozenDocument",
    "Heading",
    "Layout",
    "LineTable",
    "Paragraph",
    "Phrases",
    "Row",
    "RowGroup",
    "Signatures",
    "Totals",
    "Written",
    "blocks_from_json",
    "blocks_to_json",
    "formats_of",
    "is_translated",
    "layout_of",
    "missing_glyphs",
    "phrases_for",
    "render",
    "texts_of",
]
