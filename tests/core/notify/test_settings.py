from __future__ import annotations

import pytest

from orderloom.errors import Refused
from orderloom.notify import MailSettings, transport_of
from orderloom.notify.folder import FolderTransport
from orderloom.notify.smtp import SmtpTransport


def test_a_sender_is_enough_to_write_into_a_folder():
    made = transport_of(MailSettings(sender="orders@acme.example"))

    assert isinstance(made, FolderTransport)
    assert made.path.name == "mail"


def test_smtp_settings_lead_to_the_server():
    made = transport_of(
        MailSettings(sender="orders@acme.example", transport="smtp", host="mail.acme.example")
    )

    assert isinstance(made, SmtpTransport)


def test_everything_that_cannot_work_is_told_at_once():
    with pytest.raises(Refused) as refusal:
        MailSettings(
            sender="acme", sender_name="Acme\nBcc: x", reply_to="nobody", transport="smtp",
            port=0, tls="ssl", timeout=0, username="acme", password="pässword",
        )  # fmt: skip

    assert [(problem.code, problem.field) for problem in refusal.value.problems] == [
        ("email.malformed", "mail.sender"),
        ("text.control_character", "mail.sender_name"),
        ("email.malformed", "mail.reply_to"),
        ("mail.unknown_choice", "mail.tls"),
        ("mail.out_of_range", "mail.port"),
        ("mail.out_of_range", "mail.timeout"),
        ("mail.no_host", "mail.host"),
        ("mail.password_not_ascii", "mail.password"),
    ]
    assert "pässword" not in str(refusal.value)


def test_a_folder_needs_a_name():
    with pytest.raises(Refused, match="name it in `folder`"):
        MailSettings(sender="orders@acme.example", folder="")


def test_the_password_is_never_shown():
    made = MailSettings(sender="orders@acme.example", username="acme", password="hunter2")

    assert "hunter2" not in repr(made)
