from orderloom_supplier.documents import DOCUMENTS


def test_only_what_names_prices_says_that_it_shows_them(market, order, text_of):
    completed = market.do(market.do(order, "accept"), "complete")

    priced = {
        one.key.partition(".")[2]
        for one in DOCUMENTS
        if not one.key.endswith("cancellation")
        and any(price in text_of(completed, one.key, one.format if one.write else "text")
                for price in ("1.20", ">1.2<", "20.40"))
    }  # fmt: skip

    assert priced == {one.key.partition(".")[2] for one in DOCUMENTS if "prices" in one.shows}
    assert priced == {"purchase_order", "ubl_order"}
