from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from orderloom.documents import FontFile, FrozenDocument, Layout, LineTable, Paragraph
from orderloom.errors import Refused

MakeDocument = Callable[..., FrozenDocument]
MakeTable = Callable[..., LineTable]


def test_a_document_survives_json_exactly(
    make_document: MakeDocument, make_table: MakeTable
) -> None:
    layout = Layout(
        paper="Letter",
        logo=b"\x00\xff\x10",
        logo_mime="image/png",
        font_files=(FontFile(family="Own", path="own.ttf", sha256="00"),),
        sender=("Example Ltd",),
    )
    issued_at = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
    document = make_document(make_table(("g", ["x"])), layout=layout, issued_at=issued_at)

    again = FrozenDocument.from_json(document.to_json())

    assert again == document
    assert again.to_json() == document.to_json()


def test_json_of_another_thing_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        FrozenDocument.from_json('{"type":"x"}')

    assert refused.value.codes == ("document.json",)


def test_a_naive_or_local_instant_is_a_bug_of_the_caller(make_document: MakeDocument) -> None:
    local = datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1)))

    for instant in (local, local.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="issued_at as an aware UTC datetime"):
            make_document(issued_at=instant)


def test_equal_documents_have_equal_json(make_document: MakeDocument) -> None:
    assert make_document(Paragraph("x")).to_json() == make_document(Paragraph("x")).to_json()
