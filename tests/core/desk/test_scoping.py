"""What hooks may read and write: rows of their own tenant in tables of their own."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from orderloom import ModuleFault
from orderloom.store.schema import parties, subjects

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
