"""Our tables in another PostgreSQL schema: at a desk of our own, and in a host's transaction."""

import attrs
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orderloom import Actor, Grant, NewLine, NewOrder, Orderloom, Query, Refused
from orderloom.store.engine import open_engine
from orderloom.store.migrate import migrate
from orderloom.worker import Worker

ANN = Actor("ann", (Grant("admin"),))
PATH = sa.select(sa.func.current_setting("search_path"))


@attrs.frozen
class Place:
    """A database for its owner and for the role that runs."""

    owner: sa.Engine
    runs: sa.Engine

    def loom(self, schema, plugin, *, runs=True):
        return Orderloom(self.runs if runs else self.owner, modules=[plugin], schema=schema)

    def tables(self, schema):
        return {
            name for name in sa.inspect(self.owner).get_table_names(schema=schema)
            if name.startswith("ol_")
        }  # fmt: skip


@pytest.fixture
def place(engine, database, restricted_url):
    owner, runs = open_engine(database), sa.create_engine(_of(restricted_url, database))
    yield Place(owner, runs)
    runs.dispose()
    owner.dispose()


def _of(restricted_url, database):
    url = sa.make_url(restricted_url).set(database=sa.make_url(database).database)
    return url.set(drivername="postgresql+psycopg")


@pytest.fixture
def plugin(make_toy):
    return make_toy().loom.catalogue.loaded["toy"].plugin


@pytest.fixture
def loom(place, plugin):
    """A loom whose tables are in `orders`, on an engine of the host's."""
    place.loom("orders", plugin, runs=False).migrate(grant="orderloom_app")
    made = place.loom("orders", plugin)
    made.create_tenant("acme", modules=["toy"])
    return made


pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


def new():
    return NewOrder("toy.order", lines=[NewLine("Folding chair", "2", price="1.25")])


def test_every_table_is_in_the_schema_and_none_elsewhere(place, loom):
    assert place.tables("public") == set()
    assert {"ol_subject", "ol_version_core"} <= place.tables("orders")
    assert set(sa.inspect(place.owner).get_view_names(schema="orders")) == {
        "ol_v_order", "ol_v_order_line", "ol_v_event", "ol_subject_search"
    }  # fmt: skip


def test_a_whole_life_takes_place_there(loom):
    with loom.desk("acme", ANN) as desk:
        desk.perform(desk.place(new()), "send")
    Worker(loom).once()

    with loom.reader("acme", ANN) as reader:
        (found,) = reader.find(Query(kind="order", text="chair")).items

    assert (found.status, [one.key for one in loom.tenants()]) == ("sent", ["acme"])


def test_migrating_twice_does_it_once(place, plugin, loom):
    assert place.loom("orders", plugin, runs=False).migrate() == []
    assert loom.migrate() == []


@pytest.mark.parametrize("opened", ["connection", "session"])
def test_a_host_keeps_its_path_and_its_tables(place, loom, opened):
    with place.owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE invoice (name text)")
        connection.exec_driver_sql("GRANT ALL ON invoice TO orderloom_app")
    insert = sa.text("INSERT INTO invoice VALUES ('of the host')")

    with place.runs.connect() if opened == "connection" else Session(place.runs) as host:
        before = host.execute(PATH).scalar()
        with loom.join(host, tenant="acme", actor=ANN) as desk:
            host.execute(insert)
            order = desk.place(new())
        after = host.execute(PATH).scalar()
        host.commit()

    with loom.reader("acme", ANN) as reader:
        assert reader.get(order.ref) == order
    assert (before, after) == ('"$user", public', '"$user", public')


def test_a_host_has_its_path_back_after_an_error(place, loom):
    with place.runs.connect() as host:
        host.exec_driver_sql("SET LOCAL search_path = public")
        with pytest.raises(ZeroDivisionError), loom.join(host, tenant="acme", actor=ANN):
            raise ZeroDivisionError

        assert host.execute(PATH).scalar() == "public"


