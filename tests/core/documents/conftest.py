from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from orderloom.documents import Column, FrozenDocument, LineTable, Row, RowGroup


@pytest.fixture
def make_document() -> Callable[..., FrozenDocument]:
    def make(*blocks: Any, **changes: Any) -> FrozenDocument:
        values: dict[str, Any] = {
            "type": "test.rfq",
            "title": "Request for quotation",
            "number": "RFQ-0007",
            "revision": 2,
            "issued_at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
            "reference": "order PO-0001",
            "blocks": blocks,
        }
        return FrozenDocument(**values | changes)

    return make


@pytest.fixture
def make_table() -> Callable[..., LineTable]:
    """A table of number, item, quantity and a box for the price; one group per list of items."""

    def make(*groups: tuple[str, list[str]]) -> LineTable:
        columns = (
            Column(key="number", title="No", width_share=1, align="right"),
            Column(key="item", title="Item", width_share=6),
            Column(key="quantity", title="Quantity", width_share=2, align="right"),
            Column(key="price", title="Unit price", width_share=2, align="right", empty_box=True),
        )
        return LineTable(
            columns,
            tuple(
                RowGroup(title, tuple(Row((str(i), item, "5", "")) for i, item in enumerate(items)))
                for title, items in groups
            ),
        )

    return make


@pytest.fixture
def png() -> Callable[..., bytes]:
    from PIL import Image

    def make(width: int = 40, height: int = 10, mode: str = "RGB") -> bytes:
        output = BytesIO()
        Image.new(mode, (width, height)).save(output, "PNG")
        return output.getvalue()

    return make


@pytest.fixture
def pages() -> Callable[[bytes], list[str]]:
    """The text of each page of a PDF."""

    def read(data: bytes) -> list[str]:
        from pypdf import PdfReader

        return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]

    return read
