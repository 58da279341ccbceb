from __future__ import annotations

import pytest

from orderloom.documents import Signatures, Totals, render
from orderloom.documents.compose import compose
from orderloom.documents.sheets import MARGIN, Rule, Text


def test_each_place_to_sign_is_a_line_with_its_label_under_it(make_document):
    (page,) = compose(make_document(Signatures(("Received by", "Date")))).pages

    labels = [
        item for item in page if isinstance(item, Text) and item.text in ("Received by", "Date")
    ]
    lines = [item for item in page if isinstance(item, Rule) and item.thickness == 700]
    assert [label.x for label in labels] == [line.x for line in lines]
    assert all(label.baseline > line.y for label, line in zip(labels, lines, strict=True))


def test_in_text_the_lines_stand_side_by_side(make_document):
    text = render(make_document(Signatures(("Received by", "Date"))), "text").decode()

    assert f"{'_' * 38}  {'_' * 38}\nReceived by{' ' * 29}Date\n" in text


def test_in_html_the_labels_are_escaped(make_document):
    html = render(make_document(Signatures(("<b>",))), "html").decode()

    assert '<div class="signatures"><div class="label">&lt;b&gt;</div></div>' in html


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_places_fit_side_by_side(count):
    with pytest.raises(ValueError, match="Length of 'labels'"):
        Signatures(("x",) * count)


@pytest.mark.parametrize("rows", range(24, 33))
def test_there_is_room_for_a_hand_above_the_line_on_its_own_page(make_document, make_table, rows):
    table = make_table(("", ["Chair"] * rows))

    *_, page = compose(make_document(table, Signatures(("Received by",)))).pages

    (line,) = (item for item in page if isinstance(item, Rule) and item.thickness == 700)
    above = [item.baseline for item in page if isinstance(item, Text) and item.baseline < line.y]
    assert line.y - max(above, default=MARGIN) >= 40_000


@pytest.mark.parametrize("rows", range(24, 33))
def test_sums_stand_on_one_page(make_document, make_table, rows):
    table = make_table(("", ["Chair"] * rows))
    sums = Totals((("Lines", "1"), ("Tax", "2"), ("Total", "3")))

    pages = compose(make_document(table, sums)).pages

    found = [
        {item.text for item in page if isinstance(item, Text)} & {"Lines", "Tax", "Total"}
        for page in pages
    ]
    assert [len(labels) for labels in found if labels] == [3]


def test_more_sums_than_fit_a_page_flow_on(make_document):
    sums = Totals(tuple((f"Sum {i}", str(i)) for i in range(100)))

    assert len(compose(make_document(sums)).pages) > 1
