import attrs
import pytest

from orderloom.errors import NotFound
from orderloom.orders.events import DELETED, EDITED, MOVED, NOTED, PLACED, RESTORED, Event
from orderloom.orders.replay import at_version
from orderloom.orders.snapshot import snapshot
from orderloom.values import uuid7


@pytest.fixture
def events(order):
    """Placed, noted, sent, paid, edited, deleted, restored."""

    def event(name, version, content=None, **more):
        record, personal = snapshot(content) if content else (None, None)
        return Event(
            id=uuid7(order.created_at), subject=order.ref, seq=1, at=order.created_at, actor="ann",
            name=name, version=version, lifecycle="d", record=record, personal=personal, **more,
        )  # fmt: skip

    edited = attrs.evolve(order, version=4, status="sent", title="New", facets=(("pay", "paid"),))
    return (
        event(PLACED, 1, attrs.evolve(order, facets=(("pay", "unpaid"),))),
        event(NOTED, 1, body={"text": "x"}),
        event(MOVED, 2, source="draft", target="sent"),
        event(MOVED, 3, target="paid", body={"facet": "pay"}),
        event(EDITED, 4, edited),
        event(DELETED, 5),
        event(RESTORED, 6),
    )


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (1, ("draft", "unpaid", "", False)),
        (2, ("sent", "unpaid", "", False)),
        (3, ("sent", "paid", "", False)),
        (4, ("sent", "paid", "New", False)),
        (5, ("sent", "paid", "New", True)),
        (6, ("sent", "paid", "New", False)),
    ],
)
def test_the_subject_is_read_as_it_was_at_a_version(events, version, expected):
    then = at_version(events, version)

    found = (then.status, then.facet("pay"), then.title, then.deleted_at is not None)
    assert found == expected
    assert then.version == version


@pytest.mark.parametrize("version", [0, 7])
def test_a_version_it_never_had_is_not_found(events, version):
    with pytest.raises(NotFound, match="name a version of its history"):
        at_version(events, version)
