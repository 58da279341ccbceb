DOCUMENT = "supplier.goods_receipt"


def completed(market, order, answer=None, **delivery):
    return market.do(market.do(order, "accept", answer), "complete", delivery or None)


def test_what_arrived_stands_against_what_was_ordered_and_accepted(market, order, text_of):
    answer = {"reduce": [{"line": 1, "quantity": "6"}]}

    text = text_of(completed(market, order, answer), DOCUMENT)

    assert "Item Ordered Accepted Received Difference" in text
    assert "1 Milk 12 pcs 6 pcs 6 pcs" in text
    assert "2 Bread 2 pcs 2 pcs 2 pcs" in text
    assert "All that was accepted was received." in text


def test_a_line_that_did_not_arrive_is_a_difference(market, order, text_of):
    text = text_of(completed(market, order, exclude=[2]), DOCUMENT)

    assert "2 Bread 2 pcs 2 pcs 0 pcs −2 Not received" in text
    assert "Received is not what was accepted on 1 of 2 lines." in text


def test_a_struck_line_is_shown_and_no_difference(market, order, text_of):
    text = text_of(completed(market, order, {"strike": [2]}), DOCUMENT)

    assert "2 Bread 2 pcs 0 pcs 0 pcs Not accepted by the supplier" in text
    assert "All that was accepted was received." in text


def test_it_names_no_price(market, order, text_of):
    assert "EUR" not in text_of(completed(market, order), DOCUMENT)


def test_an_outlet_reads_it_in_spanish(market, order, spanish, text_of):
    text = text_of(completed(market, order, exclude=[2]), DOCUMENT)

    for part in ("Nota de recepción", "Recibido", "Diferencia", "No recibido",
                 "Lo recibido difiere de lo aceptado en 1 de 2 líneas."):  # fmt: skip
        assert part in text
