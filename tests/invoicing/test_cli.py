"""`orderloom invoicing`."""

import json

import pytest
from click.testing import CliRunner

from orderloom import Grant, NewLine, Scope, User
from orderloom.cli.main import cli
from orderloom.cli.session import Session

TWO = (NewLine("Chair", "3", price="3.335"), NewLine("Table", "2", price="10"))


@pytest.fixture
def run(house, tmp_path, monkeypatch):
    """Runs `orderloom …` in the house's tenant; answers what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "session", lambda: Session(house.modules))
    with house.desk() as desk:
        desk.directory.save_user(User(id="ann", grants=[Grant("admin")]))
        viewer = Grant("invoicing.viewer", Scope("party", "b1"))
        desk.directory.save_user(User(id="bea", grants=[viewer]))
    url = house.loom.engine.url.render_as_string(hide_password=False)

    def call(*words, user="ann", code=0):
        base = ["--db", url, "--tenant", house.tenant, "--as", user]
        result = CliRunner().invoke(cli, [*base, *map(str, words)])
        assert result.exit_code == code, (words, result.stdout, result.stderr)
        return result.stdout or result.stderr

    return call


def listed(text):
    return json.loads(text)["items"]


def test_invoices_and_credit_notes_are_listed(run, house):
    posted = house.posted()
    house.do(posted, "credit")
    house.by_hand()

    rows = listed(run("invoicing", "list", "--json"))

    assert [(row["kind"], row["status"], row["total"]["amount"]) for row in rows] == [
        ("invoice", "Draft", "12.01"),
        ("credit note", "Posted", "12.01"),
        ("invoice", "Credited", "12.01"),
    ]
    assert [row["reference"] for row in rows] == ["", "INV-s1-2026-00001", "S-001"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--kind", "credit-note"], ["CN-s1-2026-00001"]),
        (["--status", "posted", "--kind", "invoice"], ["INV-s1-2026-00002"]),
        (["--reference", "S-002"], ["INV-s1-2026-00002"]),
        (["--text", "chair", "--limit", "1"], ["INV-s1-2026-00002"]),
        (["--party", "b2"], []),
    ],
)
def test_the_list_is_narrowed(run, house, filters, found):
    house.do(house.posted(), "credit")
    house.clock.move(hours=1)
    house.posted()

    rows = listed(run("invoicing", "list", "--json", *filters))

    assert [row["invoice"] for row in rows] == found


def test_invoices_are_not_among_the_orders(run, house):
    order = house.accepted()

    assert [row["number"] for row in listed(run("order", "list", "--json"))] == [order.number]
    assert "There is no type 'invoicing.invoice'" in run(
        "order", "list", "--type", "invoicing.invoice", code=2
    )


def test_an_invoice_is_posted_credited_and_shown(run, house):
    draft = house.invoice(house.accepted(*TWO))

    posted = run("invoicing", "post", draft.id, "--due", "2026-12-24")
    credited = run("invoicing", "credit", "INV-s1-2026-00001", "--line", "1=2", "--why", "Broken")
    shown = json.loads(run("invoicing", "show", "INV-s1-2026-00001", "--json"))

    assert posted == "INV-s1-2026-00001 is posted: 36.01 EUR.\n"
    assert credited == "CN-s1-2026-00001 credits 8.00 EUR.\n"  # 6.67 and 20 %: 1.33
    assert shown["due"] == "2026-12-24"
    assert shown["credit_notes"] == ["CN-s1-2026-00001"]
    assert shown["actions"] == ["credit"]
    assert shown["invoice"]["lines"][0]["quantities"] == [["credited", "2"]]


def test_an_invoice_is_shown_to_people(run, house):
    house.posted(*TWO)

    text = run("invoicing", "show", "INV-s1-2026-00001")

    for part in ("Posted", "Buyer One", "Chair", "20 %", "10.01 EUR", "total  36.01 EUR"):
        assert part in text
    assert "post" in run("invoicing", "history", "INV-s1-2026-00001")


def test_a_draft_is_voided(run, house):
    draft = house.by_hand()

    run("invoicing", "void", draft.id, "--reason", "Twice")

    assert house.now(draft).status == "void"


def test_a_pdf_is_written_to_a_file(run, house, tmp_path):
    house.posted()
    draft = house.by_hand()

    told = json.loads(run("invoicing", "pdf", "INV-s1-2026-00001", "--json"))
    run("invoicing", "pdf", draft.id, "--draft", "-o", "draft.pdf")

    for name in (told["file"], "draft.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert "add --draft" in run("invoicing", "pdf", draft.id, code=2)


def test_orders_without_their_invoice_are_listed_and_handed_over(run, house):
    order = house.order()
    house.do(order, "accept", by=house.actor("shop.helper", "s1"))

    row = json.loads(run("invoicing", "missing", "--json"))
    made = run("invoicing", "handover", order.number)

    assert row["order"] == order.number
    assert "invoicing.invoice.hand_over" in row["problem"]
    assert made == f"{house.invoice(order).id} is drafted: 12.01 EUR.\n"
    assert run("invoicing", "missing", "--json") == ""
    assert "has its invoice" in run("invoicing", "handover", order.number, code=2)


def test_an_unclear_line_is_refused(run, house):
    house.posted()

    assert "write LINE=QUANTITY" in run(
        "invoicing", "credit", "INV-s1-2026-00001", "--line", "1", code=2
    )


def test_an_invoice_there_is_not_is_said_so(run):
    assert "There is no invoice 'INV-1'" in run("invoicing", "show", "INV-1", code=2)


def test_a_buyer_lists_and_shows_what_was_sent_to_him(run, house):
    house.posted()
    draft = house.by_hand()

    rows = listed(run("invoicing", "list", "--json", user="bea"))

    assert [row["invoice"] for row in rows] == ["INV-s1-2026-00001"]
    assert "There is no invoice" in run("invoicing", "show", draft.id, user="bea", code=2)
