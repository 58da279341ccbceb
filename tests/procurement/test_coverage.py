from decimal import Decimal
from uuid import UUID

import pytest

from orderloom import NotFound, Refused
from orderloom_procurement.coverage import by_department, coverage, coverage_of, coverage_table


@pytest.mark.parametrize(
    ("needed", "ordered", "state", "short", "excess"),
    [
        ("200", "0", "needs_order", "200", "0"),
        ("200", "150", "short", "50", "0"),
        ("200", "199.999999", "short", "0.000001", "0"),
        ("200", "200", "on_order", "0", "0"),
        ("200", "230", "excess", "0", "30"),
        ("0", "5", "excess", "0", "5"),
        ("0", "0", "needs_order", "0", "0"),
        ("999999999999.999999", "0.000001", "short", "999999999999.999998", "0"),
    ],
)
def test_the_four_states_with_their_figures(needed, ordered, state, short, excess):
    found = coverage(Decimal(needed), Decimal(ordered))

    assert (found.state, found.short, found.excess) == (state, Decimal(short), Decimal(excess))


def test_a_table_lists_the_needs_of_one_project_by_department_area_and_name(house):
    house.need("Stool", department="Hospitality", area="Tent")
    house.need("apple", department="Hospitality", area="Tent")
    house.need("Line array", department="Audio")
    house.need("Heater", project="winter")

    with house.loom.reader(house.tenant, house.actor) as reader:
        table = coverage_table(reading := reader.reading, "summer")
        groups = [(name, len(group)) for name, group in by_department(table)]

    assert [one.need.name for one in table] == ["Line array", "apple", "Stool"]
    assert groups == [("Audio", 1), ("Hospitality", 2)]
    assert reading.tenant.key == house.tenant


def test_a_table_is_narrowed_by_department_and_state(house, chairs):
    house.need("Stool", "5")
    house.need("Line array", "5", department="Audio")
    house.order((chairs, "150"))

    with house.loom.reader(house.tenant, house.actor) as reader:
        short = coverage_table(reader.reading, "summer", state="short")
        audio = coverage_table(reader.reading, "summer", department="Audio")

    assert [one.need.name for one in short] == ["Folding chair"]
    assert [one.need.name for one in audio] == ["Line array"]


def test_an_unknown_state_is_refused_with_the_nearest(house):
    with (
        house.loom.reader(house.tenant, house.actor) as reader,
        pytest.raises(Refused, match="use: short"),
    ):
        coverage_table(reader.reading, "summer", state="shorts")


def test_the_coverage_of_no_need_is_not_found(house):
    with house.loom.reader(house.tenant, house.actor) as reader, pytest.raises(NotFound):
        coverage_of(reader.reading, UUID(int=1))


def test_another_tenant_sees_none_of_it(house, chairs, loom, admin):
    loom.create_tenant(f"{house.tenant}x", modules=("procurement",))

    with loom.reader(f"{house.tenant}x", admin) as reader:
        table = coverage_table(reader.reading, "summer")
        with pytest.raises(NotFound):
            coverage_of(reader.reading, chairs.id)

    assert table == ()
