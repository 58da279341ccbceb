from datetime import date
from decimal import Decimal

import attrs
import pytest

from orderloom.errors import Refused
from orderloom.orders.inputs import read_record
from orderloom.values import Address


@attrs.frozen
class Part:
    line: int
    price: Decimal | None = None


def _not_negative(_, __, value):
    if value < 0:
        raise ValueError("must not be negative")


@attrs.frozen(kw_only=True)
class Form:
    name: str
    on: date | None = None
    parts: tuple[Part, ...] = ()
    first: Part | None = None
    to: Address | None = None
    urgent: bool = False
    days: int = attrs.field(default=0, validator=_not_negative)


def refused(raw):
    with pytest.raises(Refused) as caught:
        read_record(Form, raw)
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_text_becomes_what_the_fields_say():
    raw = {
        "name": "Kim", "on": "2026-07-01", "parts": [{"line": "1", "price": "1.50"}],
        "first": {"line": 2}, "to": "Main Street 1\nSampletown", "urgent": "yes", "days": "3",
    }  # fmt: skip

    form = read_record(Form, raw)

    assert form == Form(
        name="Kim", on=date(2026, 7, 1), parts=(Part(1, Decimal("1.5")),), first=Part(2),
        to=Address(("Main Street 1", "Sampletown")), urgent=True, days=3,
    )  # fmt: skip


def test_records_inside_are_read_again():
    form = read_record(Form, {"name": "Kim", "parts": (Part(1, Decimal(2)),), "first": Part("7")})

    assert (form.parts, form.first) == ((Part(1, Decimal(2)),), Part(7))


def test_an_empty_text_where_none_is_wanted_means_nothing():
    form = read_record(Form, {"name": "Kim", "on": "", "first": None, "to": ""})

    assert (form.on, form.first, form.to) == (None, None, None)


def test_everything_wrong_is_told_at_once_with_its_path():
    raw = {
        "on": "soon", "parts": [{"line": "x"}, {}, {"line": 1, "prize": 2}, 5], "first": "hello",
        "to": {"town": "Sampletown"}, "urgent": "maybe", "days": "1.5", "colour": "red",
    }  # fmt: skip

    assert refused(raw) == [
        ("colour", "input.unknown"),
        ("name", "input.missing"),
        ("on", "date.malformed"),
        ("parts[0].line", "decimal.not_a_number"),
        ("parts[1].line", "input.missing"),
        ("parts[2].prize", "input.unknown"),
        ("parts[3]", "input.malformed"),
        ("first", "input.malformed"),
        ("to.town", "input.unknown_field"),
        ("urgent", "boolean.malformed"),
        ("days", "number.not_whole"),
    ]


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(Refused, match=r"There is no nme here\. To set something, use: name\."):
        read_record(Form, {"name": "Kim", "nme": "Kim"})


def test_what_the_class_itself_refuses_is_told_too():
    assert refused({"name": "Kim", "days": -1}) == [("", "input.malformed")]


@pytest.mark.parametrize("raw", [[1], "text", 5, None])
def test_only_named_values_make_a_record(raw):
    assert refused(raw) == [("", "input.malformed")]


@pytest.mark.parametrize("raw", ["abc", 5, {"line": 1}])
def test_only_a_list_makes_several(raw):
    assert refused({"name": "Kim", "parts": raw}) == [("parts", "input.malformed")]


def test_the_path_starts_where_the_caller_says():
    with pytest.raises(Refused) as caught:
        read_record(Part, {}, "quotes[2]")

    assert [problem.field for problem in caught.value.problems] == ["quotes[2].line"]


def test_a_name_that_is_no_text_is_unknown():
    assert refused({"name": "Kim", 5: 6}) == [("5", "input.unknown")]
