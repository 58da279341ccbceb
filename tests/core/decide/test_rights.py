import pytest

from orderloom import Action, Actor, Forbidden, Grant, NotFound, Refused, Scope, SetOrder

VENDOR = Actor("vendor", (Grant("toy.user", Scope("party", "v1")),))
BUYER = Actor("buyer", (Grant("toy.user", Scope("party", "b1")),))


@pytest.fixture
def sent(toy):
    return toy.perform(toy.place(buyer="b1", project="summer"), "send")


def test_a_missing_right_names_who_has_it(toy):
    with pytest.raises(Forbidden) as forbidden:
        toy.place(actor=Actor("vic", (Grant("toy.viewer"),)))

    (problem,) = forbidden.value.problems
    assert problem.lifted_by == "role Admin or User"
    assert "toy.order.place" in str(problem)


def test_a_missing_right_beside_a_broken_rule_is_refused_with_both(toy):
    order = toy.place()

    with pytest.raises(Refused) as refused, toy.desk(Actor("vic", (Grant("toy.viewer"),))) as desk:
        desk.perform(order, "finish")

    assert not isinstance(refused.value, Forbidden)
    assert refused.value.codes == ("right.missing", "action.illegal")


def test_an_action_of_one_side_is_forbidden_to_the_other(toy, sent):
    with pytest.raises(Forbidden, match="Only the Buyer may finish"), toy.desk(VENDOR) as desk:
        desk.perform(sent, "finish")


def test_an_action_of_a_side_is_open_to_it(toy, sent):
    with toy.desk(BUYER) as desk:
        assert desk.perform(sent, "finish").status == "done"


def test_the_house_acts_for_either_side(toy, sent):
    assert toy.perform(sent, "finish").status == "done"


def test_a_grant_elsewhere_does_not_make_a_party_the_house(toy, sent):
    elsewhere = Grant("toy.user", Scope("project", "winter"))
    actor = Actor("vendor", (*VENDOR.grants, elsewhere))

    with pytest.raises(Forbidden, match="Only the Buyer"), toy.desk(actor) as desk:
        desk.perform(sent, "finish")


def test_a_wider_right_to_something_else_does_not_make_a_party_the_house(toy, sent):
    actor = Actor("vendor", (*VENDOR.grants, Grant("toy.viewer")))

    with pytest.raises(Forbidden, match="Only the Buyer"), toy.desk(actor) as desk:
        desk.perform(sent, "finish")


def test_content_is_edited_by_the_side_the_status_names(toy, sent):
    with toy.desk(VENDOR) as desk:
        assert desk.edit(sent, SetOrder(title="Offer")).title == "Offer"

    with pytest.raises(Forbidden, match="only the Vendor may change it"), toy.desk(BUYER) as desk:
        desk.edit(sent.id, SetOrder(title="Other"))


def test_nobody_edits_what_is_done(toy, sent):
    done = toy.perform(sent, "finish")

    with pytest.raises(Refused) as refused:
        toy.edit(done, SetOrder(title="x"))

    assert refused.value.codes == ("subject.frozen",)
    assert str(refused.value) == (
        "Nothing can be changed while it is Done. To go on, leave it as it is."
    )


@pytest.mark.parametrize(
    ("grant", "edit"),
    [
        (Scope("party", "v1"), SetOrder(seller="v2")),
        (Scope("party", "v1"), SetOrder(seller="")),
        (Scope("party", "b1"), SetOrder(buyer="v2")),
    ],
)
def test_an_order_is_not_handed_to_where_the_right_does_not_reach(toy, grant, edit):
    order = toy.place(buyer="b1")
    actor = Actor("kim", (Grant("toy.user", grant),))

    with toy.desk(actor) as desk, pytest.raises(Forbidden) as forbidden:
        desk.edit(order, edit)

    assert forbidden.value.codes == ("right.missing",)


