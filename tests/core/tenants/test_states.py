import pytest

from orderloom import tenants
from orderloom.errors import NotFound
from orderloom.lifecycle import Status
from orderloom.lifecycle.overlay import Overlay
from orderloom.modules import CLOSING, OFF, ON
from orderloom.tenants import StoredState

BROUGHT = StoredState(ON, ["shop.order", "shop.cart"], ["ol_shop_cart"])


def test_a_module_that_is_on_is_known_with_its_types_and_tables(other_tenant, connection, tenant):
    tenants.set_state(connection, tenant, "shop", BROUGHT)

    assert tenants.states(connection, tenant) == {
        "shop": StoredState(ON, ("shop.cart", "shop.order"), ("ol_shop_cart",))
    }
    assert tenants.states(connection, other_tenant) == {}


def test_a_module_can_be_set_to_closing(connection, tenant):
    tenants.set_state(connection, tenant, "shop", BROUGHT)

    tenants.set_state(connection, tenant, "shop", StoredState(CLOSING, BROUGHT.types))

    assert tenants.states(connection, tenant)["shop"].state == CLOSING


def test_a_module_that_is_off_is_not_listed(connection, tenant):
    tenants.set_state(connection, tenant, "shop", BROUGHT)
    tenants.set_state(connection, tenant, "mill", BROUGHT)

    tenants.set_state(connection, tenant, "shop", StoredState(OFF))

    assert list(tenants.states(connection, tenant)) == ["mill"]


def test_every_switch_counts_as_a_revision(connection, tenant):
    tenants.set_state(connection, tenant, "shop", BROUGHT)

    assert tenants.set_state(connection, tenant, "shop", StoredState(OFF)) == 3


def test_a_switch_of_an_unknown_tenant_is_refused(connection):
    with pytest.raises(NotFound):
        tenants.set_state(connection, "nobody", "shop", BROUGHT)


def test_an_overlay_is_read_as_it_was_saved(connection, tenant):
    overlay = Overlay(
        statuses=(Status("at_customs", "At customs", stage="open"),),
        labels=(("sent", "On its way"),),
        moves=(("arrive", "sent", "at_customs"),),
    )

    revision = tenants.save_overlay(connection, tenant, "shop.order", overlay)

    assert tenants.overlays(connection, tenant) == {"shop.order": overlay}
    assert revision == 2


def test_an_empty_overlay_removes_the_one_there_was(connection, tenant):
    overlay = Overlay(labels=(("sent", "On its way"),))
    tenants.save_overlay(connection, tenant, "shop.order", overlay)

    tenants.save_overlay(connection, tenant, "shop.order", Overlay())

    assert tenants.overlays(connection, tenant) == {}
