"""Subjects go in and come out as the same values, and only the difference is written."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.errors import Conflict, NotFound
from orderloom.orders.data import Data, module_data
from orderloom.orders.order import (
    Adjustment,
    Delivery,
    LineItem,
    Order,
    PartyRef,
    Provenance,
    TaxRate,
    Totals,
)
from orderloom.orders.subject import Subject, SubjectRef
from orderloom.store import events, schema, subjects
from orderloom.store.engine import writing
from orderloom.store.entering import enter
from orderloom.values import Address, Contact, Money, Price, precision, uuid7

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@module_data("sample")
@attrs.frozen
class SampleData:
    colour: str = ""
    weight: Decimal = Decimal(0)


# ── any value ──────────────────────────────────────────────────────────────────────────────

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
KEY = st.text("abcdefghijklmnopqrstuvwxyz.-", max_size=20)
INSTANT = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive on purpose
POSITIVE = st.decimals("0.000001", "999999999999.999999", places=6)
SOURCE = st.builds(Provenance, KEY, TEXT, st.tuples(KEY))
DATA = st.lists(st.builds(SampleData, TEXT, POSITIVE), max_size=1).map(Data.of)
PAIRS = st.dictionaries(KEY, TEXT, max_size=3).map(lambda raw: tuple(sorted(raw.items())))
ADDRESS = st.builds(Address, st.tuples(TEXT), postal_code=TEXT, city=TEXT)


def money(currency: str) -> st.SearchStrategy[Money]:
    amounts = st.decimals("-99999999", "99999999", places=precision(currency))
    return amounts.map(lambda amount: Money(amount, currency))


@st.composite
def any_line(draw: st.DrawFn, position: int, currency: str) -> LineItem:
    currency = draw(st.sampled_from([currency, currency, "USD"]))
    priced = draw(st.booleans())
    return LineItem(
        id=uuid7(NOW),
        position=position,
        name=draw(TEXT),
        quantity=draw(POSITIVE),
        unit=draw(st.sampled_from(["C62", "MTR"])),
        product=draw(KEY),
        group=draw(TEXT),
        specs=draw(PAIRS),
        needed_by=draw(st.none() | st.dates()),
        note=draw(TEXT),
        price=Price(draw(POSITIVE), currency, draw(POSITIVE)) if priced else None,
        price_source=draw(SOURCE),
        total=draw(money(currency)) if priced else None,
        tax=draw(st.none() | st.builds(TaxRate, KEY, POSITIVE, SOURCE)),
        tax_amount=draw(st.none() | money(currency)) if priced else None,
        quantities=draw(st.dictionaries(KEY, POSITIVE, max_size=2).map(lambda q: tuple(q.items()))),
        data=draw(DATA),
    )


@st.composite
def any_order(draw: st.DrawFn) -> Order:
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    amount = money(currency)
    adjustment = st.builds(Adjustment, key=KEY, label=TEXT, amount=amount, source=SOURCE)
    party = st.none() | st.builds(PartyRef, KEY, TEXT)
    delivery = st.builds(
        Delivery, method=st.sampled_from(["delivery", "pickup"]), address=st.none() | ADDRESS,
        contact=st.none() | st.builds(Contact, TEXT), on=st.none() | st.just(date(2026, 8, 1)),
    )  # fmt: skip
    count = draw(st.integers(0, 4))
    return Order(
        id=uuid7(NOW),
        type=draw(KEY),
        version=draw(st.integers(1, 1000)),
        status=draw(KEY),
        facets=draw(PAIRS),
        number=draw(KEY),
        title=draw(TEXT),
        project=draw(KEY),
        data=draw(DATA),
        lifecycle=draw(KEY),
        created_at=draw(INSTANT),
        created_by=draw(KEY),
        updated_at=draw(INSTANT),
        deleted_at=draw(st.none() | INSTANT),
        parked=draw(st.booleans()),
        buyer=draw(party),
        seller=draw(party),
        currency=currency,
        lines=tuple(draw(any_line(n + 1, currency)) for n in range(count)),
        adjustments=tuple(draw(st.lists(adjustment, max_size=2))),
        totals=Totals(
            lines=draw(amount), adjustments=draw(amount), tax=draw(amount), total=draw(amount),
            priced=draw(st.integers(0, 4)), count=count,
        ),
        delivery=draw(st.none() | delivery),
        bill_to=draw(st.none() | ADDRESS),
        remarks=draw(TEXT),
    )  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=any_order())
def test_an_order_comes_out_as_it_went_in(connection, tenant, make_row, order):
    subjects.insert(connection, tenant, [make_row(order)])

    stored = subjects.load(connection, tenant, order.ref)

    assert stored is not None
    assert stored.subject == order


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(orders=st.tuples(any_order(), any_order()), kept=st.integers(0, 4))
def test_any_change_comes_out_as_it_went_in(connection, tenant, make_row, make_event, orders, kept):
    before, after = orders
    lines = before.lines[:kept] + after.lines
    lines = tuple(attrs.evolve(line, position=n + 1) for n, line in enumerate(lines))
    after = attrs.evolve(
        after, id=before.id, lines=lines,
        created_at=before.created_at, created_by=before.created_by,
    )  # fmt: skip
    subjects.insert(connection, tenant, [make_row(before)])
    stored = subjects.load(connection, tenant, before.ref, lock=True)
    chained = events.chain(stored.head, [make_event(after)], lambda: "salt")

    written = subjects.update(
        connection, tenant, stored, after, chained, stage="open", search="chair", fields={}
    )

    assert subjects.load(connection, tenant, before.ref) == written
    assert written.subject == after


# ── one behaviour each ─────────────────────────────────────────────────────────────────────


def test_a_subject_of_another_kind_comes_out_as_it_went_in(connection, tenant):
    need = Subject(
        kind="sample.need", id=uuid7(NOW), type="sample.need", version=1, status="open",
        title="Chairs", data=Data.of([SampleData("red")]), created_at=NOW, created_by="kim",
        updated_at=NOW,
    )  # fmt: skip
    event = events.Event(
        id=uuid7(NOW), subject=need.ref, seq=0, at=NOW, actor="kim", name="placed", version=1
    )
    chained = events.chain(events.START, [event], lambda: "salt")

    subjects.insert(
        connection, tenant, [subjects.NewRow(subject=need, events=chained, stage="open")]
    )

    assert subjects.load(connection, tenant, need.ref).subject == need


def test_a_subject_of_another_tenant_is_not_there(
    engine, tenant, other_tenant, make_order, make_row
):
    order = make_order()
    with writing(engine, tenant) as connection:
        subjects.insert(connection, tenant, [make_row(order)])

        enter(connection, other_tenant)
        found = subjects.load(connection, other_tenant, order.ref)

    assert found is None


def test_many_subjects_are_written_at_once(connection, tenant, make_order, make_row):
    orders = [make_order(title=f"Order {n}") for n in range(3)]

    subjects.insert(connection, tenant, [make_row(order) for order in orders])

    stored = [subjects.load(connection, tenant, order.ref).subject for order in orders]
    assert stored == orders


def test_nothing_is_written_for_no_subjects(connection, tenant):
    subjects.insert(connection, tenant, [])

    total = connection.scalar(sa.select(sa.func.count()).where(_mine(tenant)))
    assert total == 0


def test_only_lines_that_differ_are_written(
    connection, tenant, make_order, make_line, make_row, make_event
):
    order = make_order(lines=tuple(make_line(n) for n in (1, 2, 3)))
    subjects.insert(connection, tenant, [make_row(order)])
    first, second, _ = order.lines
    lines = (first, attrs.evolve(second, quantity=Decimal(9)), make_line(4))
    written: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", _note_line_writes(written))

    _update(connection, tenant, attrs.evolve(order, version=2, lines=lines), make_event)

    assert sorted(written) == ["DELETE 1", "INSERT 1", "UPDATE 1"]
    assert subjects.load(connection, tenant, order.ref).subject.lines == lines


def test_a_stale_change_is_a_conflict_that_carries_both_values(
    connection, tenant, make_order, make_row, make_event
):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    stale = subjects.load(connection, tenant, order.ref)
    theirs = attrs.evolve(order, version=2, title="Theirs")
    _update(connection, tenant, theirs, make_event)
    mine = attrs.evolve(order, version=2, title="Mine")
    chained = events.chain(stale.head, [make_event(mine)], lambda: "salt")

    with pytest.raises(Conflict) as raised:
        subjects.update(
            connection, tenant, stale, mine, chained, stage="draft", search="", fields={}
        )

    assert (raised.value.seen, raised.value.current) == (order, theirs)
    assert not raised.value.retryable


def test_a_note_that_came_in_between_is_a_conflict_worth_retrying(
    connection, tenant, make_order, make_row, make_note
):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    stale = subjects.load(connection, tenant, order.ref)
    note = events.chain(stale.head, [make_note(order)], lambda: "salt")
    subjects.append(connection, tenant, stale, note)

    with pytest.raises(Conflict) as raised:
        subjects.append(connection, tenant, stale, note)

    assert raised.value.retryable


def test_a_change_of_what_is_not_there_is_not_found(
    connection, tenant, make_order, make_row, make_note
):
    order = make_order()
    row = make_row(order)
    never = subjects.Stored(order, 1, row.events[-1].hash)

    with pytest.raises(NotFound):
        subjects.append(connection, tenant, never, row.events)


def test_a_note_moves_the_head_and_not_the_version(
    connection, tenant, make_order, make_row, make_note
):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    stored = subjects.load(connection, tenant, order.ref)
    note = events.chain(stored.head, [make_note(order)], lambda: "salt")

    moved = subjects.append(connection, tenant, stored, note)

    assert moved == subjects.load(connection, tenant, order.ref)
    assert (moved.subject.version, moved.head_seq) == (1, 2)


def test_indexed_fields_follow_the_subject(connection, tenant, make_order, make_row, make_event):
    order = make_order()
    row = make_row(order, fields={"sample.hall": "A", "sample.floor": "1", "sample.gate": ""})
    subjects.insert(connection, tenant, [row])

    _update(
        connection, tenant, attrs.evolve(order, version=2), make_event, fields={"sample.hall": "B"}
    )

    field = schema.subject_fields.c
    kept = connection.execute(sa.select(field.field, field.value).where(field.tenant_id == tenant))
    assert [tuple(row) for row in kept] == [("sample.hall", "B")]


def test_an_order_without_any_price_has_no_total_to_filter_by(
    connection, tenant, make_order, make_line, make_row
):
    order = make_order(lines=(attrs.evolve(make_line(1), price=None),))

    subjects.insert(connection, tenant, [make_row(order)])

    assert connection.scalar(sa.select(schema.subjects.c.total).where(_mine(tenant))) is None


def test_data_of_an_absent_module_keeps_its_bytes(connection, tenant, make_order, make_row):
    opaque = Data((("gone", '{"a":[1,{"b":"ü"}],"v":3}'),))
    order = make_order(data=opaque)

    subjects.insert(connection, tenant, [make_row(order)])

    assert subjects.load(connection, tenant, order.ref).subject.data.texts == opaque.texts


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_locked_subject_makes_the_second_writer_wait(engine, tenant, make_order, make_row):
    order = make_order()
    with writing(engine, tenant) as connection:
        subjects.insert(connection, tenant, [make_row(order)])

    def load_impatiently():
        with writing(engine, tenant) as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = 50")
            subjects.load(second, tenant, order.ref, lock=True)

    with writing(engine, tenant) as first:
        subjects.load(first, tenant, order.ref, lock=True)
        with pytest.raises(Conflict) as raised:
            load_impatiently()

    assert raised.value.retryable


def _mine(tenant):
    return schema.subjects.c.tenant_id == tenant


def _update(connection, tenant, after, make_event, fields=None):
    stored = subjects.load(connection, tenant, SubjectRef("order", after.id), lock=True)
    chained = events.chain(stored.head, [make_event(after, "edited")], lambda: "salt")
    return subjects.update(
        connection, tenant, stored, after, chained,
        stage="draft", search="", fields=fields or {},
    )  # fmt: skip


def _note_line_writes(written):
    def note(connection, cursor, statement, parameters, context, many):
        verb, *rest = statement.split()
        if "ol_line" in rest[:2]:
            written.append(f"{verb} {len(parameters) if many else 1}")
        elif verb == "WITH" and parameters.get("ol_line"):  # PostgreSQL: beside other tables
            written.append(f"INSERT {len(json.loads(parameters['ol_line']))}")

    return note


def test_a_subject_that_is_held_is_not_read_again(connection, tenant, make_order, make_row):
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    seen = subjects.load(connection, tenant, order.ref)

    assert subjects.hold(connection, tenant, seen) is seen


def test_a_subject_written_to_meanwhile_is_read_again_when_it_is_held(
    connection, engine, tenant, make_order, make_row, make_event
):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    order = make_order()
    subjects.insert(connection, tenant, [make_row(order)])
    seen = subjects.load(connection, tenant, order.ref)
    theirs = attrs.evolve(order, version=2, title="Theirs")
    _update(connection, tenant, theirs, make_event)

    assert subjects.hold(connection, tenant, seen).subject == theirs
