"""Account owners, and who wants to hear of the outlets of others.

Source: systems.md 1.1 (supplier toggles: "only for customers whose account owner I am").
"""

import attrs
import pytest
import sqlalchemy as sa

from orderloom import Forbidden, NotFound, Refused
from orderloom.store.engine import reading
from orderloom.store.schema import deliveries, inbox
from orderloom.tenants import tenant_ref
from orderloom_supplier import (
    Account,
    account_owner,
    set_account_owner,
    visible_accounts,
)

ADMIN, MANAGER = "supplier_admin.dairy", "supplier_manager.dairy"
DESK = "desk@dairy.example"


def _own(market, owner=ADMIN, outlet="cafe", by=None):
    with market.desk(by) as desk:
        set_account_owner(desk, "dairy", outlet, owner)


def _wish(market, user, how, topic="supplier.others", channel="mail"):
    with market.desk() as desk:
        desk.notifications.wish(topic, how, user=user, channel=channel)


def _mailed(market, order, channel="mail"):
    chosen = sa.select(deliveries.c.recipient).where(
        deliveries.c.subject_id == order.id, deliveries.c.channel == channel
    )
    with reading(market.loom.engine, market.tenant) as connection:
        return set(connection.execute(chosen).scalars())


def _boxed(market, order):
    chosen = sa.select(inbox.c.user_id).where(inbox.c.subject_id == order.id)
    with reading(market.loom.engine, market.tenant) as connection:
        return set(connection.execute(chosen).scalars())


def mail_of(user):
    role, party = user.split(".")
    return f"{role}@{party}.example"


BOTH = {mail_of(ADMIN), mail_of(MANAGER)}


def test_orders_of_another_owners_outlet_can_be_turned_off(market):
    _own(market)
    _wish(market, MANAGER, "off")

    order = market.order()

    assert _mailed(market, order) == {DESK, mail_of(ADMIN)}
    assert _boxed(market, order) == {ADMIN, MANAGER}


def test_the_inbox_has_a_toggle_of_its_own(market):
    _own(market)
    _wish(market, MANAGER, "off", channel="inbox")

    order = market.order()

    assert _mailed(market, order) == {DESK, *BOTH}
    assert _boxed(market, order) == {ADMIN}


def test_the_owner_hears_of_it_whatever_he_wishes_of_others(market):
    _own(market)
    _wish(market, ADMIN, "off")

    assert _mailed(market, market.order()) == {DESK, *BOTH}


def test_of_an_outlet_nobody_owns_everybody_hears(market):
    _own(market)
    for user in (ADMIN, MANAGER):
        _wish(market, user, "off")

    assert _mailed(market, market.order(outlet="bistro")) == {DESK, *BOTH}


def test_an_owner_at_one_supplier_is_none_at_another(market):
    _own(market)
    _wish(market, "supplier_manager.bakery", "off")

    order = market.order(supplier="bakery")

    assert "supplier_manager@bakery.example" in _mailed(market, order)


def test_an_owner_who_left_leaves_no_order_unheard(market):
    _own(market)
    _wish(market, MANAGER, "off")
    with market.desk() as desk:
        desk.directory.deactivate_user(ADMIN)

    assert _mailed(market, market.order()) == {DESK, mail_of(MANAGER)}


@pytest.mark.parametrize(
    ("own", "others", "mailed", "gathered"),
    [
        ("now", "daily", set(), {mail_of(MANAGER)}),
        ("daily", "now", set(), {mail_of(MANAGER)}),
        ("off", "now", set(), set()),
        ("daily", "off", set(), set()),
        ("now", "now", {mail_of(MANAGER)}, set()),
    ],
)
def test_the_stricter_of_both_wishes_holds(market, own, others, mailed, gathered):
    _own(market)
    _wish(market, MANAGER, own, topic="supplier.orders")
    _wish(market, MANAGER, others)

    order = market.order()

    assert _mailed(market, order) == {DESK, mail_of(ADMIN)} | mailed
    assert _mailed(market, order, "digest") == gathered


