from __future__ import annotations

import pytest

from orderloom.documents import (
    AddressBlock,
    AddressBlocks,
    Column,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Row,
    RowGroup,
    Signatures,
    Totals,
    blocks_from_json,
    blocks_to_json,
)
from orderloom.errors import Refused


def test_every_kind_of_block_survives_json_exactly() -> None:
    blocks = (
        Heading("Lines", 2),
        Facts((("Number", "RFQ-1"), ("", "ünïcode „x“"))),
        AddressBlocks((AddressBlock("Vendor", ("Example Ltd", "")),)),
        Paragraph("two\nlines", "Notes"),
        LineTable(
            (Column(key="a", title="A", width_share=3, align="center", empty_box=True),),
            (RowGroup("group", (Row(("cell",), ("detail",)),)), RowGroup("", ())),
        ),
        Totals((("Sum", "1.00"),)),
        Signatures(("Date",)),
    )

    assert blocks_from_json(blocks_to_json(blocks)) == blocks


def test_the_stored_form_of_a_block_does_not_change() -> None:
    text = blocks_to_json((Heading("Größe", 2), Totals((("Sum", "1"),))))

    assert text == (
        '[{"text":"Größe","level":2,"block":"heading"},{"rows":[["Sum","1"]],"block":"totals"}]'
    )


def test_a_field_added_later_takes_its_default_in_old_json() -> None:
    assert blocks_from_json('[{"block":"paragraph","text":"x"}]') == (Paragraph("x", ""),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"block":"chart","text":"x"}]', "unknown block 'chart' @ document[0]"),
        ('[{"block":"heading","text":"x","colour":1}]', "unknown field colour @ document[0]"),
        ('[{"block":"heading"}]', "'text' @ document[0].text"),
        ('[{"text":"x"}]', "'block' @ document[0]"),
        ("[5]", "@ document[0]"),
        ("{", "line 1 column 2"),
        ("5", "not iterable"),
    ],
)
def test_json_that_holds_no_known_blocks_is_refused_with_the_place(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        blocks_from_json(text)

    assert refused.value.codes == ("document.json",)
    assert reason in str(refused.value)
    assert "To read it, use the version of orderloom that wrote it" in str(refused.value)


def test_a_row_with_a_cell_too_few_is_a_bug_of_its_builder() -> None:
    columns = tuple(Column(key=key, title=key, width_share=1) for key in "ab")

    with pytest.raises(ValueError, match="one cell per column: 2 columns"):
        LineTable(columns, (RowGroup("", (Row(("only one",)),)),))


def test_two_columns_with_one_key_are_a_bug_of_their_builder() -> None:
    with pytest.raises(ValueError, match="its own key"):
        LineTable(tuple(Column(key="a", title=title, width_share=1) for title in "xy"), ())


@pytest.mark.parametrize("count", [0, 4])
def test_addresses_stand_side_by_side_one_to_three_at_a_time(count: int) -> None:
    with pytest.raises(ValueError, match="Length of 'blocks'"):
        AddressBlocks((AddressBlock("A", ()),) * count)


def test_details_belong_to_the_first_of_the_widest_columns() -> None:
    shares = (1, 5, 5, 2)
    columns = tuple(Column(key=str(i), title="", width_share=n) for i, n in enumerate(shares))

    assert LineTable(columns, ()).main == 1
