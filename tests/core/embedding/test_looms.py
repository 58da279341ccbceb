"""Several looms in one process: over two databases, over one, and shared by threads."""

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from orderloom import Orderloom
from orderloom.store.engine import open_engine, reading
from orderloom.store.schema import subjects


def placed(toy, _=None):
    return toy.loom.run(toy.tenant, toy.ann, lambda desk: desk.place(toy.new()))


def test_looms_over_two_databases_keep_apart(make_toy, sqlite_engine, restricted_url):
    """Two databases of two kinds, and a tenant of the same key in each."""
    toy = make_toy()
    other_engine = sqlite_engine if toy.loom.engine.dialect.name == "postgresql" else None
    other_engine = other_engine or open_engine(restricted_url)
    plugins = [one.plugin for one in toy.loom.catalogue.loaded.values()]
    other = Orderloom(other_engine, modules=plugins, clock=toy.clock)
    other.create_tenant(toy.tenant, title="The other one", modules=["toy"])
    placed(toy)

    with toy.reader() as here, other.reader(toy.tenant, toy.ann) as there:
        counts = (here.count().value, there.count().value)
        titles = (here.tenant.title, there.tenant.title)

    assert (counts, titles) == ((1, 0), ("Example Festivals", "The other one"))
    if other_engine is not sqlite_engine:
        other_engine.dispose()


def test_looms_over_one_database_see_the_same(toy, engine):
    plugins = [one.plugin for one in toy.loom.catalogue.loaded.values()]
    second = Orderloom(engine, modules=plugins, clock=toy.clock)
    order = placed(toy)

    with second.desk(toy.tenant, toy.ann) as desk:
        sent = desk.perform(order, "send")
        desk.admin.set("toy", {"greeting": "Ahoy"})

    assert toy.get(order) == sent
    with toy.desk() as desk:  # the first one compiles the tenant anew
        assert desk.admin.settings("toy").value.greeting == "Ahoy"


def test_eight_threads_share_a_loom_and_mix_no_tenants(make_toy, engine):
    toys = [make_toy() for _ in range(4)]
    loom = toys[0].loom

    def work(number):
        toy = toys[number % 4]
        for _ in range(5):
            sent = loom.run(
                toy.tenant, toy.ann, lambda desk: desk.perform(desk.place(toy.new()), "send")
            )
            with loom.reader(toy.tenant, toy.ann) as reader:
                assert reader.get(sent.ref) == sent

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))

    numbers = {toy.tenant: _numbers(engine, toy.tenant) for toy in toys}
    assert numbers == {toy.tenant: [f"T-2026-{n:04}" for n in range(1, 11)] for toy in toys}


def _numbers(engine, tenant):
    with reading(engine, tenant) as connection:
        its = subjects.c.tenant_id == tenant, subjects.c.kind == "order"
        return sorted(connection.scalars(sa.select(subjects.c.number).where(*its)))
