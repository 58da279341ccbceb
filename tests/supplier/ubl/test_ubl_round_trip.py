"""Whatever a message says, reading it again says the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom import Address, Contact, Delivery, Money, Price, TaxRate, decimal_of, text_of
from orderloom_supplier.ubl import (
    CancellationMessage,
    Extra,
    OrderLine,
    OrderMessage,
    ResponseLine,
    ResponseMessage,
    Trader,
    read_cancellation,
    read_order,
    read_response,
    write_cancellation,
    write_order,
    write_response,
)

SOON = settings(max_examples=60, deadline=None)


def _passed(text: str) -> str:
    return text_of(text, "x", multiline=True, required=False)


signs = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])
words = st.text(signs, min_size=1, max_size=12).map(_passed).filter(bool)
maybe = st.just("") | words
notes = st.lists(words, max_size=3).map("\n".join)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


def numbers(least: int) -> st.SearchStrategy[Decimal]:
    millionths = st.integers(least, 10**12)
    return millionths.map(lambda number: decimal_of(Decimal(number).scaleb(-6), "x"))


addresses = st.builds(
    Address,
    st.lists(words, min_size=1, max_size=5).map(tuple),
    postal_code=maybe,
    city=maybe,
    region=maybe,
    country=st.sampled_from(["", "ES", "GB"]),
)
contacts = st.builds(
    Contact, words, email=st.sampled_from(["", "a@b.example"]), phone=st.sampled_from(["", "+00 1"])
)
traders = st.builds(
    Trader,
    name=words,
    id=maybe,
    endpoint=st.sampled_from(["", "0088:7300010000001", "9930:DE000"]),
    address=st.none() | addresses,
    contact=st.none() | contacts,
)
deliveries = st.builds(
    Delivery,
    method=st.sampled_from(["delivery", "pickup"]),
    address=st.none() | addresses,
    contact=st.none() | contacts,
    instructions=notes,
    on=days,
)
taxes = st.builds(TaxRate, st.sampled_from(["S", "Z", "E", "O", "AE"]), numbers(0))


def extras(currency: str) -> st.SearchStrategy[tuple[Extra, ...]]:
    amounts = st.integers(-(10**6), 10**6).map(lambda cents: Money(Decimal(cents) / 100, currency))
    return st.lists(st.builds(Extra, words, amounts), max_size=3).map(tuple)


@st.composite
def order_lines(draw: Any, currency: str, id: str) -> OrderLine:
    line = OrderLine(
        id=id,
        name=draw(words),
        quantity=draw(numbers(1)),
        unit=draw(st.sampled_from(["C62", "KGM", "XCT"])),
        product=draw(maybe),
        tax=draw(st.none() | taxes),
        needed_by=draw(st.none() | days),
        note=draw(notes),
        specs=tuple(draw(st.lists(st.tuples(words, maybe), max_size=2))),
        extras=draw(extras(currency)),
    )
    if draw(st.booleans()):
        return line
    amount, per = draw(numbers(0)), draw(st.sampled_from([Decimal(1), Decimal(100)]))
    price = Price(amount, currency, per)
    added = Money.sum([extra.amount for extra in line.extras], currency)
    return attrs.evolve(line, price=price, total=price.times(line.quantity) + added)


@st.composite
def orders(draw: Any) -> OrderMessage:
    currency = draw(currencies)
    count = draw(st.integers(1, 3))
    return OrderMessage(
        number=draw(words),
        issued_on=draw(days),
        currency=currency,
        buyer=draw(traders),
        seller=draw(traders),
        note=draw(notes),
        bill_to=draw(st.none() | addresses),
        delivery=draw(st.none() | deliveries),
        extras=draw(extras(currency)),
        tax=draw(st.none() | st.integers(0, 10**6).map(lambda n: Money(Decimal(n), currency))),
        lines=tuple(draw(order_lines(currency, str(i))) for i in range(1, count + 1)),
    )


@given(orders())
@SOON
def test_an_order_reads_as_it_was_written(message: OrderMessage) -> None:
    assert read_order(write_order(message)) == message


@given(orders())
@settings(max_examples=15, deadline=None)
def test_bytes_read_like_text(message: OrderMessage) -> None:
    assert read_order(write_order(message).encode()) == message


answers = st.builds(
    ResponseLine,
    id=words,
    code=st.sampled_from(["3", "5", "7", "42"]),
    name=words,
    quantity=numbers(0),
    unit=st.just("KGM"),
    product=maybe,
)


@st.composite
def responses(draw: Any) -> ResponseMessage:
    code = draw(st.sampled_from(["AB", "AP", "CA", "RE"]))
    return ResponseMessage(
        number=draw(words),
        order=draw(words),
        issued_on=draw(days),
        code=code,
        currency=draw(currencies),
        buyer=draw(traders),
        seller=draw(traders),
        note=draw(notes),
        promised_on=draw(st.none() | days),
        lines=tuple(draw(st.lists(answers, max_size=3))) if code == "CA" else (),
    )


@given(responses())
@SOON
def test_a_response_reads_as_it_was_written(message: ResponseMessage) -> None:
    assert read_response(write_response(message)) == message


@given(
    st.builds(
        CancellationMessage,
        number=words,
        order=words,
        issued_on=days,
        buyer=traders,
        seller=traders,
        note=st.lists(words, min_size=1, max_size=2).map("\n".join),
    )
)
@SOON
def test_a_cancellation_reads_as_it_was_written(message: CancellationMessage) -> None:
    assert read_cancellation(write_cancellation(message)) == message
