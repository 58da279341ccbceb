"""An asynchronous host: its session's or connection's work runs in a greenlet of its own."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

import orderloom.sqlite
from orderloom import Refused

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}


@pytest.fixture(params=["as it is", "prepared"])
def run(engine, request):
    """Runs `work(session)` in an event loop of its own."""

    def go(work):
        async def story():
            host = create_async_engine(engine.url.set(drivername=DRIVERS[engine.dialect.name]))
            if engine.dialect.name == "sqlite" and request.param == "prepared":
                orderloom.sqlite.prepare(host.sync_engine)
            elif engine.dialect.name == "sqlite":
                sa.event.listen(host.sync_engine, "connect", _enforce_foreign_keys)
            try:
                async with AsyncSession(host) as session:
                    return await work(session)
            finally:
                await host.dispose()

        with asyncio.Runner() as runner:
            return runner.run(story())

    return go


def _enforce_foreign_keys(connection, record):
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def place(toy):
    def work(session):
        with toy.loom.join(session, tenant=toy.tenant, actor=toy.ann) as desk:
            return desk.perform(desk.place(toy.new()), "send")

    return work


def test_what_an_asynchronous_host_commits_is_there(toy, run):
    async def story(session):
        order = await session.run_sync(place(toy))
        await session.commit()
        return order

    order = run(story)

    assert toy.get(order) == order


def test_what_an_asynchronous_host_rolls_back_never_was(toy, run):
    async def story(session):
        await session.run_sync(place(toy))
        await session.rollback()

    run(story)

    assert toy.count() == 0
    assert toy.perform(toy.place(), "send").number == "T-2026-0001"


def test_an_error_leaves_what_the_host_did(toy, run):
    def fails(session):
        with toy.loom.join(session, tenant=toy.tenant, actor=toy.ann) as desk:
            desk.place(toy.new(seller="ghost"))

    async def story(session):
        kept = await session.run_sync(place(toy))
        with pytest.raises(Refused):
            await session.run_sync(fails)
        await session.commit()
        return kept

    order = run(story)

    assert (toy.count(), toy.get(order)) == (1, order)


def test_a_connection_is_joined_as_well(toy, run):
    async def story(session):
        connection = await session.connection()
        order = await connection.run_sync(place(toy))
        await connection.commit()
        return order

    assert run(story).number == "T-2026-0001"


def test_without_run_sync_it_is_refused_with_the_remedy(toy, run):
    async def story(session):
        return place(toy)(session)

    with pytest.raises(Refused, match="run_sync") as refused:
        run(story)

    assert refused.value.codes == ("store.async_host",)
