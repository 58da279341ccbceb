from decimal import Decimal

import pytest

from orderloom import NewLine, Refused
from orderloom_procurement.quotes import LineQuoteData, QuoteData


@pytest.fixture
def sent(house):
    order = house.order(NewLine("Folding chair", "200"), NewLine("Folding table", "40"))
    return house.do(order, "send", {"mail": False})


QUOTE = {
    "reference": "Q-77",
    "note": "Delivery included",
    "quotes": [
        {"line": 1, "price": "1.25", "lead_time_days": "14", "valid_until": "2027-05-31"},
        {"line": 2, "price": "39.90", "per": "10"},
    ],
}


def test_a_quote_sets_prices_per_line_and_leaves_quantities_alone(house, sent):
    quoted = house.do(sent, "record_quote", QUOTE)

    assert [str(line.price) for line in quoted.lines] == ["1.25 EUR", "39.9 EUR per 10"]
    assert [line.quantity for line in quoted.lines] == [Decimal(200), Decimal(40)]
    # 200 x 1.25 = 250.00; 40 x 39.90 / 10 = 159.60
    assert str(quoted.totals) == "409.60 EUR"


def test_a_quote_keeps_reference_lead_time_and_validity(house, sent):
    quoted = house.do(sent, "record_quote", QUOTE)

    first = quoted.lines[0].data[LineQuoteData]
    assert (first.reference, first.lead_time_days) == ("Q-77", 14)
    assert str(first.valid_until) == "2027-05-31"
    assert quoted.data[QuoteData] == QuoteData(reference="Q-77", note="Delivery included")


def test_a_quote_makes_no_new_revision_and_no_move(house, sent):
    quoted = house.do(sent, "record_quote", QUOTE)

    with house.desk() as desk:
        revisions = [one.revision for one in desk.documents(quoted)]
    assert (quoted.status, revisions) == ("sent", [1])


def test_a_quote_for_some_lines_leaves_the_order_partly_priced(house, sent):
    quoted = house.do(sent, "record_quote", {"quotes": [{"line": 2, "price": "3.50"}]})

    assert str(quoted.totals) == "140.00 EUR (partly priced, 1 of 2)"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"quotes": []}, "procurement.quote.empty"),
        ({"quotes": [{"line": 1, "price": 1}, {"line": 1, "price": 2}]},
         "procurement.quote.twice"),
        ({"quotes": [{"line": 1, "price": "-1"}]}, "decimal.too_small"),
        ({"quotes": [{"line": 1, "price": "1e400"}]}, "decimal.not_a_number"),
        ({"quotes": [{"line": 1, "price": 1, "per": 0}]}, "decimal.too_small"),
        ({"quotes": [{"line": 1, "price": 1, "lead_time_days": -1}]}, "decimal.too_small"),
        ({"quotes": [{"line": 9, "price": 1}]}, "line.unknown"),
        ({"quotes": [{"line": 1}]}, "input.missing"),
    ],
)  # fmt: skip
def test_a_quote_that_cannot_be_read_is_refused(house, sent, options, code):
    with pytest.raises(Refused) as refused:
        house.do(sent, "record_quote", options)

    assert refused.value.codes == (code,)


def test_a_quote_on_lines_that_cover_needs_leaves_the_counter_alone(house, chairs):
    order = house.do(house.order((chairs, "150")), "send", {"mail": False})

    house.do(order, "record_quote", {"quotes": [{"line": 1, "price": "1"}]})

    assert house.ordered(chairs) == "150"
