"""Somebody who is to hear of a command has no address: known before anything is written."""

import pytest

from orderloom import Notification, Recipient, Refused, Template

CODES = ("notification.no_address",)


def nobody(event, order, reading):
    return [Recipient("", "Nobody")]


@pytest.fixture
def telling(make_toy, make_module):
    """A toy that tells somebody without an address of one thing."""

    def build(on):
        return make_toy(
            make_module(
                "more",
                register_notifications=lambda: Notification(
                    key="more.told", title="More", type="toy.order", on=on, recipients=nobody,
                    template=Template(subject="x", text="y"),
                ),
            )
        )  # fmt: skip

    return build


@pytest.mark.parametrize("on", ["send", "issued"])
def test_preview_and_explain_say_what_performing_says(telling, on):
    toy = telling(on)
    order = toy.place()

    with toy.desk() as desk:
        views = {view.action.name: view for view in desk.explain(order)}
        assert tuple(p.code for p in views["send"].problems) == CODES
        assert tuple(p.code for p in desk.preview(order, "send").problems) == CODES
        with pytest.raises(Refused) as refused:
            desk.perform(order, "send")

    assert refused.value.codes == CODES


def test_an_action_stays_open_while_its_options_are(telling):
    toy = telling("counter")
    order = toy.perform(toy.place(), "send")

    with toy.desk() as desk:
        views = {view.action.name: view for view in desk.explain(order)}
        chosen = desk.preview(order, "counter", {"price": "2"})

    assert views["counter"].allowed
    assert tuple(problem.code for problem in chosen.problems) == CODES


def test_the_desk_stays_usable(telling):
    toy = telling("send")
    order = toy.place()

    with toy.desk() as desk:
        with pytest.raises(Refused):
            desk.perform(order, "send")
        desk.note(order, "could not be sent")

    assert toy.names(order) == ["place", "noted"]


def test_placing_is_refused_too_one_or_many(telling):
    toy = telling("place")

    with toy.desk() as desk:
        assert not desk.preview(toy.new()).allowed
        with pytest.raises(Refused):
            desk.place(toy.new())
        with pytest.raises(Refused) as refused:
            desk.place_many([toy.new(), toy.new()])

    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["[0].notifications.more.told", "[1].notifications.more.told"]
    assert toy.count() == 0


@pytest.mark.parametrize(
    ("on", "command"),
    [
        ("noted", lambda desk, order: desk.note(order, "x")),
        ("issued", lambda desk, order: desk.issue(order, "toy.slip")),
    ],
)
def test_facts_beside_the_content_are_refused_before_they_are_written(telling, on, command):
    toy = telling(on)
    order = toy.place()

    with toy.desk() as desk:
        with pytest.raises(Refused) as refused:
            command(desk, order)
        desk.edit(order, [])

    assert refused.value.codes == CODES
    with toy.reader() as reader:
        assert reader.documents(order) == ()
    assert toy.names(order) == ["place"]
