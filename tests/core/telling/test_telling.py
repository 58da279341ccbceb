"""Who is told: users by role, as far as they may see what it is about."""

import attrs
import pytest

from orderloom import Grant, Recipient, Refused, Scope, User

BO, VI = "Bo <bo@buyer.example>", "Vi <vi@vendor.example>"


def test_a_supplier_is_never_told_of_an_order_in_a_waiting_status(placed, work, mails, box):
    placed()
    work()

    assert mails() == [(BO, "Terrace está en espera")]
    assert (box("vi").titles, box("vi").unread) == ([], 0)
    assert box("bo").titles == ["Terrace está en espera"]


def test_he_is_told_as_soon_as_he_may_see_it(toy, placed, work, mails, box):
    toy.perform(placed(), "approve")
    work()

    assert (VI, "Terrace is Pending") in mails()
    assert box("vi").titles == ["Terrace is Pending"]


def test_a_message_is_in_the_language_of_its_reader(placed, work, mails):
    placed()
    work()

    (mail,) = mails(whole=True)
    assert mail.get_content() == "Estimado/a Bo:\r\n\r\nAnn ha pedido por 12,50\xa0€.\r\n"


def test_only_whoever_holds_the_role_in_exactly_that_scope_is_found(toy, make_user):
    scope = Scope("party", "b1")
    with toy.desk() as desk:
        desk.directory.save_user(User(id="cy", grants=[Grant("tell.user")]))
        desk.directory.save_user(make_user("di", "b1", active=False))
        desk.directory.save_user(make_user("ed", "v2", "b1"))

    with toy.reader() as reader:
        found = reader.reading.users_with("tell.user", scope)
        assert [one.id for one in found] == ["bo", "ed"]
        assert reader.reading.user("di").active is False
        assert reader.reading.user("nobody") is None


def test_users_are_looked_up_once_in_a_command(toy, monkeypatch):
    asked = []
    port = toy.loom.directory
    real = port.users_with
    monkeypatch.setattr(
        port, "users_with", lambda *args: asked.append(args) or real(*args), raising=False
    )

    with toy.reader() as reader:
        for _ in range(3):
            reader.reading.users_with("tell.user", Scope("party", "b1"))
            reader.reading.users_with("tell.user", Scope("party", "v1"))

    assert [args[-1].id for args in asked] == ["b1", "v1"]


def test_somebody_without_rights_or_deactivated_is_not_told(toy, placed, box, work, mails):
    with toy.desk() as desk:
        desk.directory.deactivate_user("bo")
        desk.directory.revoke("vi", "tell.user@party:v1")

    toy.perform(placed(), "approve")

    assert work() == []
    assert mails() == []


@pytest.fixture
def naming(toy, monkeypatch):
    """Lets every rule of the toy name these recipients."""

    def name(*recipients):
        with toy.reader() as reader:
            told = reader.assembly.notifications
        for one in told.values():
            monkeypatch.setitem(told, one.key, attrs.evolve(one, recipients=lambda *_: recipients))

    return name


def test_a_user_nobody_knows_is_not_told(naming, placed, work):
    naming(Recipient("x@buyer.example", "X", user="nobody"))
    placed()

    assert work() == []


def test_what_a_rule_says_of_a_user_comes_before_the_directory(naming, placed, work, mails):
    naming(Recipient("desk@buyer.example", "The desk", "en", user="bo"))
    placed()
    work()

    assert mails() == [("The desk <desk@buyer.example>", "Terrace is Waiting")]


def test_a_user_without_an_address_is_told_in_his_inbox(toy, naming, placed, work, box, make_user):
    with toy.desk() as desk:
        desk.directory.save_user(make_user("cy", "b1"))
    naming(Recipient(user="cy"))
    placed()

    assert work() == []
    assert box("cy").titles == ["Terrace is Waiting"]


def test_a_contact_without_a_user_has_no_inbox(naming, placed, work, mails):
    naming(Recipient("contact@buyer.example", "Contact"))
    placed()

    assert work() == [("mail", "sent")]
    assert mails() == [("Contact <contact@buyer.example>", "Terrace is Waiting")]


def test_a_user_told_twice_is_told_once(naming, placed, work, box):
    naming(Recipient(user="bo"), Recipient(user="bo", name="Again"))
    placed()

    assert work() == [("mail", "sent")]
    assert box("bo").unread == 1


def test_a_user_who_cannot_be_reached_at_all_is_a_problem(toy, naming, placed, make_user):
    with toy.desk() as desk:
        desk.directory.save_user(make_user("cy", "b1"))
    naming(Recipient(user="cy", name="Cy"))
    with toy.reader() as reader:
        told = reader.assembly.notifications
    told["tell.placed"] = attrs.evolve(told["tell.placed"], channels="mail")

    with pytest.raises(Refused, match="“Told when place” is mailed to Cy, who has no address"):
        placed()
