import pytest

from orderloom import Overlay, Refused, Status
from orderloom.lifecycle.overlay import Move

WAITS = Overlay(
    statuses=(Status("on_hold", "On hold", stage="open"),),
    moves=(Move("hold", "sent", "on_hold"), Move("finish", "on_hold", "done")),
)


def test_a_status_of_the_tenants_own_works_like_any_other(toy):
    with toy.desk() as desk:
        desk.admin.overlay("toy.order", WAITS)

    order = toy.perform(toy.place(), "send", "hold")

    assert order.status == "on_hold"
    assert toy.perform(order, "finish").status == "done"
    assert toy.verified().ok


def test_the_overlay_of_a_tenant_is_no_other_tenants(toy, make_toy):
    with toy.desk() as desk:
        desk.admin.overlay("toy.order", WAITS)
    other = make_toy()

    order = other.perform(other.place(), "send")

    with pytest.raises(Refused, match="hold"):
        other.perform(order, "hold")


def test_an_overlay_that_does_not_hold_together_is_refused(toy):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.overlay("toy.order", Overlay(statuses=WAITS.statuses))

    assert set(refused.value.codes) == {"overlay.unsound"}
    assert toy.place().status == "draft"
