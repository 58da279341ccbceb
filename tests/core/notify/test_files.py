"""Files of an event that go with its mail, as a mail server gets them."""

from email import message_from_bytes
from email.policy import default
from io import BytesIO

import pytest
from PIL import Image

from orderloom import (
    JPEG,
    PNG,
    Action,
    Attaches,
    FolderFiles,
    Grant,
    Notification,
    Recipient,
    Scope,
    Template,
    Upload,
    User,
)
from orderloom.notify import Dead, Enclosed, Sent, enclosing, send_batch, transport_of
from orderloom.worker import Worker

FOR_VENDOR = "desk@vendor.example"


def _with_grumbling(lifecycle):
    if lifecycle.name != "toy.order":
        return None
    files = (Attaches("image", most=3, media=(JPEG, PNG)), Attaches("invoice"))
    return lifecycle.with_action(Action("grumble", source="sent", target="sent", attaches=files))


def _grumbled():
    return Notification(
        key="pics.grumbled", title="Grumbled", type="toy.order", on="grumble",
        recipients=lambda *_: [Recipient(FOR_VENDOR, "Desk"), Recipient(user="vi")],
        template=Template(subject="Grumbled", text="See the images."), files="image",
    )  # fmt: skip


@pytest.fixture
def jpeg():
    file = BytesIO()
    Image.new("RGB", (8, 6), (200, 10, 10)).save(file, "JPEG", comment=b"who took it")
    return file.getvalue()


@pytest.fixture
def toy(make_toy, make_module, mail_server, tmp_path):
    """A toy whose orders are grumbled about; its mails go to the mail server."""
    toy = make_toy(
        make_module("pics", extend_lifecycle=_with_grumbling, register_notifications=_grumbled)
    )
    toy.loom.files = FolderFiles(tmp_path / "files")
    route = {
        "mail_transport": "smtp", "smtp_host": "127.0.0.1", "smtp_port": mail_server.port,
        "smtp_tls": "none",
    }  # fmt: skip
    with toy.desk() as desk:
        desk.admin.set("core", route)
        grant = Grant("toy.viewer", Scope("party", "v1"))
        desk.directory.save_user(User(id="vi", email="vi@vendor.example", grants=[grant]))
    return toy


@pytest.fixture
def grumble(toy, jpeg):
    """Grumbles about an order, with files; what was mailed before is gone."""

    def act(*files):
        order = toy.perform(toy.place(), "send")
        files = files or (Upload("image", "../../crate.jpeg", jpeg),)
        return toy.perform(order, "grumble", files=files)

    return act


@pytest.fixture
def work(toy):
    def run(**move):
        toy.clock.move(**move)
        return [(one.outcome, one.reason) for one in Worker(toy.loom).once(tenant=toy.tenant)
                if one.what in ("mail", "digest")]  # fmt: skip

    return run


@pytest.fixture
def arrived(mail_server):
    """What arrived about the grumbling: address → (name, media type, content) of each file."""

    def read():
        messages = [
            (one.recipients[0], message_from_bytes(one.content, policy=default))
            for one in mail_server.arrived
        ]
        return {
            to: [
                (part.get_filename(), part.get_content_type(), part.get_content())
                for part in message.iter_attachments()
            ]
            for to, message in messages
            if message["Subject"] == "Grumbled"
        }

    return read


@pytest.fixture
def stored(toy):
    """The files of an order as they are kept."""

    def read(order):
        with toy.reader() as reader:
            return [reader.file(one) for one in reader.attachments(order)]

    return read


def test_the_images_of_an_event_go_with_its_mail(grumble, work, arrived, stored):
    order = grumble()
    work()

    (kept,) = stored(order)
    parts = [("-..-crate.jpeg", "image/jpeg", kept)]
    assert arrived() == {FOR_VENDOR: parts, "vi@vendor.example": parts}
    assert kept.startswith(b"\xff\xd8\xff")
    assert b"who took it" not in kept


def test_only_the_kinds_it_names_go_along_and_all_of_them(grumble, work, arrived, jpeg, stored):
    order = grumble(
        Upload("image", "one.jpeg", jpeg),
        Upload("invoice", "bill.jpeg", jpeg),
        Upload("image", "one.jpeg", jpeg),
    )
    work()

    first, _, second = stored(order)
    assert arrived()[FOR_VENDOR] == [
        ("one.jpeg", "image/jpeg", first), ("one.jpeg", "image/jpeg", second),
    ]  # fmt: skip


def test_a_file_that_is_gone_does_not_hold_up_the_mail(toy, grumble, work, arrived, jpeg):
    grumble(Upload("image", "gone.jpeg", jpeg), Upload("image", "there.jpeg", jpeg))
    kept = sorted(one for one in toy.loom.files.path.rglob("*") if one.is_file())
    kept[0].unlink()
    work()

    assert [name for name, *_ in arrived()[FOR_VENDOR]] == ["there.jpeg"]


