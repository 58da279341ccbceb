"""A tenant with two projects, vendors and a few needs, and shorthands to act in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import pytest

from orderloom import (
    Actor,
    Address,
    Contact,
    Delivery,
    Desk,
    NewOrder,
    Order,
    Orderloom,
    Party,
    Project,
    Subject,
)
from orderloom_procurement.coverage import Coverage, coverage_of
from orderloom_procurement.editor import line_for
from orderloom_procurement.needs import NewNeed, add_need
from orderloom_procurement.records import NEED, ORDER_TYPE
from orderloom_procurement.requests.deciding import approve
from orderloom_procurement.requests.stating import NewRequest, add_request

GATE = Address(("Meadow Gate", "Sample Lane 1"), postal_code="EX1 2AB", city="Exampleton")
OFFICE = Address(("Example Festivals Ltd", "Sample Street 9"), city="Exampleton", country="GB")


@attrs.frozen
class House:
    """One tenant and somebody who may do everything in it."""

    loom: Orderloom
    tenant: str
    actor: Actor

    @contextmanager
    def desk(self, actor: Actor | None = None) -> Iterator[Desk]:
        with self.loom.desk(self.tenant, actor or self.actor) as desk:
            yield desk

    def need(self, name="Folding chair", quantity="200", **more) -> Subject:
        fields = {"project": "summer", "department": "Hospitality", **more}
        with self.desk() as desk:
            return add_need(desk, NewNeed(name=name, quantity=quantity, **fields))

    def request(self, name="Forklift", quantity="1", **more) -> Subject:
        """What the house is to source, at the first of its two steps."""
        fields = {"project": "summer", "department": "Hospitality", **more}
        answer = {"provider": "house", "payor": "house"} if "provider" not in more else {}
        with self.desk() as desk:
            new = NewRequest(name=name, quantity=quantity, **{**answer, **fields})
            return add_request(desk, new)

    def approved(self, name="Forklift", quantity="1", **more) -> Subject:
        """A request that passed every step."""
        request = self.request(name, quantity, **more)
        while request.status.startswith("needs_"):
            with self.desk() as desk:
                (request,) = approve(desk, [request])
        return request

    def order(self, *lines, seller="V1", project="summer", **more) -> Order:
        """Place a draft of (need, quantity) pairs, `NewLine`s, or both."""
        made = [line_for(*line) if isinstance(line, tuple) else line for line in lines]
        given = {"delivery": Delivery(address=GATE), "bill_to": OFFICE, **more}
        with self.desk() as desk:
            new = NewOrder(ORDER_TYPE, project=project, seller=seller, lines=made, **given)
            return desk.place(new)

    def do(self, order, action, options=None, **more) -> Order:
        with self.desk() as desk:
            return desk.perform(order, action, options, **more)

    def edit(self, order, *edits) -> Order:
        with self.desk() as desk:
            return desk.edit(order, edits)

    def coverage(self, need) -> Coverage:
        with self.loom.reader(self.tenant, self.actor) as reader:
            return coverage_of(reader.reading, need.id)

    def ordered(self, need) -> str:
        return str(self.coverage(need).ordered)

    def now(self, subject) -> Subject:
        with self.loom.reader(self.tenant, self.actor) as reader:
            return reader.get(subject.ref)


@pytest.fixture
def house(loom: Orderloom, tenant_key: str, admin: Actor) -> House:
    """Projects summer and winter; vendors V1 and V2 with an e-mail address, V3 without."""
    with loom.desk(tenant_key, admin) as desk:
        for project in ("summer", "winter"):
            desk.directory.save_project(Project(project, f"{project.title()} Festival"))
        for id, mail in (("V1", "orders@one.example"), ("V2", "orders@two.example"), ("V3", "")):
            contact = Contact(f"Contact of {id}", email=mail)
            desk.directory.save_party(
                Party(id, f"Vendor {id}", roles={"vendor"}, contacts=[contact])
            )
    return House(loom, tenant_key, admin)


@pytest.fixture
def chairs(house: House) -> Subject:
    """200 folding chairs are needed."""
    return house.need()


__all__ = ["GATE", "NEED", "OFFICE", "House"]
