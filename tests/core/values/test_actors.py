import pytest

from orderloom.errors import Refused
from orderloom.values import Actor, Grant, Scope, system_actor


def test_a_grant_holds_in_the_whole_tenant_unless_said_otherwise():
    assert Grant("buyer").scope == Scope("tenant", "")


def test_grants_read_as_people_say_them():
    assert str(Grant("buyer")) == "buyer in tenant"
    assert str(Grant("buyer", Scope("project", "summer"))) == "buyer in project summer"


def test_an_unknown_kind_of_scope_is_refused_with_the_nearest():
    with pytest.raises(Refused, match="use one of: project") as refusal:
        Scope("projects", "summer")

    assert refusal.value.codes == ("scope.unknown_kind",)


def test_the_system_acts_under_its_own_name():
    assert system_actor() == Actor("system:orderloom")
    assert system_actor("timer").id == "system:timer"
