import attrs

from orderloom.orders.building import build_subject
from orderloom.orders.commands import NewSubject
from orderloom.orders.snapshot import restore, snapshot


def test_a_snapshot_brings_the_order_back(order):
    assert restore(*snapshot(order)) == order


def test_personal_data_is_kept_apart(order):
    record, personal = snapshot(order)

    assert personal == {
        "seller": {"id": "v1", "name": "Vendor One"},
        "remarks": "Ring twice",
    }
    assert "Vendor One" not in str(record)


def test_without_its_personal_data_the_rest_comes_back(order):
    record, _ = snapshot(order)

    assert restore(record) == attrs.evolve(order, seller=None, remarks="")


def test_a_subject_that_is_no_order_comes_back_as_it_is(maker):
    visit = build_subject(maker, NewSubject("toy.visit", "Kick-off"), "planned")

    assert restore(*snapshot(visit)) == visit
