import sqlite3

import pytest


@pytest.fixture
def owed(shell, order):
    """A mail to the seller is owed."""
    shell("order", "do", order, "send")


def test_dispatch_sends_what_is_owed_and_says_so(shell, owed, folder):
    said = shell("dispatch").stdout

    assert "main  mail  sent  seller@seller.example\n" in said
    assert said.endswith("1 sent, 0 to be tried again, 0 given up.\n")
    assert len([*(folder / "mail").glob("*.eml")]) == 1
    assert shell("dispatch").stdout == "0 sent, 0 to be tried again, 0 given up.\n"


def test_dispatch_refuses_a_misspelt_setting_before_anything_is_tried(shell, owed, folder):
    with (folder / "orderloom.toml").open("a") as file:
        file.write('\n[settings.core]\nmail_sendr = "desk@buyer.example"\n')

    told = shell("dispatch", code=2)

    assert "There is no setting “mail_sendr”" in told.stderr
    assert [one["attempts"] for one in shell.lines("delivery", "list")] == [0]


def test_dispatch_in_json_is_one_object_for_each_thing_done(shell, owed):
    done = shell.lines("dispatch")

    assert [one["what"] for one in done] == ["mail", "seal"]
    assert done[0]["outcome"] == "sent"


def test_what_cannot_be_sent_is_put_off_with_the_reason(shell, owed, folder):
    (folder / "mail").write_text("in the way")

    said = shell("dispatch").stdout

    assert "main  mail  retry  seller@seller.example: " in said
    assert said.endswith("0 sent, 1 to be tried again, 0 given up.\n")


def test_deliveries_are_listed_by_state(shell, owed):
    before = shell.lines("delivery", "list", "--state", "owed")
    shell("dispatch")
    after = shell.lines("delivery", "list", "--state", "done")

    assert [(one["recipient"], one["source"]) for one in before] == [
        ("seller@seller.example", "shop.sent")
    ]
    assert [one["id"] for one in after] == [one["id"] for one in before]


def test_a_delivery_is_sent_again_when_asked_for(shell, owed):
    shell("dispatch")
    (one,) = shell.lines("delivery", "list")

    told = shell.json("delivery", "resend", one["id"])

    assert told == {"owed_again": 1}
    assert shell.lines("delivery", "list")[0]["state"] == "owed"


def test_all_that_was_given_up_is_sent_again(shell, owed, folder):
    raw = sqlite3.connect(folder / "orderloom.db")
    raw.execute("UPDATE ol_delivery SET state = 'dead', done_at = next_at")
    raw.commit()
    raw.close()

    assert shell.json("delivery", "resend", "--dead", "--source", "other")["owed_again"] == 0
    assert shell.json("delivery", "resend", "--dead")["owed_again"] == 1


def test_what_to_resend_has_to_be_said(shell):
    assert "--dead" in shell("delivery", "resend", code=2).stderr


def test_every_malformed_id_is_told(shell):
    told = shell.json("delivery", "resend", "x", "y", code=2)

    assert [one["code"] for one in told["problems"]] == ["id.malformed"] * 2


def test_deliveries_are_for_who_manages_the_tenant(shell, owed):
    shell("user", "add", "bob", "--grant", "shop.keeper")

    assert "Not allowed" in shell("--as", "bob", "delivery", "list", code=2).stderr


def test_an_untouched_history_is_verified_and_sealed(shell, order):
    sealed = shell.json("audit", "seal")["sealed"]

    told = shell.json("audit", "verify")

    assert told == {"events": sealed, "sealed": sealed, "not_sealed_yet": 0, "ok": True,
                    "findings": []}  # fmt: skip


def test_a_changed_event_is_found_and_ends_with_2(shell, order, folder):
    raw = sqlite3.connect(folder / "orderloom.db")
    raw.execute("UPDATE ol_event SET text = replace(text, 'Garden', 'Jungle')")
    raw.commit()
    raw.close()

    told = shell("audit", "verify", code=2).stdout

    assert "its text was changed" in told
    assert "changed afterwards" in told


def test_what_is_still_owed_says_when_it_is_tried(shell, owed):
    (one,) = shell.lines("delivery", "list")

    assert "is still owed, next try at" in shell("delivery", "resend", one["id"]).stdout
