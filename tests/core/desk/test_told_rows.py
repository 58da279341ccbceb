"""Modules tell the tenant's history what changed of rows of their own."""

import attrs
import pytest

from orderloom import Actor, Forbidden, NotFound
from orderloom.tenants import tenant_ref


@attrs.frozen
class Shelf:
    height: int = 1
    colour: str = ""


def told(toy):
    """The tenant's own events."""
    with toy.reader() as reader:
        return reader.history(tenant_ref(toy.tenant))


def tell(toy, changed, *, what="toy.shelves", id="left", by=None):
    with toy.desk(by or toy.ann) as desk:
        desk.reading.tell(what, id, changed)


def test_what_changed_is_an_event_of_the_tenant(toy):
    tell(toy, {"width": (1, 2), "depth": (None, "deep")})

    event = told(toy)[-1]
    assert (event.name, event.actor) == ("changed", "ann")
    assert event.body == {
        "what": "toy.shelves",
        "id": "left",
        "changed": {"width": [1, 2], "depth": [None, "deep"]},
    }


def test_of_records_the_fields_that_differ_are_told_defaults_too(toy):
    tell(toy, {"top": (Shelf(2, "red"), Shelf(1, "red")), "new": (None, Shelf())})

    assert told(toy)[-1].body["changed"] == {
        "top": [{"height": 2}, {"height": 1}],
        "new": [None, {"height": 1, "colour": ""}],
    }


def test_of_what_stayed_nothing_is_told(toy):
    before = told(toy)

    tell(toy, {"width": (1, 1), "top": (Shelf(), Shelf())})

    assert told(toy) == before


def test_more_than_a_hundred_changes_are_counted(toy):
    tell(toy, {f"{number:03}": (0, 1) for number in range(103)})

    body = told(toy)[-1].body
    assert (len(body["changed"]), max(body["changed"]), body["more"]) == (100, "099", 3)


def test_the_right_is_the_modules_to_ask(toy):
    tell(toy, {"width": (1, 2)}, by=Actor("nobody"))

    assert told(toy)[-1].actor == "nobody"


@pytest.mark.parametrize("what", ["settings", "toy", "toy.", "elsewhere.rows", ".rows", ""])
def test_a_module_speaks_for_itself_alone(toy, what):
    before = told(toy)

    with pytest.raises(ValueError, match="is not the key of a module that is on"):
        tell(toy, {"width": (1, 2)}, what=what)

    assert told(toy) == before


def test_nothing_is_told_of_what_was_rolled_back(toy):
    before = told(toy)

    def fails():
        with toy.desk() as desk:
            desk.reading.tell("toy.shelves", "left", {"width": (1, 2)})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert told(toy) == before


def test_telling_leaves_the_tenants_revision_as_it_is(toy):
    with toy.desk() as other:
        tell_at = other.tenant.revision

    tell(toy, {"width": (1, 2)})

    with toy.reader() as reader:
        assert reader.tenant.revision == tell_at


@pytest.mark.parametrize("scope", [(), ("party", "b1")])
def test_the_tenant_itself_is_no_secret_to_who_may_not_read_it(toy, scope):
    ref = tenant_ref(toy.tenant)

    with toy.reader(toy.actor("toy.user", *scope)) as reader:
        for look in (reader.get, reader.history, reader.notes):
            with pytest.raises(Forbidden) as refused:
                look(ref)
            assert refused.value.codes == ("right.missing",)
            assert "role Admin" in str(refused.value)


def test_another_tenant_is_as_if_it_were_not_there(toy):
    other = f"{toy.tenant}y"
    toy.loom.create_tenant(other)

    with toy.reader() as reader, pytest.raises(NotFound):
        reader.get(tenant_ref(other))
