"""A host's own directory: parties and users come from the host's tables, in its transaction."""

from types import MappingProxyType

import pytest
import sqlalchemy as sa

from orderloom import Actor, Grant, NewLine, NewOrder, Orderloom, Party, Project, Refused, User
from orderloom.store.engine import open_engine

ANN = Actor("ann", (Grant("admin"),))

customers = sa.Table(
    "customer", sa.MetaData(),
    sa.Column("number", sa.String(20), primary_key=True), sa.Column("name", sa.String(80)),
)  # fmt: skip


class HostDirectory:
    """Customers of the host are parties; it has one project and one user."""

    def party(self, connection, tenant, id):
        select = sa.select(customers).where(customers.c.number == id)
        row = connection.execute(select).one_or_none()
        return None if row is None else Party(row.number, row.name)

    def parties(self, connection, tenant, *, role="", text=""):
        rows = connection.execute(sa.select(customers).order_by(customers.c.name))
        return tuple(Party(row.number, row.name) for row in rows)

    def product(self, connection, tenant, id):
        return None

    def products(self, connection, tenant, *, text=""):
        return ()

    def units(self, connection, tenant):
        return MappingProxyType({})

    def project(self, connection, tenant, id):
        return Project("fair", "Fair", prefix="F-") if id == "fair" else None

    def projects(self, connection, tenant):
        return (Project("fair", "Fair", prefix="F-"),)

    def user(self, connection, tenant, id):
        return User(id=id, grants=[Grant("admin")]) if id == "kim" else None

    def users(self, connection, tenant):
        return (User(id="kim", grants=[Grant("admin")]),)

    def users_with(self, connection, tenant, role, scope):
        return ()


@pytest.fixture(params=["sqlite", "postgres", "schema"])
def loom(request, tmp_path, make_toy):
    """A loom over a host's database; `schema`: our tables in a schema of their own."""
    url = (
        f"sqlite:///{tmp_path / 'host.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("database")
    )
    engine = open_engine(url)
    plugin = make_toy().loom.catalogue.loaded["toy"].plugin
    schema = "orders" if request.param == "schema" else ""
    made = Orderloom(engine, modules=[plugin], directory=HostDirectory(), schema=schema)
    made.migrate()
    made.create_tenant("acme", modules=["toy"])
    customers.create(engine)
    with engine.begin() as connection:
        connection.execute(customers.insert(), {"number": "C1", "name": "Customer One"})
    yield made
    engine.dispose()


pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def new(**fields):
    return NewOrder("toy.order", lines=[NewLine("Chair", "2", price="1")], **fields)


def test_orders_name_the_hosts_parties_and_projects(loom):
    with loom.desk("acme", ANN) as desk:
        order = desk.perform(desk.place(new(seller="C1", project="fair")), "send")

    assert (order.seller.name, order.number[:4]) == ("Customer One", "F-T-")


def test_who_the_host_does_not_know_is_refused(loom):
    with pytest.raises(Refused) as refused, loom.desk("acme", ANN) as desk:
        desk.place(new(seller="C2"))

    assert [problem.field for problem in refused.value.problems] == ["seller"]


def test_a_party_the_host_adds_in_its_transaction_is_there_at_once(loom):
    with loom.engine.connect() as host:
        host.execute(customers.insert(), {"number": "C2", "name": "Customer Two"})
        with loom.join(host, tenant="acme", actor=ANN) as desk:
            order = desk.place(new(seller="C2"))
        host.rollback()

    assert order.seller.name == "Customer Two"
    with pytest.raises(Refused), loom.desk("acme", ANN) as desk:
        desk.place(new(seller="C2"))


def test_a_user_of_the_host_is_an_actor(loom):
    assert loom.actor("acme", "kim").id == "kim"