def test_a_file_somebody_changed_is_not_sent(toy, grumble, work, arrived):
    grumble()
    (kept,) = (one for one in toy.loom.files.path.rglob("*") if one.is_file())
    kept.write_bytes(b"something else")
    work()

    assert arrived()[FOR_VENDOR] == []


def test_erased_meanwhile_a_file_goes_under_no_name_of_a_person(toy, grumble, work, arrived, jpeg):
    order = grumble(Upload("image", "Ann at the gate.jpeg", jpeg))
    with toy.desk() as desk:
        desk.erase_personal(order, reason="asked to")
    work()

    assert [name for name, *_ in arrived()[FOR_VENDOR]] == ["image.jpg"]


class _Away(FolderFiles):
    """A place for files that cannot be reached."""

    def get(self, key):
        raise TimeoutError("no answer")


def test_what_cannot_be_read_now_is_waited_for(toy, grumble, work, arrived):
    grumble()
    there, toy.loom.files = toy.loom.files, _Away(toy.loom.files.path)
    assert [outcome for outcome, reason in work() if "no answer" in reason] == ["retry"] * 2

    toy.loom.files = there
    work(seconds=10)

    assert len(arrived()[FOR_VENDOR]) == 1


def test_it_is_not_waited_for_longer_than_a_quarter_of_an_hour(toy, grumble, work, arrived):
    grumble()
    toy.loom.files = _Away(toy.loom.files.path)
    for wait in (0, 10, 40, 160):
        assert {outcome for outcome, reason in work(seconds=wait) if reason} == {"retry"}
    assert arrived() == {}

    work(seconds=640)

    assert arrived() == {FOR_VENDOR: [], "vi@vendor.example": []}


def test_files_that_are_too_heavy_together_stay_where_they_are(
    grumble, work, arrived, jpeg, monkeypatch, stored
):
    files = [Upload("image", f"{number}.jpeg", jpeg) for number in range(3)]
    first = grumble(*files)
    work()
    monkeypatch.setattr(enclosing, "HEAVIEST", 3 * len(stored(first)[0]) - 1)
    grumble(*files[:2])
    work()
    assert len(arrived()[FOR_VENDOR]) == 2

    grumble(*files)
    work()

    assert arrived()[FOR_VENDOR] == []


def test_a_mail_with_files_is_not_gathered_and_one_without_is(toy, grumble, work, arrived):
    with toy.desk() as desk:
        desk.notifications.wish("pics.grumbled", "daily", user="vi")
    order = grumble()
    work()
    assert len(arrived()["vi@vendor.example"]) == 1

    toy.perform(order, "grumble")

    assert [outcome for outcome, _ in work()] == ["sent"]  # to the desk
    assert [outcome for outcome, _ in work(hours=19)] == ["1", "sent"]


def test_sent_again_it_is_the_same_mail(toy, grumble, work, mail_server):
    grumble()
    work()
    with toy.desk() as desk:
        desk.admin.resend([one.id for one in desk.deliveries() if one.source == "pics.grumbled"])
    work()

    contents = [one.content for one in mail_server.arrived if one.recipients == [FOR_VENDOR]]
    assert len(contents) == 3  # the slip, too
    assert len(set(contents)) == 2


PICTURE = ("crate.png", "image/png", b"\x89PNG")
SLIP = ("slip.pdf", "application/pdf", b"%PDF")


def _send(mail_server, settings, delivery, enclosed):
    through = settings(mail_server)
    ((_, outcome),) = send_batch([delivery()], transport_of(through), lambda _: enclosed, through)
    parts = [
        [part.get_filename() for part in message_from_bytes(one.content).walk()
         if part.get_filename()]
        for one in mail_server.arrived
    ]  # fmt: skip
    return outcome, parts


def test_what_a_server_never_takes_with_its_files_goes_without(mail_server, settings, delivery):
    mail_server.data = ["552 Too large", "250 OK"]

    sent = _send(mail_server, settings, delivery, Enclosed((SLIP,), (PICTURE,)))

    assert sent == (Sent(), [["slip.pdf"]])


def test_a_document_is_never_left_out(mail_server, settings, delivery):
    mail_server.data = ["552 Too large", "250 OK"]

    outcome, arrived = _send(mail_server, settings, delivery, Enclosed((SLIP,)))

    assert (outcome, arrived) == (Dead("The mail server answered 552: Too large"), [])


def test_what_a_server_takes_later_is_not_torn_apart(mail_server, settings, delivery):
    mail_server.data = ["451 Later", "250 OK"]

    outcome, arrived = _send(mail_server, settings, delivery, Enclosed((), (PICTURE,)))

    assert outcome.reason == "The mail server answered 451: Later"
    assert arrived == []
