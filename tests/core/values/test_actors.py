import pytest

from orderloom.errors import Refused
from orderloom.values import Actor, Grant, Scope


def test_a_grant_holds_in_the_whole_tenant_unless_said_otherwise():
    assert Grant("buyer").scope == Scope("tenant", "")


def test_grants_read_as_people_say_them():
    assert str(Grant("buyer")) == "buyer in tenant"
    assert str(Grant("buyer", Scope("project", "summer"))) == "buyer in project summer"


def test_an_unknown_kind_of_scope_is_refused_with_the_nearest():
    with pytest.raises(Refused, match="use one of: project") as refusal:
        Scope("projects", "summer")

    assert refusal.value.codes == ("scope.unknown_kind",)


@pytest.mark.parametrize("grants", [("buyer",), [Grant("viewer"), None], Grant("buyer"), None])
def test_only_grants_are_granted(grants):
    with pytest.raises(Refused, match=r"\(Grant\(") as refusal:
        Actor("kim", grants)

    assert set(refusal.value.codes) == {"actor.grant"}


def test_a_role_that_is_no_grant_is_named_with_its_place():
    with pytest.raises(Refused, match=r"grants\[1\]: “buyer” does not belong"):
        Actor("kim", (Grant("viewer"), "buyer"))
