import pytest

from orderloom.errors import Refused
from orderloom.values import Grant, Scope


def test_a_grant_holds_in_the_whole_tenant_unless_said_otherwise():
    assert Grant("buyer").scope == Scope("tenant", "")


def test_grants_read_as_people_say_them():
    assert str(Grant("buyer")) == "buyer in tenant"
    assert str(Grant("buyer", Scope("project", "summer"))) == "buyer in project summer"


def test_an_unknown_kind_of_scope_is_refused_with_the_nearest():
    with pytest.raises(Refused, match="use one of: project") as refusal:
        Scope("projects", "summer")

    assert refusal.value.codes == ("scope.unknown_kind",)
