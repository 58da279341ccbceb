"""Filters narrow, pages do not overlap, counts are bounded."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs
import pytest
import sqlalchemy as sa

from orderloom.errors import Refused
from orderloom.orders.order import PartyRef
from orderloom.store import subjects
from orderloom.store.find import Query, Seen, count, find
from orderloom.values import uuid7

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def orders(connection, tenant, make_order, make_line, make_row):
    """Three orders of 2,500.00 (one line), 5,000.00 (two lines) and without a price."""
    cheap = make_order(
        number="RFQ-1", status="sent", project="autumn", lines=(make_line(1),),
        created_at=NOW, buyer=PartyRef("other", "Other Festival"),
    )  # fmt: skip
    dear = make_order(number="RFQ-2", created_at=NOW + timedelta(days=1))
    unpriced = make_order(
        number="RFQ-3", type="test.other", status="canceled",
        lines=(attrs.evolve(make_line(1), price=None),), seller=PartyRef("other", "Other Vendor"),
        created_at=NOW + timedelta(days=2), deleted_at=NOW + timedelta(days=3),
    )  # fmt: skip
    rows = [
        make_row(cheap, stage="open", fields={"test.hall": "A", "test.floor": "1"}),
        make_row(dear, fields={"test.hall": "A", "test.floor": "2"}),
        make_row(unpriced, stage="dropped"),
    ]
    subjects.insert(connection, tenant, rows)
    return cheap, dear, unpriced


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query(), ["RFQ-2", "RFQ-1"]),
        (Query(include_deleted=True), ["RFQ-3", "RFQ-2", "RFQ-1"]),
        (Query(kind="sample.need"), []),
        (Query(type="test.other", include_deleted=True), ["RFQ-3"]),
        (Query(status="sent"), ["RFQ-1"]),
        (Query(status=("sent", "draft")), ["RFQ-2", "RFQ-1"]),
        (Query(stage="open"), ["RFQ-1"]),
        (Query(party="other", include_deleted=True), ["RFQ-3", "RFQ-1"]),
        (Query(project="autumn"), ["RFQ-1"]),
        (Query(number="RFQ-2"), ["RFQ-2"]),
        (Query(text="banquet"), ["RFQ-2"]),
        (Query(created_from=NOW + timedelta(days=1)), ["RFQ-2"]),
        (Query(created_until=NOW + timedelta(days=1)), ["RFQ-1"]),
        (Query(total_from=Decimal(2500), total_until=Decimal("4999.99")), ["RFQ-1"]),
        (Query(total_until=Decimal(0), include_deleted=True), []),
        (Query(fields={"test.hall": "A"}), ["RFQ-2", "RFQ-1"]),
        (Query(fields={"test.hall": "A", "test.floor": "2"}), ["RFQ-2"]),
        (Query(project="autumn", status="draft"), []),
    ],
)
def test_filters_narrow(connection, tenant, orders, query, numbers):
    page = find(connection, tenant, query)

    assert [order.number for order in page.items] == numbers
    assert count(connection, tenant, query).value == len(numbers)


def test_what_is_found_is_whole(connection, tenant, orders):
    page = find(connection, tenant, Query(include_deleted=True))

    assert page.items == orders[::-1]


def test_another_tenant_finds_nothing(connection, tenant, orders):
    assert find(connection, "somebody-else", Query()).items == ()


def test_pages_follow_on_without_gap_or_overlap(connection, tenant, make_order, make_row):
    made = [make_order(number=f"RFQ-{number}") for number in range(7)]
    subjects.insert(connection, tenant, [make_row(order) for order in made])

    pages, after = [], None
    while not pages or after is not None:
        page = find(connection, tenant, Query(), after=after, limit=3)
        pages.append([order.number for order in page.items])
        after = page.next

    assert pages == [["RFQ-6", "RFQ-5", "RFQ-4"], ["RFQ-3", "RFQ-2", "RFQ-1"], ["RFQ-0"]]


def test_a_new_order_does_not_move_the_next_page(connection, tenant, make_order, make_row):
    made = [make_order(number=f"RFQ-{number}") for number in range(4)]
    subjects.insert(connection, tenant, [make_row(order) for order in made])
    first = find(connection, tenant, Query(), limit=2)
    subjects.insert(connection, tenant, [make_row(make_order(number="RFQ-9"))])

    second = find(connection, tenant, Query(), after=first.next, limit=2)

    assert [order.number for order in second.items] == ["RFQ-1", "RFQ-0"]


def test_a_page_takes_two_statements_whatever_its_size(connection, tenant, orders):
    statements = []
    sa.event.listen(
        connection, "before_cursor_execute", lambda *given: statements.append(given[2])
    )  # fmt: skip

    find(connection, tenant, Query(include_deleted=True))

    assert len(statements) == 2


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "ä", "../../etc", "A" * 10_000, "\x00"])
def test_a_made_up_cursor_is_refused(connection, tenant, cursor):
    with pytest.raises(Refused) as raised:
        find(connection, tenant, Query(), after=cursor)

    assert raised.value.codes == ("find.bad_cursor",)


def test_a_cursor_with_one_changed_letter_is_refused(connection, tenant, orders):
    cursor = find(connection, tenant, Query(), limit=1).next
    changed = ("B" if cursor[0] != "B" else "C") + cursor[1:]

    with pytest.raises(Refused):
        find(connection, tenant, Query(), after=changed)


@pytest.mark.parametrize("cursor", [5, b"AAAA", ["x"]])
def test_a_cursor_that_is_no_text_is_refused(connection, tenant, cursor):
    with pytest.raises(Refused) as raised:
        find(connection, tenant, Query(), after=cursor)

    assert raised.value.codes == ("find.bad_cursor",)


@pytest.mark.parametrize(
    ("filters", "code", "field"),
    [
        ({"kind": ""}, "text.empty", "kind"),
        ({"kind": 5}, "text.not_text", "kind"),
        ({"type": None}, "text.not_text", "type"),
        ({"stage": ["open"]}, "text.not_text", "stage"),
        ({"party": "\x00"}, "text.control_character", "party"),
        ({"project": "\ud800"}, "text.control_character", "project"),
        ({"number": "  "}, "text.empty", "number"),
        ({"text": "x" * 1001}, "text.too_long", "text"),
        ({"status": "x" * 5000}, "text.too_long", "status[0]"),
        ({"status": ("sent", 5)}, "text.not_text", "status[1]"),
        ({"status": 5}, "text.not_text", "status[0]"),
        ({"status": ["x"] * 201}, "find.too_many", "status"),
        ({"created_from": datetime(2026, 7, 1)}, "instant.naive", "created_from"),  # noqa: DTZ001 - naive on purpose
        ({"created_until": "2026"}, "instant.malformed", "created_until"),
        ({"total_from": "abc"}, "decimal.not_a_number", "total_from"),
        ({"total_until": 1.5}, "decimal.not_a_number", "total_until"),
        ({"total_from": Decimal("NaN")}, "decimal.not_finite", "total_from"),
        ({"total_from": Decimal("1e30")}, "decimal.too_long", "total_from"),
        ({"fields": {5: "A"}}, "text.not_text", "fields[0]"),
        ({"fields": {"test.hall": 5}}, "text.not_text", "fields.test.hall"),
        ({"fields": ["test.hall"]}, "find.pair", "fields[0]"),
        ({"fields": 5}, "find.pair", "fields[0]"),
        ({"fields": {f"test.{n}": "A" for n in range(21)}}, "find.too_many", "fields"),
        ({"include_deleted": "no"}, "find.yes_or_no", "include_deleted"),
        ({"include_deleted": []}, "find.yes_or_no", "include_deleted"),
    ],
)
@pytest.mark.parametrize("look", [find, count])
def test_a_filter_that_says_nothing_is_refused(connection, tenant, look, filters, code, field):
    with pytest.raises(Refused) as raised:
        look(connection, tenant, Query(**filters))

    assert [(one.code, one.field) for one in raised.value.problems] == [(code, field)]


def test_all_that_is_wrong_with_a_query_is_said_at_once(connection, tenant):
    query = Query(number="\x00", status=("\x00", "\x01"), total_from=1.5, fields={"": "\x00"})

    with pytest.raises(Refused) as raised:
        find(connection, tenant, query)

    fields = [problem.field for problem in raised.value.problems]
    assert fields == ["number", "total_from", "status[0]", "status[1]", "fields[0]", "fields."]


def test_filters_are_read_as_people_write_them(connection, tenant, orders):
    query = Query(number=" RFQ-2 ", total_from="5000.00", created_from="2026-07-02T14:00+02:00")

    page = find(connection, tenant, query)

    assert [order.number for order in page.items] == ["RFQ-2"]


@pytest.mark.parametrize("limit", ["5", 2.5, True, 0, -1, 1001, 10**30, None])
def test_a_page_holds_a_whole_number_up_to_a_thousand(connection, tenant, limit):
    with pytest.raises(Refused, match="1 to 1000") as raised:
        find(connection, tenant, Query(), limit=limit)

    assert [(one.code, one.field) for one in raised.value.problems] == [("find.limit", "limit")]


@pytest.mark.parametrize("bound", ["5", 2.5, True, 0, -5, 10**9, 10**30, None])
def test_a_count_has_a_whole_number_as_its_bound(connection, tenant, bound):
    with pytest.raises(Refused, match="1 to 1000000") as raised:
        count(connection, tenant, Query(), bound)

    assert [(one.code, one.field) for one in raised.value.problems] == [("find.limit", "bound")]


# ── what a reader sees ─────────────────────────────────────────────────────────────────────

SENT, DRAFT = ("test.order", "sent"), ("test.order", "draft")


@pytest.mark.parametrize(
    ("seen", "numbers"),
    [
        ((Seen(type="*", kind="tenant"),), ["RFQ-2", "RFQ-1"]),
        ((Seen(type="test.order", kind="project", id="autumn"),), ["RFQ-1"]),
        ((Seen(type="test.other", kind="project", id="autumn"),), []),
        ((Seen(type="*", kind="party", id="vendor"),), ["RFQ-2", "RFQ-1"]),
        ((Seen(type="*", kind="department", id="vendor"),), []),
        ((), []),
        ((Seen(type="*", kind="party", id="vendor", hidden_from_seller=(SENT,)),), ["RFQ-2"]),
        ((Seen(type="*", kind="party", id="vendor", hidden_from_seller=(SENT, DRAFT)),), []),
        ((Seen(type="*", kind="party", id="vendor", hidden_from_buyer=(SENT,)),),
         ["RFQ-2", "RFQ-1"]),
        ((Seen(type="test.order", kind="party", id="other", hidden_from_buyer=(SENT,)),), []),
        ((Seen(type="test.order", kind="party", id="other", hidden_from_buyer=(DRAFT,)),),
         ["RFQ-1"]),
        ((Seen(type="*", kind="party", id="vendor",
               hidden_from_seller=(("test.other", "sent"), ("test.other", "draft"))),),
         ["RFQ-2", "RFQ-1"]),
        ((Seen(type="*", kind="party", id="vendor", hidden_from_seller=(SENT, DRAFT)),
          Seen(type="*", kind="party", id="other", hidden_from_seller=(SENT, DRAFT))), ["RFQ-1"]),
    ],
)  # fmt: skip
def test_a_reader_finds_and_counts_what_shows_to_him(connection, tenant, orders, seen, numbers):
    query = Query(scopes=seen)

    page = find(connection, tenant, query)

    assert [order.number for order in page.items] == numbers
    assert count(connection, tenant, query).value == len(numbers)


@pytest.mark.parametrize(
    ("status", "renamed", "numbers"),
    [
        ("on_its_way", [("test.order", "sent", "on_its_way")], ["RFQ-1"]),
        (("on_its_way", "draft"), [("test.order", "sent", "on_its_way")], ["RFQ-2", "RFQ-1"]),
        ("on_its_way", [("test.other", "sent", "on_its_way")], []),
        ("sent", [("test.order", "sent", "on_its_way")], []),
        ("sent", [("test.other", "sent", "on_its_way")], ["RFQ-1"]),
        (("sent", "on_its_way"), [("test.order", "sent", "on_its_way")], ["RFQ-1"]),
        ((), [("test.order", "sent", "on_its_way")], ["RFQ-2", "RFQ-1"]),
    ],
)
def test_a_status_is_found_by_its_present_name(
    connection, tenant, orders, status, renamed, numbers
):
    query = Query(status=status, renamed=tuple(renamed))

    page = find(connection, tenant, query)

    assert [order.number for order in page.items] == numbers
    assert count(connection, tenant, query).value == len(numbers)


@pytest.mark.parametrize(("bound", "shown"), [(1, "1+"), (2, "2"), (1000, "2")])
def test_counts_stop_at_the_bound(connection, tenant, orders, bound, shown):
    assert str(count(connection, tenant, Query(), bound)) == shown


def test_a_thousand_and_more_is_shown_as_people_write_it(connection, tenant, make_order, make_row):
    start = make_order()
    rows = [make_row(attrs.evolve(start, id=uuid7(NOW), lines=())) for _ in range(1001)]
    subjects.insert(connection, tenant, rows)

    assert str(count(connection, tenant, Query())) == "1,000+"