def test_the_further_topic_is_listed_with_its_title(market):
    with market.desk() as desk:
        topics = {one.key: one for one in desk.notifications.topics()}
        wishes = {(one.topic, one.channel): one.how for one in desk.notifications.wishes(ADMIN)}

    assert topics["supplier.others"].titles == ("Orders of other account owners",)
    assert topics["supplier.others"].channels == ("mail", "inbox")
    assert wishes["supplier.others", "mail"] == "now"


def test_topics_have_spanish_titles_for_those_who_read_spanish(market):
    with market.desk(attrs.evolve(market.house, language="es")) as desk:
        titles = {one.key: one.titles for one in desk.notifications.topics()}

    assert titles["supplier.others"] == ("Pedidos de clientes que lleva otra persona",)
    assert titles["supplier.declined"] == ("Pedido rechazado",)


def test_a_rule_that_names_a_topic_nobody_heard_of_is_at_fault(market, monkeypatch):
    with market.reader() as reader:
        told = reader.assembly.notifications
    changed = attrs.evolve(told["supplier.pending"], further={})
    monkeypatch.setitem(told, changed.key, changed)
    _own(market)

    with pytest.raises(Exception, match=r"the topic supplier\.others, which is not among"):
        market.order()


def test_owners_are_named_replaced_and_taken_away(market):
    def owner():
        with market.reader() as reader:
            return account_owner(reader.reading, "dairy", "cafe")

    assert owner() == ""
    for named in (ADMIN, MANAGER, ""):
        _own(market, named)
        assert owner() == named
    _own(market, "")

    with market.reader() as reader:
        told = [one.body for one in reader.history(tenant_ref(market.tenant))]
    changes = [one["changed"] for one in told if one.get("what") == "supplier.accounts"]
    assert changes == [
        {"cafe": [None, ADMIN]}, {"cafe": [ADMIN, MANAGER]}, {"cafe": [MANAGER, None]},
    ]  # fmt: skip


def test_a_supplier_is_no_outlet_of_itself(market):
    with pytest.raises(Refused) as refused:
        _own(market, outlet="dairy")

    assert [(one.code, one.field) for one in refused.value.problems] == [
        ("supplier.account.itself", "outlet")
    ]
    with market.reader() as reader:
        assert visible_accounts(reader.reading) == []


def test_the_admin_of_the_supplier_says_who_and_nobody_else(market):
    _own(market, by=market.who("supplier_admin", "dairy"))

    for role, party in (
        ("supplier_manager", "dairy"), ("supplier_admin", "bakery"), ("outlet_admin", "cafe"),
    ):  # fmt: skip
        with pytest.raises(Forbidden, match=r"supplier\.account\.manage"):
            _own(market, by=market.who(role, party))


@pytest.mark.parametrize("owner", ["nobody", "supplier_admin.bakery", "outlet_admin.cafe", "ann"])
def test_an_owner_is_one_of_the_suppliers_own_people(market, owner):
    with pytest.raises(Refused, match="name a user with a role at that party") as refusal:
        _own(market, owner)

    assert refusal.value.codes == ("supplier.account.owner",)


def test_an_outlet_nobody_knows_has_no_owner(market):
    with pytest.raises(NotFound, match="nowhere"):
        _own(market, outlet="nowhere")


@pytest.mark.parametrize(
    ("role", "party", "seen"),
    [
        ("supplier_manager", "dairy", [Account(supplier="dairy", outlet="cafe", owner=ADMIN)]),
        ("supplier_admin", "bakery", []),
        ("outlet_admin", "cafe", []),
    ],
)
def test_accounts_are_seen_by_their_own_supplier_only(market, role, party, seen):
    _own(market)

    with market.reader(market.who(role, party)) as reader:
        assert visible_accounts(reader.reading) == seen
