import json
from datetime import date
from decimal import Decimal
from typing import Literal

import attrs
import click
import pytest

from orderloom.cli.flags import flags_of, raw_options
from orderloom.errors import Refused
from orderloom.orders.inputs import read_record
from orderloom.values import Contact


@attrs.frozen(kw_only=True)
class Quote:
    line: int
    price: Decimal
    note: str = ""


@attrs.frozen(kw_only=True)
class Options:
    quotes: tuple[Quote, ...]
    mail: bool = attrs.field(default=True, metadata={"help": "Send it by mail."})
    until: date | None = None
    level: Literal["firm", "rough"] = "firm"
    best: Quote | None = None
    contact: Contact | None = None
    lead_time_days: int = 3


def given(*words):
    """What the flags of `Options` hand over, read as options."""
    command = click.Command("quote", params=flags_of(Options))
    context = command.make_context("quote", list(words))
    return raw_options(Options, context.params)


def help_text():
    command = click.Command("quote", params=flags_of(Options))
    return command.get_help(click.Context(command))


def test_what_is_not_given_is_left_to_the_defaults():
    assert given() == {}


def test_bool_fields_are_pairs_of_flags():
    assert given("--mail") == {"mail": True}
    assert given("--no-mail") == {"mail": False}


def test_values_stay_text_for_the_gates():
    assert given("--until", "2027-03-01", "--lead-time-days", "x") == {
        "until": "2027-03-01",
        "lead_time_days": "x",
    }


def test_records_are_repeated_pairs():
    raw = given("--quotes", "line=1,price=12.50", "--quotes", 'line=2,price=3,"note=blue, matt"')

    options = read_record(Options, raw)

    assert options.quotes == (
        Quote(line=1, price=Decimal("12.5")),
        Quote(line=2, price=Decimal(3), note="blue, matt"),
    )


def test_records_may_come_from_a_file_without_losing_a_digit(tmp_path):
    path = tmp_path / "quotes.json"
    path.write_text('[{"line": 1, "price": 0.1}, {"line": 2, "price": 12345678901.123456}]')

    options = read_record(Options, given("--quotes", f"@{path}"))

    assert [quote.price for quote in options.quotes] == [
        Decimal("0.1"),
        Decimal("12345678901.123456"),
    ]


def test_a_single_record_is_pairs_too():
    assert given("--best", "line=1,price=2") == {"best": {"line": "1", "price": "2"}}


def test_a_contact_has_its_own_notation():
    raw = given("--quotes", "line=1,price=1", "--contact", "Gate <gate@buyer.example>")

    assert read_record(Options, raw).contact == Contact("Gate", email="gate@buyer.example")


def test_what_is_no_pair_is_refused():
    with pytest.raises(Refused) as refused:
        given("--quotes", "1:12.50")

    assert refused.value.codes == ("text.not_a_pair",)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        given("--quotes", f"@{tmp_path / 'none.json'}")

    assert refused.value.codes == ("cli.file_missing",)


@pytest.mark.parametrize("content", ["{", "[" * 100_000, "\udcff"])
def test_a_file_that_is_no_json_is_refused(tmp_path, content):
    path = tmp_path / "quotes.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))

    with pytest.raises(Refused) as refused:
        given("--quotes", f"@{path}")

    assert refused.value.codes[0].startswith("cli.file_")


def test_only_declared_choices_are_taken():
    with pytest.raises(click.BadParameter):
        given("--level", "vague")


def test_help_says_what_is_required_and_what_is_assumed():
    text = " ".join(help_text().split())

    assert "--mail / --no-mail Send it by mail. [default: mail]" in text
    assert "line=…,price=…,note=…, or @FILE.json" in text
    assert "[required]" in text
    assert "--until YYYY-MM-DD" in text
    assert "[default: 3]" in text


def test_json_of_a_file_may_hold_one_record(tmp_path):
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"line": 1, "price": "2"}))

    assert given("--quotes", f"@{path}") == {"quotes": [{"line": 1, "price": "2"}]}
