from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from orderloom import SetLine


@contextmanager
def statements(engine):
    """The statements that run inside."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement.split()[0].upper())

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "look",
    [
        lambda toy, desk, order: desk.preview(order, "send"),
        lambda toy, desk, order: desk.preview(order, [SetLine(line=1, quantity=3)]),
        lambda toy, desk, order: desk.preview(toy.new()),
        lambda toy, desk, order: desk.explain(order),
        lambda toy, desk, order: desk.draft(order, "toy.slip", "text"),
    ],
    ids=["action", "edits", "new", "explain", "draft"],
)
def test_deciding_only_reads(toy, look):
    order = toy.place()

    with toy.desk() as desk, statements(toy.loom.engine) as seen:
        look(toy, desk, order)

    assert seen, "nothing was looked at"
    assert set(seen) == {"SELECT"}


def test_a_preview_shows_what_the_command_then_does(toy):
    order = toy.place()

    with toy.desk() as desk:
        decision = desk.preview(order, [SetLine(line=1, quantity=3)])
        after = desk.edit(order, SetLine(line=1, quantity=3))

    assert decision.allowed
    assert decision.subject() == after


def test_a_preview_keeps_all_problems(toy):
    order = toy.place()

    with toy.reader() as reader:
        decision = reader.preview(order, [SetLine(line=1, quantity=0), SetLine(line=7)])

    assert [problem.code for problem in decision.problems] == ["decimal.too_small", "line.unknown"]
    assert not decision.allowed


def test_a_reader_cannot_write(toy):
    order = toy.place()

    with toy.reader() as reader:
        assert not hasattr(reader, "perform")
        with pytest.raises(sa.exc.DBAPIError):
            reader.reading.perform(order, "cancel")
