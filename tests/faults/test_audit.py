"""One of 10,000 rows of history changed, deleted or swapped: found, with its place, every time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from orderloom.orders import codec
from orderloom.store import schema
from orderloom.store import verify as verifying
from orderloom.store.verify import verify
from orderloom.worker import Worker

ORDERS, NOTES = 2_000, 4
"""Each order has its placing and four notes: 10,000 events."""

ROUNDS, AT_ONCE = 20, 5
"""100 rows in all; those of a round belong to different orders."""

EVENTS = schema.events


@pytest.fixture
def history(site, crew):
    """A sealed tenant of 2,000 orders with five events each."""
    with site.desk() as desk:
        desk.admin.switch("ear", "off")
    with site.desk() as desk:
        placed = desk.place_many(crew.new_order(f"order {number}") for number in range(ORDERS))
        for order in placed:
            for number in range(NOTES):
                desk.note(order, f"note {number}")
    while Worker(site.loom).once(tenant=site.tenant):
        pass
    with site.raw() as connection:
        found = verify(connection, site.tenant)
    assert (found.findings, found.unsealed) == ((), 0)
    assert found.checked >= ORDERS * (NOTES + 1)
    return [order.id for order in placed]


def _row(site, order, seq):
    return sa.and_(
        EVENTS.c.tenant_id == site.tenant, EVENTS.c.subject_id == order, EVENTS.c.seq == seq
    )


def _forged_text(connection, where):
    text = connection.execute(sa.select(EVENTS.c.text).where(where)).scalar_one()
    forged = text.replace('"ann"', '"bob"', 1)
    assert forged != text
    return forged


def _change(connection, site, order, seq):
    """Another actor."""
    where = _row(site, order, seq)
    connection.execute(EVENTS.update().where(where).values(text=_forged_text(connection, where)))
    return {seq}


def _forge(connection, site, order, seq):
    """Another actor, with a hash that fits: the event after it does not follow any more."""
    where = _row(site, order, seq)
    forged = _forged_text(connection, where)
    values = {"text": forged, "hash": codec.digest(forged)}
    connection.execute(EVENTS.update().where(where).values(values))
    return {min(seq + 1, NOTES + 1)}


def _delete(connection, site, order, seq):
    connection.execute(EVENTS.delete().where(_row(site, order, seq)))
    return {seq}


def _swap(connection, site, order, seq):
    """It takes the place of its neighbour, and the other way round."""
    other = seq - 1 if seq > 1 else seq + 1
    for at, to in ((seq, 0), (other, seq), (0, other)):
        connection.execute(EVENTS.update().where(_row(site, order, at)).values(seq=to))
    return {seq, other}


def test_a_hundred_of_a_hundred_forgeries_are_found_with_their_place(site, history, dice):
    forgers = (_change, _forge, _delete, _swap)

    for _ in range(ROUNDS):
        with site.raw() as connection:
            chosen = dice.sample(history, AT_ONCE)
            forged = {
                order: dice.choice(forgers)(connection, site, order, dice.randint(1, NOTES + 1))
                for order in chosen
            }
            findings = verify(connection, site.tenant).findings

        for order, seqs in forged.items():
            places = {f"order {order}, event {seq}" for seq in seqs}
            assert places <= {finding.where for finding in findings}
        assert {finding.where.split(",")[0] for finding in findings} == {
            f"order {order}" for order in forged
        }


@pytest.mark.parametrize(
    ("forger", "comparisons"),
    [
        (_change, ["_link_faults"]),
        (_forge, ["_neighbour_faults"]),
        (_delete, ["_neighbour_faults"]),
        (_swap, ["_link_faults", "_neighbour_faults"]),
    ],
)
def test_without_the_comparison_of_the_chain_it_is_not_found(
    site, crew, monkeypatch, forger, comparisons
):
    """What protects is that each event is compared with its hash, and with the one before it."""
    with site.desk() as desk:
        order = desk.place(crew.new_order("order 1"))
        for number in range(NOTES):
            desk.note(order, f"note {number}")

    with site.raw() as connection:
        forger(connection, site, order.id, 3)
        found = verify(connection, site.tenant).findings
        for comparison in comparisons:
            monkeypatch.setattr(verifying, comparison, lambda *args: ())
        without = verify(connection, site.tenant).findings

    assert found != ()
    assert without == ()
