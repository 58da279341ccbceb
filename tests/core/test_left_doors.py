"""A desk or reader after its block: whatever it is asked, it is closed."""

import pytest

from orderloom import Orderloom, Refused


@pytest.fixture(params=["desk", "reader", "join"])
def left(request, toy, engine):
    """A door that was left."""
    if request.param != "join":
        with getattr(toy, request.param)() as door:
            door.count()
        return door
    with engine.connect() as host:
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as door:
            door.count()
        host.commit()
    return door


@pytest.mark.parametrize(
    "call",
    [
        lambda door, toy: door.count(),
        lambda door, toy: door.find(),
        lambda door, toy: door.preview(toy.new()),
        lambda door, toy: door.directory.parties(),
    ],
)
def test_a_door_that_was_left_answers_nothing(toy, left, call):
    with pytest.raises(Refused, match="open another one") as refused:
        call(left, toy)

    assert refused.value.codes == ("desk.closed",)


@pytest.mark.parametrize(
    "call",
    [
        lambda desk, toy: desk.place(toy.new()),
        lambda desk, toy: desk.place_many([toy.new()]),
        lambda desk, toy: desk.admin.set("toy", {"most": 3}),
    ],
)
def test_a_joined_desk_that_was_left_writes_nothing(toy, engine, call):
    with engine.connect() as host:
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            pass
        with pytest.raises(Refused) as refused:
            call(desk, toy)
        host.commit()

    assert refused.value.codes == ("desk.closed",)
    assert toy.count() == 0


def test_administration_kept_from_a_desk_that_was_left_changes_nothing(toy, engine):
    with engine.connect() as host:
        with toy.loom.join(host, tenant=toy.tenant, actor=toy.ann) as desk:
            admin = desk.admin
        with pytest.raises(Refused) as refused:
            admin.update(title="Renamed")
        host.commit()

    assert refused.value.codes == ("desk.closed",)


def test_a_desk_left_by_an_error_is_closed_too(toy):
    def fails():
        with toy.desk() as desk:
            kept.append(desk)
            raise ZeroDivisionError

    kept = []
    with pytest.raises(ZeroDivisionError):
        fails()

    with pytest.raises(Refused) as refused:
        kept[0].count()
    assert refused.value.codes == ("desk.closed",)


# ── who asks, and where ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("door", ["desk", "reader", "join"])
def test_a_tenant_and_an_actor_of_another_kind_are_refused_together(toy, engine, door):
    def enter():
        with engine.connect() as host:
            opened = (
                toy.loom.join(host, tenant=None, actor="kim")
                if door == "join"
                else getattr(toy.loom, door)(None, "kim")
            )
            with opened:
                pass

    with pytest.raises(Refused) as refused:
        enter()

    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("tenant", "desk.tenant"),
        ("actor", "desk.actor"),
    ]


def test_what_is_neither_an_order_nor_a_subject_cannot_be_placed(toy):
    with toy.desk() as desk:
        with pytest.raises(Refused, match="give a NewOrder or NewSubject") as refused:
            desk.place({})
        with pytest.raises(Refused):
            desk.place_many([toy.new(), {}])

    assert refused.value.codes == ("input.unfit",)
    assert toy.count() == 0


def test_a_delivery_of_another_kind_is_refused(toy):
    with pytest.raises(Refused) as refused:
        toy.place(delivery="Gate 3")

    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("delivery", "delivery.malformed")
    ]


def test_an_asynchronous_engine_cannot_be_that_of_a_loom(engine):
    create = pytest.importorskip("sqlalchemy.ext.asyncio").create_async_engine
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    host = create(engine.url.set(drivername=drivers[engine.dialect.name]))

    with pytest.raises(Refused, match="give the loom a synchronous engine") as refused:
        Orderloom(host)

    assert refused.value.codes == ("store.async_engine",)
