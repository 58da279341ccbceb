"""Roles of the crew without the protections they have: what the checks have to find.

    python careless.py ROLE URL TENANT [ARGUMENTS]

Each says `gap` where it may not be killed, and waits there until it is told to go on.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from crew import ANN, crew_loom, new_order, produce, say

from orderloom import worker as working
from orderloom.notify import done
from orderloom.notify.webhooks.sending import Sending
from orderloom.store import migrate as migrating
from orderloom.store import schema, timers
from orderloom.store.engine import writing
from orderloom.worker import Worker


def gap() -> None:
    """Where everything that is to be kept together is half done."""
    say("gap")
    sys.stdin.readline()


def place_torn(loom, tenant, number):
    """Order `number`; its events are committed in a transaction of their own, after it."""
    events = schema.events
    with writing(loom.engine, tenant) as connection:
        with loom.join(connection, tenant=tenant, actor=ANN) as desk:
            order = desk.place(new_order(f"order {number}"))
        of_order = (events.c.tenant_id == tenant) & (events.c.subject_id == order.id)
        rows = [dict(row._mapping) for row in connection.execute(sa.select(events).where(of_order))]
        connection.execute(events.delete().where(of_order))
    gap()
    with writing(loom.engine, tenant) as connection:
        connection.execute(events.insert(), rows)


def produce_torn(url: str, tenant: str, first: str) -> None:
    """Place orders whose events come after them, until killed."""
    produce(url, tenant, first, place_torn)


class MarksFirst(Worker):
    """Notes that a delivery was sent as soon as it has the lease."""

    def _lease(self, tenant, channel, limit):
        leased = super()._lease(tenant, channel, limit)
        with writing(self.loom.engine, tenant) as connection:
            for one in leased:
                assert done(connection, tenant, one.id, self.name, datetime.now(UTC))
        if leased:
            say(channel)
            gap()
        return leased


class MarksWebhooksFirst(Sending):
    """Notes that a webhook arrived before it is sent."""

    def _posted(self, poster, endpoint, secrets, delivery, made):
        with writing(self.engine, self.tenant) as connection:
            assert done(connection, self.tenant, delivery.id, self.worker, self.clock())
        gap()
        return super()._posted(poster, endpoint, secrets, delivery, made)


def work_marking_webhooks_first(url: str, tenant: str) -> None:
    """Mark webhooks as delivered, then deliver them, until killed."""
    working.Sending = MarksWebhooksFirst
    working.Worker(crew_loom(url)).once(tenant=tenant)


class TakesFirst(Worker):
    """Takes a timer off before it does what that is for."""

    def _fire(self, tenant, timer):
        with writing(self.loom.engine, tenant) as connection:
            assert timers.take(connection, tenant, timer)
        gap()
        return super()._fire(tenant, timer)


def work_taking_first(url: str, tenant: str) -> None:
    """Take timers off, then fire them, until killed."""
    TakesFirst(crew_loom(url)).once(tenant=tenant)


def work_marking_first(url: str, tenant: str) -> None:
    """Mark what is owed as delivered, then deliver it, until killed."""
    worker = MarksFirst(crew_loom(url))
    while True:
        worker.once(tenant=tenant)


def migrate_in_steps(url: str, _tenant: str) -> None:
    """Bring a database up to date, each revision in a transaction of its own."""
    run = migrating._run

    def committing(connection, module, command, target, note):
        def commit(step):
            connection.exec_driver_sql("COMMIT")
            gap()
            connection.exec_driver_sql("BEGIN")

        run(connection, module, command, target, commit)

    migrating._run = committing
    crew_loom(url).migrate()


def migrate_unlocked(url: str, _tenant: str) -> None:
    """Bring a database up to date without keeping others from it; the gap is after it looked."""
    status = migrating.status

    @contextmanager
    def unlocked(engine, _schema):
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.execution_options(orderloom_read=True)  # BEGIN, not BEGIN IMMEDIATE
            with connection.begin():
                yield connection

    def looking(connection, modules=()):
        found = status(connection, modules)
        gap()
        return found

    migrating._locked, migrating.status = unlocked, looking
    crew_loom(url).migrate()
    say("migrated")


ROLES = {
    role.__name__: role
    for role in (
        produce_torn,
        work_marking_first,
        work_marking_webhooks_first,
        work_taking_first,
        migrate_in_steps,
        migrate_unlocked,
    )
}

if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    ROLES[role](*arguments)
