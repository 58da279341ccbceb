from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes

import pytest

from orderloom.errors import Problem, Refused
from orderloom.notify import Dead, Enclosed, Retry, Sent, in_groups, send_batch, transport_of


@pytest.fixture
def sending(mail_server, settings):
    """Sends a batch through the mail server, without attachments unless said otherwise."""

    def start(*deliveries, enclosed=lambda delivery: Enclosed()):
        through = settings(mail_server)
        return send_batch(deliveries, transport_of(through), enclosed, through)

    return start


def test_each_delivery_comes_with_its_outcome(mail_server, sending, delivery):
    mail_server.recipients = ["250 OK", "550 No such user", "451 Later"]
    first, second, third = delivery(1), delivery(2), delivery(3)

    assert list(sending(first, second, third)) == [
        (first, Sent()),
        (second, Dead("The mail server answered 550: No such user")),
        (third, Retry("The mail server answered 451: Later")),
    ]


def test_an_outcome_is_known_before_the_next_is_sent(mail_server, sending, delivery):
    batch = sending(delivery(1), delivery(2))

    next(batch)

    assert len(mail_server.arrived) == 1
    batch.close()
    assert mail_server.quits == 1


def test_the_document_of_a_delivery_goes_with_it(mail_server, sending, delivery):
    document = ("7.pdf", "application/pdf", b"%PDF")
    list(sending(delivery(), enclosed=lambda each: Enclosed(needed=(document,))))

    (part,) = message_from_bytes(mail_server.arrived[0].content).get_payload()[1:]
    assert part.get_filename() == "7.pdf"


def test_one_that_cannot_be_mailed_is_dead_and_the_next_is_sent(sending, delivery):
    broken = delivery(1, recipient="nobody")

    (_, first), (_, second) = sending(broken, delivery(2))

    assert isinstance(first, Dead)
    assert "“nobody” is not an e-mail address" in first.reason
    assert second == Sent()


def test_a_document_that_is_refused_is_dead(sending, delivery):
    def refuse(_):
        raise Refused([Problem("document.glyph", "To print 椅, add a font that has it.")])

    ((_, outcome),) = sending(delivery(), enclosed=refuse)

    assert outcome == Dead("To print 椅, add a font that has it.")


def test_a_document_that_fails_is_tried_again_and_the_next_is_sent(sending, delivery):
    def fail(each):
        if each.id == delivery(1).id:
            raise OSError("the font file is gone")
        return Enclosed()

    (_, first), (_, second) = sending(delivery(1), delivery(2), enclosed=fail)

    assert first == Retry("The message could not be made: OSError: the font file is gone")
    assert second == Sent()


def test_after_a_crash_the_same_message_is_sent_again(
    owing, delivery, leased, settle, sending, mail_server
):
    (owed,) = owing(delivery())
    later = owed.next_at + timedelta(minutes=5)

    list(sending(*leased("one", owed.next_at)))  # and worker one is gone before it could say so
    list(sending(*leased("two", later)))

    first, second = (mail.content for mail in mail_server.arrived)
    assert first == second
    assert message_from_bytes(first)["Message-ID"] == f"<{owed.id}@acme.example>"
    assert not settle(owed, "one", later)
    assert settle(owed, "two", later)


def test_sent_into_a_folder_a_second_time_there_is_one_file(tmp_path, settings, delivery):
    into = settings(folder=str(tmp_path))

    for _ in range(2):
        list(send_batch([delivery()], transport_of(into), lambda each: Enclosed(), into))

    assert [file.name for file in tmp_path.iterdir()] == [f"{delivery().id}.eml"]


def test_outcomes_are_noted_in_groups_of_so_many(delivery):
    outcomes = [(delivery(number), Sent()) for number in range(5)]

    groups = list(in_groups(outcomes, most=2, clock=lambda: 0.0))

    assert [len(group) for group in groups] == [2, 2, 1]
    assert [one for group in groups for one in group] == outcomes


def test_a_slow_server_has_each_outcome_noted_at_once(delivery):
    seconds = iter(range(100))
    outcomes = [(delivery(number), Sent()) for number in range(3)]

    groups = list(in_groups(outcomes, most=20, within=0.2, clock=lambda: float(next(seconds))))

    assert [len(group) for group in groups] == [1, 1, 1]
