"""What hooks may read and write: rows of their own tenant in tables of their own."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as upsert

from orderloom import ModuleFault
from orderloom.store.schema import lines, parties, subjects

MINE = sa.select(subjects.c.tenant_id).where(subjects.c.kind == sa.bindparam("kind"))


@pytest.fixture
def pads(engine):
    """A table of a module."""
    table = sa.Table(
        f"ol_pad_{uuid4().hex[:8]}",
        sa.MetaData(),
        sa.Column("tenant_id", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("text", sa.Text),
    )
    table.create(engine)
    yield table
    table.drop(engine)


def rows(toy, table):
    with toy.reader() as reader:
        return [(row.id, row.text) for row in reader.reading.rows(sa.select(table))]


def writing(make_toy, make_module, work):
    """A toy whose orders do some work when they are placed."""
    return make_toy(make_module("pad", on_order_placed=lambda order, writing: work(order, writing)))


def test_a_select_sees_its_tenant_only(toy, make_toy):
    toy.place()
    make_toy().place()

    with toy.reader() as reader:
        found = reader.reading.rows(MINE, {"kind": "order", "ol_tenant": "another"})

    assert [row.tenant_id for row in found] == [toy.tenant]


def test_writes_stay_in_the_tenant_whatever_the_rows_say(make_toy, make_module, pads):
    def work(order, writing):
        writing.execute(pads.insert(), [{"tenant_id": "another", "id": "a", "text": order.title}])
        writing.execute(pads.insert(), [{"id": "b", "text": "b"}, {"id": "c", "text": "c"}])
        writing.execute(pads.update().where(pads.c.id == "b"), {"text": "B", "ol_tenant": "x"})
        writing.execute(pads.delete().where(pads.c.id == "c"))

    toy, other = (writing(make_toy, make_module, work) for _ in range(2))
    other.place(title="theirs")
    toy.place(title="mine")

    assert rows(toy, pads) == [("a", "mine"), ("b", "B")]
    assert rows(other, pads) == [("a", "theirs"), ("b", "B")]


@pytest.mark.parametrize(
    "statement",
    [
        subjects.update().values(title="x"),
        parties.delete(),
        subjects.insert(),
        sa.select(subjects.c.id),
        sa.text("DELETE FROM ol_subject"),
    ],
    ids=["update", "delete", "insert", "select", "text"],
)
def test_tables_of_the_core_are_changed_by_commands_only(make_toy, make_module, statement):
    toy = writing(make_toy, make_module, lambda order, writing: writing.execute(statement))

    with pytest.raises(ModuleFault, match="TypeError"):
        toy.place()


def test_a_hook_inserts_no_rows_it_has_not_read(make_toy, make_module, pads):
    copied = pads.insert().from_select(["tenant_id", "id"], sa.select(pads.c.tenant_id, pads.c.id))
    toy = writing(make_toy, make_module, lambda order, writing: writing.execute(copied))

    with pytest.raises(ModuleFault, match="inserts rows it names"):
        toy.place()


@pytest.mark.parametrize(
    "select",
    [
        sa.select(sa.select(subjects.c.id).scalar_subquery()),
        sa.select(sa.table("alembic_version", sa.column("version_num"))),
    ],
    ids=["subquery", "table without tenant"],
)
def test_a_select_that_cannot_be_confined_is_a_bug(toy, select):
    with toy.reader() as reader, pytest.raises(TypeError):
        reader.reading.rows(select)


LINES_OF = lines.c.tenant_id == subjects.c.tenant_id
NAMED = LINES_OF & (lines.c.subject_id == subjects.c.id) & (lines.c.name == sa.bindparam("name"))
OTHER = lines.alias("other")
OF_OTHER = (OTHER.c.subject_id == subjects.c.id) & (OTHER.c.name == sa.bindparam("name"))
ORDERS = subjects.c.kind == "order"


@pytest.mark.parametrize(
    "select",
    [
        sa.select(subjects.c.id, lines.c.name).select_from(subjects.outerjoin(lines, NAMED)),
        sa.select(subjects.c.id, OTHER.c.name).select_from(subjects.outerjoin(OTHER, OF_OTHER)),
    ],
    ids=["table", "alias"],
)
def test_an_outer_join_keeps_rows_without_a_partner(toy, make_toy, select):
    order = toy.place()
    make_toy().place()

    with toy.reader() as reader:
        without = reader.reading.rows(select.where(ORDERS), {"name": "nothing"})
        with_one = reader.reading.rows(select.where(ORDERS), {"name": "Folding chair"})

    assert without == [(order.id, None)]
    assert with_one == [(order.id, "Folding chair")]


def test_an_outer_join_finds_no_partner_in_another_tenant(toy, make_toy):
    """Joined by something that is no key, on purpose."""
    other = make_toy()
    other.place(title="shared")
    toy.place(title="shared")
    twin = subjects.alias("twin")
    select = sa.select(twin.c.tenant_id).select_from(
        subjects.outerjoin(twin, twin.c.title == subjects.c.title)
    )

    with toy.reader() as reader:
        found = reader.reading.rows(select.where(ORDERS))

    assert found == [(toy.tenant,)]


@pytest.mark.parametrize(
    "select",
    [
        sa.select(subjects.c.id).select_from(subjects.join(lines, LINES_OF, full=True)),
        sa.select(subjects.c.id).outerjoin(lines, LINES_OF),
        sa.select(subjects.c.id).join(lines, LINES_OF, full=True),
    ],
    ids=["full join", "outer join of a select", "full join of a select"],
)
def test_a_join_that_cannot_be_confined_is_a_bug(toy, select):
    with toy.reader() as reader, pytest.raises(TypeError):
        reader.reading.rows(select)


@pytest.mark.parametrize(
    "build",
    [
        lambda t: t.update().where(t.c.id.in_(sa.select(lines.c.name))).values(text="x"),
        lambda t: t.update().values(text=sa.select(lines.c.name).scalar_subquery()),
        lambda t: t.delete().where(t.c.id.in_(sa.select(lines.c.name))),
        lambda t: t.delete().where(t.c.id == lines.c.name),
        lambda t: t.update().values(tenant_id="another"),
        lambda t: t.update().ordered_values((t.c.tenant_id, "another")),
        lambda t: t.insert().values(tenant_id="another", id="a"),
        lambda t: t.insert().values([{"id": "a"}, {"id": "b"}]),
        lambda t: upsert(t).values(id="a").on_conflict_do_update(
            index_elements=["tenant_id", "id"], set_={"tenant_id": "another"}
        ),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_confined_is_a_bug(make_toy, make_module, pads, build):
    toy = writing(make_toy, make_module, lambda order, writing: writing.execute(build(pads)))

    with pytest.raises(ModuleFault, match="TypeError"):
        toy.place()


def test_an_update_never_moves_a_row_to_another_tenant(make_toy, make_module, pads):
    def work(order, writing):
        writing.execute(pads.insert(), {"id": "a", "text": "a"})
        writing.execute(pads.update(), {"tenant_id": "another", "text": "b"})

    toy = writing(make_toy, make_module, work)
    toy.place()

    assert rows(toy, pads) == [("a", "b")]
