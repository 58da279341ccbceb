"""A record with some fields changed is the one `attrs.evolve` makes."""

import attrs
import pytest

from orderloom.values.changing import changer
from orderloom.values.picking import picker


@attrs.frozen(kw_only=True)
class Record:
    id: int
    name: str = attrs.field(converter=str.strip)
    _private: str = ""
    known: dict = attrs.field(factory=dict, init=False, eq=False)


def test_the_named_fields_are_exchanged_and_the_others_stay():
    record = Record(id=1, name="old", private="kept")

    changed = changer(Record, "name")(record, " new ")

    assert changed == attrs.evolve(record, name=" new ")
    assert changed == Record(id=1, name="new", private="kept")
    assert changed.known is not record.known


def test_a_field_that_is_none_cannot_be_changed():
    with pytest.raises(TypeError, match="Record has no field nothing"):
        changer(Record, "nothing")


@pytest.mark.parametrize(
    ("names", "values"), [((), []), (("b",), [2]), (("b", "a"), [2, 1])], ids=["none", "one", "two"]
)
def test_values_are_picked_in_the_order_of_the_names(names, values):
    assert list(picker(names)({"a": 1, "b": 2})) == values


def test_a_name_that_is_missing_is_a_bug():
    with pytest.raises(KeyError):
        picker(("a", "c"))({"a": 1})
