import re

import attrs

DOCUMENT = "supplier.delivery_note"


def scheduled(market, order, **answer):
    return market.do(market.do(order, "accept", answer or None), "schedule", {"on": "2026-07-03"})


def test_it_says_what_comes_when_and_where_to(market, order, text_of):
    text = text_of(scheduled(market, order), DOCUMENT)

    for part in (
        f"Delivery note {order.number}", "Delivery on: Jul 3, 2026", "Sample Dairy",
        "Calle Inventada 3", "Sample Cafe", "Back gate.", "1 Milk 12 pcs 12 pcs",
        "2 Bread 2 pcs 2 pcs",
    ):  # fmt: skip
        assert part in text


def test_it_names_no_price_in_any_format(market, order, text_of):
    delivery = scheduled(market, order)

    for format in ("text", "html"):
        text = text_of(delivery, DOCUMENT, format)
        assert not re.search(r"1\.20|14\.40|20\.40|EUR|[Pp]rice", text)


def test_what_was_reduced_comes_in_part_and_what_was_struck_stands_apart(market, order, text_of):
    delivery = scheduled(market, order, strike=[2], reduce=[{"line": 1, "quantity": "6"}])

    text = text_of(delivery, DOCUMENT)

    assert "Milk 12 pcs 6 pcs" in text
    assert text.index("Not part of this delivery") < text.index("Bread 2 pcs")


def test_without_anything_struck_nothing_stands_apart(market, order, text_of):
    assert "Not part" not in text_of(scheduled(market, order), DOCUMENT)


def test_there_is_a_place_to_sign(market, order, text_of):
    text = text_of(scheduled(market, order), DOCUMENT)

    assert "Handed over by Received by Date and time" in text


def test_an_outlet_reads_it_in_spanish(market, order, spanish, text_of):
    text = text_of(scheduled(market, order, strike=[2]), DOCUMENT)

    for part in ("Albarán de entrega", "Entrega el: 3 jul 2026", "Entregado por", "Recibido por",
                 "No incluido en esta entrega", "Revisado"):  # fmt: skip
        assert part in text


def test_goods_that_are_fetched_name_the_place(market, order, text_of):
    fetched = market.order(delivery=attrs.evolve(order.delivery, method="pickup"))

    text = text_of(market.do(fetched, "accept"), DOCUMENT)

    assert "Pickup on: Jul 10, 2026" in text
    assert "Supplier Pickup Ordered by" in text
