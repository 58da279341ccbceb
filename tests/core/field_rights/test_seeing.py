"""What is hidden is absent, and says so."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from types import SimpleNamespace

import attrs
import pytest

from orderloom import (
    Conflict,
    Forbidden,
    Grant,
    Guarded,
    Module,
    Money,
    NewLine,
    Query,
    Refused,
    Remedy,
    Role,
    Scope,
    SetLine,
    SetOrder,
)
from orderloom.orders import codec
from orderloom.orders.order import HIDDEN_TOTALS
from orderloom.values import Actor

HIDDEN = ("data.shop.deal", "prices")
OF_LINE = {"price", "price_source", "total", "tax", "tax_amount"}


def plain(value):
    return json.loads(codec.dumps(codec.to_plain(value)))


def test_the_json_of_an_order_has_no_such_keys(shop):
    order = shop.place()

    shown = plain(shop.get(order, shop.porter))

    assert shown.keys().isdisjoint({"totals", "adjustments"})
    assert shown["lines"][0].keys().isdisjoint(OF_LINE)
    assert list(shown["data"]) == list(shown["lines"][0]["data"]) == ["shop.colour"]
    assert shown["hidden"] == list(HIDDEN)


def test_who_may_see_everything_is_told_of_nothing_hidden(shop):
    order = shop.place()

    for actor in (shop.clerk, shop.admin):
        shown = shop.get(order, actor)

        assert shown == order
        assert shown.hidden == ()
        assert "hidden" not in plain(shown)
        # 3 x 98765.43 = 296296.29; - 5432.10 = 290864.19; 19 % of 296296.29 = 56296.30
        assert shown.totals.total == Money(Decimal("347160.49"), "EUR")


def test_sums_read_hidden_and_are_never_nought(shop):
    seen = shop.get(shop.place(), shop.porter)

    assert str(seen.totals) == str(seen.totals.total) == f"{seen.totals.tax}" == "hidden"
    assert seen.totals is HIDDEN_TOTALS
    assert not seen.totals.complete
    assert (seen.lines[0].price, seen.adjustments) == (None, ())
    with pytest.raises(Forbidden) as refused:
        seen.totals.total.amount  # noqa: B018 - reading it is what refuses
    assert refused.value.codes == ("field.hidden",)


def test_a_masked_order_is_read_back_copied_and_pickled_as_it_is(shop):
    seen = shop.get(shop.place(), shop.porter)

    read = codec.from_plain(type(seen), codec.to_plain(seen))

    assert read == seen == pickle.loads(pickle.dumps(seen)) == copy.deepcopy(seen)
    assert read.totals is pickle.loads(pickle.dumps(seen)).totals is HIDDEN_TOTALS
    assert seen != attrs.evolve(seen, hidden=())


def test_what_is_seen_depends_on_where_the_right_is_held(shop):
    mine, theirs = shop.place(), shop.place(shop.new(seller="v2", buyer="b2"))
    reads, sees = Scope("party", "v1"), Scope("party", "v2")
    grants = (*shop.somebody("porter", reads).grants, *shop.somebody("clerk", sees).grants)
    actor = Actor("both", grants)

    with shop.reader(actor) as reader:
        found = {order.id: order.hidden for order in reader.find().items}
        rows = {row.id: (row.hidden, row.total_text) for row in reader.list().items}

    assert found == {mine.id: HIDDEN, theirs.id: ()}
    assert rows == {mine.id: (HIDDEN, "hidden"), theirs.id: ((), "347160.49 EUR")}


def test_each_permission_lifts_what_it_guards(make_shop):
    shop = make_shop(guards=(Guarded("shop.deal.read", fields="data.shop.deal", title="Deals"),))
    order = shop.place()

    seen = shop.get(order, shop.porter)

    assert seen.hidden == ("data.shop.deal",)
    assert seen.totals == order.totals
    assert list(seen.data) == list(seen.lines[0].data) == ["shop.colour"]


def test_a_row_of_a_list_has_no_total_and_no_field_that_tells_of_it(shop):
    shop.place()

    with shop.reader(shop.porter) as reader:
        (row,) = reader.list().items
    with shop.reader() as reader:
        (whole,) = reader.list().items

    assert (row.total, row.priced, row.total_text) == (None, 0, "hidden")
    assert dict(row.fields) == {"shop.words": "hidden 1"}
    assert dict(whole.fields) == {"shop.words": "hidden 1", "shop.worth": "347160.49"}


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"total_from": Decimal(1)}, "total_from"),
        ({"total_until": Decimal(1)}, "total_until"),
        ({"fields": {"shop.worth": "347160.49"}}, "fields.shop.worth"),
        ({"fields": [["shop.worth", "1"]]}, "fields.shop.worth"),
        ({"fields": {" shop.worth ": "1"}}, "fields.shop.worth"),
    ],
)
def test_nobody_filters_by_what_is_hidden_from_him(shop, filters, field):
    shop.place()
    doors = ("find", "list", "count")

    for door in doors:
        with shop.reader(shop.porter) as reader, pytest.raises(Forbidden) as refused:
            getattr(reader, door)(Query(**filters))
        (problem,) = refused.value.problems
        assert (problem.code, problem.field) == ("field.hidden", field)
        assert problem.lifted_by == "role Admin or Clerk"
        with shop.reader() as reader:
            getattr(reader, door)(Query(**filters))


def test_a_filter_is_let_through_where_all_that_is_read_is_seen(shop):
    order = shop.place()
    shop.place(shop.new(seller="v2"))
    actor = shop.somebody("clerk", Scope("party", "v1"))

    with shop.reader(actor) as reader:
        found = reader.find(Query(total_from=Decimal(1))).items

    assert [one.id for one in found] == [order.id]


def test_other_filters_stay(shop):
    order = shop.place()

    with shop.reader(shop.porter) as reader:
        found = reader.find(Query(party="v1", fields={"shop.words": "hidden 1"}))

    assert [one.id for one in found.items] == [order.id]


def test_an_event_keeps_what_is_not_hidden(shop):
    order = shop.told_story()

    with shop.reader(shop.porter) as reader:
        events = reader.history(order)
    placed, edited, bid = events[0], events[1], events[2]

    assert placed.record.keys().isdisjoint({"totals", "adjustments"})
    assert placed.record["lines"][0]["quantity"] == "3"
    assert "changes" not in edited.body  # the price and the deal alone were changed
    assert bid.body == {"options": {"note": "as discussed"}}
    assert {event.hidden for event in events} == {HIDDEN}
    assert all("gate" not in event.body for event in events)


def test_a_change_that_is_not_hidden_is_told_without_the_rest(shop):
    order = shop.place()
    edits = [SetLine(line=1, quantity="4", price="1"), SetOrder(title="Fair")]
    with shop.desk() as desk:
        desk.edit(order, edits)

    with shop.reader(shop.porter) as reader:
        changes = reader.history(order)[-1].body["changes"]

    line = {"line": 1, "name": "Chair", "quantity": ["3", "4"]}
    assert changes == {"title": [None, "Fair"], "lines_changed": [line]}


def test_an_event_has_no_hash_by_which_a_price_could_be_guessed(shop):
    order = shop.told_story()

    with shop.reader(shop.porter) as reader:
        links = {(event.hash, event.previous) for event in reader.history(order)}
    with shop.reader() as reader:
        assert all(event.hash for event in reader.history(order))

    assert links == {("", "")}


def test_an_event_says_who_approves_and_nothing_of_what(shop):
    order = shop.place(shop.new(title="dear"))
    with shop.desk(shop.porter) as desk:
        desk.approve(order.ref)

    with shop.reader() as reader:
        whole = reader.history(order)[-1].body
    with shop.reader(shop.porter) as reader:
        held, approved = reader.history(order)

    assert "digests" in whole["approval"]  # against which prices could be tried
    assert held.body.keys() == approved.body.keys() == {"approval"}
    assert approved.body["approval"]["votes"] == [["porter", "porter"]]
    assert approved.body["approval"].keys() == whole["approval"].keys() - {"digests"}


def test_the_chain_is_whole_whoever_looks(shop):
    order = shop.told_story()

    with shop.reader(shop.porter) as reader:
        reader.history(order)
    with shop.reader(shop.admin) as reader:
        assert reader.verify().findings == ()


def test_who_saw_an_older_version_is_shown_both_without_what_is_hidden(shop):
    order = shop.place()
    seen = shop.get(order, shop.porter)
    with shop.desk() as desk:
        desk.edit(order, SetOrder(title="Fair"))

    with shop.desk(shop.porter) as desk, pytest.raises(Conflict) as conflict:
        desk.edit(seen, SetOrder(title="Feast"))

    assert conflict.value.seen == seen
    assert conflict.value.current == attrs.evolve(
        seen, version=2, title="Fair", updated_at=conflict.value.current.updated_at
    )


def test_a_refusal_says_hidden_where_it_told_an_amount(shop):
    order = shop.place()

    with shop.desk(shop.porter) as desk, pytest.raises(Refused) as refused:
        desk.perform(order.ref, "refused")

    assert str(refused.value) == "It is too dear: hidden. To go on, have Chair lowered."


def test_what_waits_says_who_is_asked_but_not_why(shop):
    order = shop.place(shop.new(title="dear"))

    with shop.reader(shop.porter) as reader:
        request = reader.approval(order)
    with shop.reader() as reader:
        whole = reader.approval(order)

    assert (request.amount, request.votes) == (None, ())
    assert [one.key for one in request.requirements] == [one.key for one in whole.requirements]
    assert "shop.dear" in request.requirements[0].why.message
    assert whole.requirements[0].why.message.startswith("It comes to 347160.49 EUR, 98765.43 EUR")


def test_hooks_and_limits_see_what_their_actor_does_not(shop):
    with shop.desk(shop.porter) as desk:
        order = desk.place(shop.plain(title="dear"))
        opened = desk.place(shop.plain())
        desk.perform(opened.ref, "nest")  # its hook sets the price in his stead

    whole = shop.get(opened)
    assert order.status == "waits"
    assert whole.lines[0].price.amount == Decimal("98765.43")
    assert whole.lines[0].price_source.rule == "porter"
    assert "shop.deal" in list(whole.data)


def test_prices_of_a_module_that_is_off_are_hidden_from_who_has_no_right_of_it(make_shop):
    role = Role(key="yard.guard", title="Guard", permissions={"shop.order.read"})
    yard = SimpleNamespace(__name__="yard", module=Module("yard", title="Yard", roles=(role,)))
    shop = make_shop(yard)
    order = shop.place()
    guard = Actor("guard", (Grant("yard.guard"),))
    park = [Remedy(type="shop.order", status="open", kind="park")]
    with shop.desk(shop.admin) as desk:
        desk.admin.switch("shop", "off", park)

    assert shop.get(order, shop.admin).totals == order.totals
    assert shop.get(order, guard).hidden == ("prices",)


def test_amounts_of_the_tenant_need_every_guard(shop):
    shop.place()
    runner = shop.somebody("runner")

    with shop.reader(runner) as reader:
        assert {str(one.payload) for one in reader.deliveries()} == {"{}"}
        with pytest.raises(Forbidden) as refused:
            reader.simulate(None, since="2020-01-01")

    assert refused.value.codes == ("right.missing", "right.missing")


def test_a_guard_names_what_can_be_guarded():
    with pytest.raises(ValueError, match="can be guarded"):
        Guarded("shop.price.read", fields=("prices", "seller"), title="Prices")


def test_an_order_that_hides_nothing_costs_no_statement(make_shop, engine):
    from sqlalchemy import event

    counts = []
    for guards in (None, ()):
        shop = make_shop(guards=guards)
        order = shop.place()
        said = []
        listen = lambda *args, said=said: said.append(args[2])  # noqa: E731 - one word of a table
        event.listen(engine, "before_cursor_execute", listen)
        with shop.reader() as reader:
            reader.get(order.ref)
            reader.find()
            reader.list()
            reader.history(order)
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(said))

    assert counts[0] == counts[1]


def test_a_line_without_a_price_is_told_from_a_hidden_one(make_shop):
    shop = make_shop(guards=())

    order = shop.place(shop.plain(lines=[NewLine("Chair", "3")]), shop.porter)

    assert order.hidden == ()
    assert order.lines[0].price.amount == Decimal("98765.43")