def test_it_is_handed_over_within_the_right(toy):
    order = toy.place(buyer="b1")

    with toy.desk(VENDOR) as desk:
        order = desk.edit(order, SetOrder(buyer="v2"))
    order = toy.edit(order, SetOrder(seller="v2"))

    assert (order.buyer.id, order.seller.id) == ("v2", "v2")


def hand_over(order, options):
    yield SetOrder(seller="v2")


def test_an_action_hands_nothing_over_beyond_the_right_either(make_toy, make_module):
    def extend_lifecycle(lifecycle):
        if lifecycle.name == "toy.order":
            return lifecycle.with_action(
                Action("hand_over", source="draft", target="draft", edits=hand_over)
            )
        return None

    toy = make_toy(make_module("hands", extend_lifecycle=extend_lifecycle))
    order = toy.place()

    with toy.desk(VENDOR) as desk, pytest.raises(Forbidden) as forbidden:
        desk.perform(order, "hand_over")

    assert forbidden.value.codes == ("right.missing",)
    assert toy.perform(order, "hand_over").seller.id == "v2"


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        (Scope("tenant", ""), ["a", "b"]),
        (Scope("project", "summer"), ["a"]),
        (Scope("party", "v2"), ["b"]),
        (Scope("party", "b1"), []),
    ],
)
def test_actors_see_what_their_scope_holds(toy, scope, sees):
    orders = {
        "a": toy.place(title="a", project="summer"),
        "b": toy.place(title="b", seller="v2", project="winter"),
    }
    actor = Actor("kim", (Grant("toy.user", scope),))

    with toy.reader(actor) as reader:
        assert sorted(order.title for order in reader.find().items) == sees
        assert reader.count().value == len(sees)
        for title, order in orders.items():
            for look in (reader.history, reader.explain, reader.documents):
                if title in sees:
                    look(order)
                else:
                    with pytest.raises(NotFound):
                        look(order)
            if title not in sees:
                with pytest.raises(NotFound):
                    reader.get(order.id)
                with pytest.raises(NotFound):
                    reader.preview(order, "send")


def test_who_reads_nothing_is_told_so(toy):
    with (
        pytest.raises(Forbidden, match=r"the permission toy\.order\.read\. To go on, ask role"),
        toy.reader(Actor("x")) as reader,
    ):
        reader.find()


def test_what_cannot_be_read_cannot_be_written_or_known_of(toy):
    order = toy.place(project="winter")
    kim = Actor("kim", (Grant("toy.user", Scope("project", "summer")),))

    with toy.desk(kim) as desk:
        for command in (
            lambda: desk.edit(order, SetOrder(title="x")),
            lambda: desk.perform(order, "send"),
            lambda: desk.delete(order),
            lambda: desk.note(order, "x"),
            lambda: desk.issue(order, "toy.slip"),
            lambda: desk.copy(order),
            lambda: desk.erase_personal(order, reason="x"),
        ):
            with pytest.raises(NotFound):
                command()


def test_a_scoped_actor_places_in_his_scope_only(toy):
    kim = Actor("kim", (Grant("toy.user", Scope("project", "summer")),))

    assert toy.place(actor=kim, project="summer").project == "summer"
    with pytest.raises(Forbidden):
        toy.place(actor=kim, project="winter")


def test_orders_of_another_tenant_are_not_there(toy, make_toy):
    order = make_toy().place()

    with toy.desk() as desk:
        with pytest.raises(NotFound):
            desk.get(order.id)
        with pytest.raises(NotFound):
            desk.perform(order, "send")
        assert desk.count().value == 0


def test_a_grant_in_a_department_holds_for_nothing_of_a_type_without_departments(toy):
    order = toy.place(project="summer")
    actor = Actor("kim", (Grant("toy.user", Scope("department", "bar")),))

    with toy.reader(actor) as reader:
        with pytest.raises(Forbidden):
            reader.find()
        with pytest.raises(NotFound):
            reader.get(order.id)
