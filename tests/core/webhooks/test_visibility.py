"""A party's endpoint hears what that party may read, and nothing else."""

import pytest

from orderloom import (
    START,
    Action,
    Grant,
    Guarded,
    Lifecycle,
    NewLine,
    NewOrder,
    OrderType,
    Party,
    Refused,
    Role,
    Scope,
    Status,
)

LIFECYCLE = Lifecycle(
    "hid.order",
    statuses=(
        Status("checked", "Checked", stage="waiting", visible_to={"buyer"}),
        Status("sent", "Sent", stage="open"),
        Status("done", "Done", stage="done", final=True),
    ),
    actions=(
        Action("place", source=START, target="checked"),
        Action("send", source="checked", target="sent"),
        Action("take_back", source="sent", target="checked"),
        Action("finish", source="sent", target="done"),
    ),
)


@pytest.fixture
def toy(insecure, make_toy, make_module):
    module = make_module(
        "hid",
        touches=set(),
        register_order_types=lambda: OrderType(
            key="hid.order",
            title="Hidden",
            lifecycle=LIFECYCLE,
            buyer="B",
            seller="S",
            guards=(Guarded("hid.prices", fields=("prices",), title="Prices"),),
        ),
        roles=(
            Role(key="hid.user", title="User", permissions={"hid.order.*", "hid.prices"}),
            Role(key="hid.receiver", title="Receiver", permissions={"hid.order.*"}),
            Role(key="hid.clerk", title="Clerk", permissions={"hid.order.place"}),
        ),
    )
    return make_toy(module)


@pytest.fixture
def heard(toy, sink, add, work):
    """Adds an endpoint for a grant; answers what it hears of a story of two orders."""

    def run(grant):
        add(toy, sink.url, grant=grant)
        for seller in ("v1", "v2"):
            new = NewOrder("hid.order", buyer="b1", seller=seller, lines=[NewLine("x", "1")])
            toy.perform(toy.place(new), "send", "take_back", "send", "finish")
        work(toy)
        data = [request.json()["data"] for request in sink.requests]
        return [(one["subject"]["seller"]["id"], one["subject"]["status"]) for one in data]

    return run


def test_a_seller_hears_of_its_own_orders_in_statuses_its_side_may_see(heard):
    assert heard(Grant("hid.user", Scope("party", "v1"))) == [
        ("v1", "sent"), ("v1", "sent"), ("v1", "done"),
    ]  # fmt: skip


def test_what_a_seller_may_not_know_is_not_even_owed(toy, heard):
    heard("hid.user@party:v1")

    with toy.reader() as reader:
        owed = [one for one in reader.deliveries() if one.channel == "webhook"]
    assert len(owed) == 3


def test_a_buyer_hears_of_its_orders_in_all_statuses(heard):
    told = heard("admin@party:b1")

    assert len(told) == 10
    assert {status for _, status in told} == {"checked", "sent", "done"}


def test_the_house_hears_all(heard):
    assert len(heard("admin")) == 10


def test_another_party_hears_nothing(toy, heard):
    with toy.desk() as desk:
        desk.directory.save_party(Party("x1", "Outsider"))

    assert heard("hid.user@party:x1") == []


def test_a_role_hears_nothing_of_types_it_may_not_read(heard):
    assert heard("toy.viewer@party:v1") == []


def test_what_was_owed_to_an_endpoint_of_the_same_name_is_not_told_to_the_next(
    toy, sink, add, work
):
    add(toy, sink.url, grant="hid.user@party:b1")
    toy.place(NewOrder("hid.order", buyer="b1", seller="v1", lines=[NewLine("x", "1")]))
    with toy.desk() as desk:
        desk.webhooks.remove("erp")
    add(toy, sink.url, grant="hid.user@party:v1")
    with toy.reader() as reader:
        (dead,) = reader.deliveries("dead")
    with toy.desk() as desk:
        desk.admin.resend([dead.id])

    assert work(toy) == [("webhook:erp", "dead")]
    assert sink.requests == []


def test_what_is_hidden_from_its_role_is_absent(toy, sink, add, work):
    add(toy, sink.url, grant="hid.receiver@party:b1", name="blind")
    add(toy, sink.url, grant="hid.user@party:b1", name="seeing")
    lines = [NewLine("x", "3", price="12.34")]
    toy.place(NewOrder("hid.order", buyer="b1", seller="v1", lines=lines))

    work(toy)

    blind, seeing = sink.requests
    assert "12.34" in seeing.body.decode()
    assert "37.02" in seeing.body.decode()
    assert "12.34" not in blind.body.decode()
    assert "37.02" not in blind.body.decode()
    assert "price" not in blind.json()["data"]["subject"]["lines"][0]


@pytest.mark.parametrize("types", [["*"], ["hid.order"], ["hid.order.moved.send"]])
def test_a_role_that_would_never_be_told_is_refused_with_those_that_would(toy, types):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.webhooks.add("erp", "http://127.0.0.1:8099/", types, "hid.clerk@party:v1")

    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == ("webhook.deaf", "types[0]")
    assert "hid.clerk in party v1 may read nothing of" in problem.message
    assert "one of these roles there: admin, hid.receiver, hid.user" in problem.message


def test_every_type_that_would_never_be_told_is_named(toy):
    types = ["toy.order.placed", "hid.order", "toy.order", "hid.order.edited"]

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.webhooks.add("erp", "http://127.0.0.1:8099/", types, "toy.viewer")

    found = [(one.code, one.field) for one in refused.value.problems]
    assert found == [("webhook.deaf", "types[1]"), ("webhook.deaf", "types[3]")]


def test_no_party_hears_of_what_has_no_parties(toy):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.webhooks.add("erp", "http://127.0.0.1:8099/", ["toy.visit"], "toy.user@party:v1")

    assert refused.value.codes == ("webhook.deaf",)
    assert "grant a role in the whole tenant: admin, toy.user" in str(refused.value)


def test_a_tenant_without_modules_may_have_its_webhook_already(insecure, make_toy):
    toy = make_toy()
    toy.loom.create_tenant(f"{toy.tenant}x")

    with toy.loom.desk(f"{toy.tenant}x", toy.ann) as desk:
        made, _ = desk.webhooks.add("erp", "http://127.0.0.1:8099/", ["*"])

    assert made.types == ("*",)
