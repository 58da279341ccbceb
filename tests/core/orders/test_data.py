from datetime import date
from decimal import Decimal

import attrs
import pytest

from orderloom.errors import ModuleFault, Refused
from orderloom.orders.data import Data, module_data


@module_data("toy", v=1)
@attrs.frozen(kw_only=True)
class First:
    colour: str = ""
    weight: Decimal = Decimal(0)
    on: date | None = None


def _rename(raw):
    raw["shade"] = raw.pop("colour", "")
    return raw


def _split(raw):
    return {"shades": [raw["shade"]]}


@module_data("toy", v=3, upgrades={1: _rename, 2: _split})
@attrs.frozen(kw_only=True)
class Third:
    shades: tuple[str, ...] = ()


@module_data("toy.more")
@attrs.frozen
class More:
    tags: frozenset[str] = frozenset()


@module_data("toy.weights")
@attrs.frozen
class Weights:
    values: frozenset[Decimal] = frozenset()


@module_data("toy", v=3)
@attrs.frozen
class Gap:
    pass


RED = First(colour="red", weight=Decimal("1.50"), on=date(2026, 7, 1))


def test_a_record_comes_back_equal():
    data = Data.of([RED, More(frozenset({"b", "a"}))])

    assert data[First] == RED
    assert data[More].tags == {"a", "b"}
    assert list(data) == ["toy", "toy.more"]


def test_a_record_is_kept_as_canonical_text():
    data = Data.of([RED, More(frozenset({"b", "a"}))])

    assert data.to_text() == (
        '{"toy":{"colour":"red","on":"2026-07-01","v":1,"weight":"1.5"},'
        '"toy.more":{"tags":["a","b"],"v":1}}'
    )
    assert Data.from_text(data.to_text()) == data


def test_a_set_of_numbers_is_text_too():
    data = Data.of([Weights(frozenset({Decimal("2.0"), Decimal(10)}))])

    assert data.to_text() == '{"toy.weights":{"v":1,"values":["10","2"]}}'
    assert data[Weights].values == {Decimal(2), Decimal(10)}


def test_an_older_record_is_upgraded_step_by_step():
    data = Data.of([First(colour="red")])

    assert data[Third] == Third(shades=("red",))


def test_reading_leaves_the_stored_text_as_it_is():
    data = Data.of([First(colour="red")])
    before = data.to_text()

    data.get(Third)

    assert data.to_text() == before


def test_a_record_of_a_newer_version_blames_its_module():
    data = Data.of([Third(shades=("red",))])

    with pytest.raises(ModuleFault, match="version 3 and understands 1 at most"):
        data.get(First)


def test_a_missing_upgrade_is_a_fault_and_not_a_missing_record():
    data = Data.of([First(colour="red")])

    with pytest.raises(ModuleFault, match="no upgrade for data of version 1"):
        data.get(Gap)


def test_nothing_is_carried_of_a_class_nobody_set():
    assert Data().get(First) is None
    assert First not in Data()
    with pytest.raises(KeyError):
        Data()[First]


def test_a_class_that_was_not_declared_is_a_bug():
    with pytest.raises(TypeError, match="declare it with @module_data"):
        Data.of([Decimal(1)])


def test_data_of_an_absent_module_goes_along_byte_for_byte():
    text = '{"gone":{"a":["1.50",{"z":null}],"v":7},"toy":{"colour":"red","v":1}}'

    data = Data.from_text(text).with_record(First(colour="blue"))

    assert data.to_text() == text.replace("red", "blue")


def test_setting_one_record_keeps_the_others():
    data = Data.of([RED]).with_record(Data.of([More(frozenset({"a"}))]))

    assert data[First] == RED
    assert More in data


def test_a_float_is_refused_before_it_could_not_be_read_back():
    @module_data("toy")
    @attrs.frozen
    class Wrong:
        value: object = None

    with pytest.raises(Refused):
        Data.of([Wrong(0.5)])