def test_a_host_with_an_empty_path_is_joined(place, loom):
    with place.runs.connect() as host:
        host.exec_driver_sql("SET LOCAL search_path = ''")
        with loom.join(host, tenant="acme", actor=ANN) as desk:
            desk.place(new())

        assert host.execute(PATH).scalar() == '""'


def test_a_pooled_connection_keeps_its_path(loom, place):
    with loom.desk("acme", ANN) as desk:
        desk.place(new())

    with place.runs.connect() as connection:
        assert connection.execute(PATH).scalar() == '"$user", public'


@pytest.mark.parametrize("second", ["", "shop", "select"])
def test_looms_of_two_schemas_are_independent(place, plugin, loom, second):
    place.loom(second, plugin, runs=False).migrate(grant="orderloom_app")
    other = place.loom(second, plugin)
    other.create_tenant("acme", modules=["toy"])
    other.create_tenant("beta", modules=["toy"])
    with loom.desk("acme", ANN) as desk:
        order = desk.perform(desk.place(new()), "send")

    with place.runs.connect() as host:
        with other.join(host, tenant="acme", actor=ANN) as desk:
            theirs = desk.perform(desk.place(new()), "send")
        with loom.join(host, tenant="acme", actor=ANN) as desk:
            assert desk.find().items == (order,)
        host.commit()

    with other.reader("acme", ANN) as reader:
        assert reader.find().items == (theirs,)
    assert (order.number, theirs.number) == ("T-2026-0001", "T-2026-0001")
    assert [len(each.tenants()) for each in (loom, other)] == [1, 2]


def test_a_schema_without_our_tables_is_refused_though_others_are_on_the_path(place, plugin):
    place.loom("", plugin, runs=False).migrate(grant="orderloom_app")
    place.loom("", plugin).create_tenant("acme", modules=["toy"])
    elsewhere = place.loom("orders", plugin)

    with pytest.raises(Refused) as refused, elsewhere.desk("acme", ANN):
        pass
    with (
        place.runs.connect() as host,
        pytest.raises(Refused) as joined,
        elsewhere.join(host, tenant="acme", actor=ANN),
    ):
        pass

    assert refused.value.codes == joined.value.codes == ("store.not_migrated",)


def test_a_schema_is_migrated_beside_tables_further_on_the_path(place, plugin):
    place.loom("", plugin, runs=False).migrate()

    applied = place.loom("orders", plugin, runs=False).migrate()

    assert [str(step) for step in applied] == [f"core core_{n:04}" for n in range(1, 7)]
    assert place.tables("orders") == place.tables("public")


def test_a_module_without_tables_in_the_schema_is_refused_though_others_have_them(place):
    Orderloom(place.owner).migrate(grant="orderloom_app")
    migrate(place.owner, schema="orders", grant="orderloom_app")
    loom = Orderloom(place.runs, schema="orders")

    with pytest.raises(Refused) as refused:
        loom.create_tenant("acme", modules=["procurement"])

    assert refused.value.codes == ("store.not_migrated",)


def test_a_host_migrates_in_its_own_transaction_and_keeps_its_settings(place, plugin):
    loom = place.loom("orders", plugin, runs=False)
    settings = sa.select(
        sa.func.current_setting("search_path"), sa.func.current_setting("lock_timeout")
    )
    with place.owner.connect() as host:
        before = host.execute(settings).one()
        loom.migrate(host)
        after = host.execute(settings).one()
        host.rollback()

    assert (before, place.tables("orders")) == (after, set())


@pytest.mark.parametrize(
    "name", ['x"; DROP TABLE ol_tenant; --', "pg_temp", "Orders", "a" * 64, "1st", "a,b", 5]
)
def test_what_cannot_name_a_schema_is_refused(engine, name):
    with pytest.raises(Refused, match="lower case") as refused:
        Orderloom(engine, schema=name)

    assert refused.value.codes == ("store.bad_schema",)
