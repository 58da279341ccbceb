from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from orderloom.modules import ADMIN, SubjectScope, allows, who_may
from orderloom.modules.contributions import Role
from orderloom.orders.order import Order, PartyRef
from orderloom.orders.pricing import totals_of
from orderloom.orders.subject import Subject
from orderloom.values import Actor, Grant, Scope

ROLES = {
    "admin": ADMIN,
    "apples.buyer": Role(key="apples.buyer", title="Buyer", permissions={"apples.order.*"}),
    "apples.reader": Role(key="apples.reader", title="Reader", permissions="apples.order.read"),
}
HERE = SubjectScope(project="summer", parties={"north", "south"}, departments={"stage"})
WHOLE = SubjectScope()


TENANT = Scope("tenant", "")


def _actor(role, scope=TENANT):
    return Actor("a1", (Grant(role, scope),))


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        ("admin", "anything.at.all", True),
        ("apples.buyer", "apples.order.send", True),
        ("apples.buyer", "apples.orders", False),
        ("apples.reader", "apples.order.read", True),
        ("apples.reader", "apples.order.send", False),
        ("pears.buyer", "apples.order.send", False),
    ],
)
def test_a_role_allows_what_its_permissions_cover(role, permission, allowed):
    assert allows(_actor(role), permission, HERE, ROLES) is allowed


@pytest.mark.parametrize(
    ("kind", "id", "where", "allowed"),
    [
        ("tenant", "", HERE, True),
        ("tenant", "", WHOLE, True),
        ("project", "summer", HERE, True),
        ("project", "winter", HERE, False),
        ("party", "south", HERE, True),
        ("party", "east", HERE, False),
        ("department", "stage", HERE, True),
        ("department", "kitchen", HERE, False),
        ("project", "summer", WHOLE, False),
        ("project", "", WHOLE, False),
        ("party", "north", WHOLE, False),
        ("department", "stage", WHOLE, False),
    ],
)
def test_a_grant_holds_within_its_scope(kind, id, where, allowed):
    actor = _actor("admin", Scope(kind, id))

    assert allows(actor, "apples.order.send", where, ROLES) is allowed


def test_one_grant_of_several_is_enough():
    grants = (Grant("apples.reader"), Grant("apples.buyer", Scope("project", "summer")))

    assert allows(Actor("a1", grants), "apples.order.send", HERE, ROLES)


def test_without_grants_only_the_empty_permission_is_allowed():
    assert not allows(Actor("a1"), "apples.order.read", HERE, ROLES)
    assert allows(Actor("a1"), "", HERE, ROLES)


@pytest.mark.parametrize(
    ("permission", "text"),
    [
        ("apples.order.send", "role Admin or Buyer"),
        ("apples.order.read", "role Admin or Buyer or Reader"),
        ("pears.order.send", "role Admin"),
    ],
)
def test_who_may_names_the_roles(permission, text):
    assert who_may(permission, ROLES) == text


def _fields(**more):
    now = datetime(2030, 5, 1, tzinfo=UTC)
    common = {"id": UUID(int=7), "version": 1, "status": "draft", "project": "summer"}
    return {**common, "created_at": now, "created_by": "a1", "updated_at": now, **more}


def test_the_scope_of_an_order_is_its_project_and_its_parties():
    order = Order(
        **_fields(type="apples.order"),
        currency="EUR",
        totals=totals_of((), (), "EUR"),
        buyer=PartyRef("north", "North"),
    )

    scope = SubjectScope.of(order, departments=["stage"])

    assert scope == SubjectScope(project="summer", parties={"north"}, departments={"stage"})


def test_the_scope_of_another_subject_is_its_project():
    subject = Subject(**_fields(kind="apples.need", type="apples.need"))

    assert SubjectScope.of(subject) == SubjectScope(project="summer")
