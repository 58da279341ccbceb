import pytest

from orderloom import AddLine, ModuleFault, NewLine, NewOrder, NewSubject, Query, Refused, SetOrder


@pytest.fixture
def visits(make_toy, make_module):
    """Sending an order plans a visit."""

    def on_status_changed(subject, action, writing):
        if action.name == "send":
            writing.place(NewSubject("toy.visit", f"Visit for {subject.number}"))

    return make_toy(make_module("visits", on_status_changed=on_status_changed))


def test_a_command_of_a_hook_names_the_event_that_caused_it(visits):
    order = visits.perform(visits.place(), "send")

    with visits.reader() as reader:
        (visit,) = reader.find(Query(kind="toy.visit")).items
        (placed,) = reader.history(visit)
    assert visit.title == "Visit for T-2026-0001"
    assert placed.cause == visits.history(order)[1].id


def test_the_desk_tells_what_its_last_command_brought_about(visits):
    order = visits.place()

    with visits.desk() as desk:
        desk.perform(order, "send")
        brought = [one.title for one in desk.brought]
        desk.note(order.ref, "Call before")
        since = desk.brought

    assert brought == ["Visit for T-2026-0001"]
    assert since == ()


def test_a_repeated_command_tells_again_what_it_brought_about(visits):
    order = visits.place()

    told = []
    for _ in range(2):
        with visits.desk() as desk:
            desk.perform(order.ref, "send", key="once")
            told.append([one.id for one in desk.brought])

    assert told[0] == told[1]
    assert len(told[0]) == 1


def test_a_command_that_fails_takes_those_of_its_hooks_with_it(visits):
    order = visits.place()

    def fails():
        with visits.desk() as desk:
            desk.perform(order, "send")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with visits.reader() as reader:
        assert reader.count(Query(kind="toy.visit")).value == 0


def chain(make_toy, make_module, depth):
    """Placing an order places another one, `depth` times over."""

    def on_order_placed(order, writing):
        left = int(order.title)
        if left:
            writing.place(NewOrder("toy.order", title=str(left - 1)))

    toy = make_toy(make_module("chain", on_order_placed=on_order_placed))
    toy.place(title=str(depth))
    return toy


def test_eight_levels_are_fine(make_toy, make_module):
    assert chain(make_toy, make_module, 8).count() == 9


def test_nine_levels_are_two_modules_that_answer_each_other(make_toy, make_module):
    with pytest.raises(ModuleFault, match="nested more than 8 deep"):
        chain(make_toy, make_module, 9)


def test_the_result_has_what_the_hooks_did_to_it(make_toy, make_module):
    def on_order_placed(order, writing):
        writing.edit(order, SetOrder(title="Looked at"))

    toy = make_toy(make_module("look", on_order_placed=on_order_placed))

    order = toy.place()

    assert (order.title, order.version) == ("Looked at", 2)
    assert toy.get(order) == order
    assert toy.verified().ok


def test_a_document_has_what_the_hooks_did_to_the_order(make_toy, make_module):
    def on_status_changed(subject, action, writing):
        if action.name == "send":
            writing.edit(subject, AddLine(NewLine("Insurance", 1)))

    toy = make_toy(make_module("insure", on_status_changed=on_status_changed))

    order = toy.perform(toy.place(), "send")

    with toy.reader() as reader:
        (slip,) = reader.documents(order)
        assert "1 Insurance" in reader.render(slip, "text").content.decode()


def test_a_refused_command_of_a_hook_blames_the_module_that_gave_it(make_toy, make_module):
    def on_order_placed(order, writing):
        writing.perform(order, "finish")

    toy = make_toy(make_module("hasty", on_order_placed=on_order_placed))

    with pytest.raises(ModuleFault, match="Module hasty failed in on_order_placed"):
        toy.place()


@pytest.fixture
def tolerant(make_toy, make_module):
    """Sending an order tries to plan visits, and goes on without them if that fails."""
    failures = []

    def on_status_changed(subject, action, writing):
        if action.name == "send":
            try:
                with writing.together():
                    writing.place(NewSubject("toy.visit", "First visit"))
                    writing.place(NewSubject("toy.visit", subject.title))
            except (Refused, ModuleFault) as failure:
                failures.append(type(failure))
            writing.place(NewSubject("toy.visit", "Farewell"))

    def on_subject_placed(subject):
        if subject.title == "spoil":
            raise ZeroDivisionError

    module = make_module(
        "tolerant", on_status_changed=on_status_changed, on_subject_placed=on_subject_placed
    )
    toy = make_toy(module)
    return toy, failures


def visits_of(toy):
    with toy.reader() as reader:
        return sorted(visit.title for visit in reader.find(Query(kind="toy.visit")).items)


@pytest.mark.parametrize(("title", "failure"), [("", Refused), ("spoil", ModuleFault)])
def test_what_a_hook_does_together_fails_alone(tolerant, title, failure):
    toy, failures = tolerant

    sent = toy.perform(toy.place(title=title), "send")

    assert failures == [failure]
    assert toy.get(sent).status == "sent"
    assert visits_of(toy) == ["Farewell"]
    assert toy.verified().ok


def test_what_a_hook_does_together_is_there_together(tolerant):
    toy, failures = tolerant

    toy.perform(toy.place(title="Second visit"), "send")

    assert failures == []
    assert visits_of(toy) == ["Farewell", "First visit", "Second visit"]
