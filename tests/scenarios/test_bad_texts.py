"""Texts that cannot be kept are refused; HTML is kept, and shown as the text it is."""

from __future__ import annotations

import io
from email import message_from_bytes, policy

import pytest
from pypdf import PdfReader

from orderloom import (
    Address,
    Contact,
    Delivery,
    NewLine,
    NewOrder,
    NotFound,
    Party,
    Project,
    Refused,
    SetOrder,
)
from orderloom.worker import Worker
from orderloom_procurement.needs import NewNeed, add_need

TOO_LONG, CONTROL = "text.too_long", "text.control_character"
BAD = {
    "1 MB": ("x" * 1_000_000, TOO_LONG, "To go on, shorten it to"),
    "100,000 accents": ("e" + "\u0301" * 100_000, TOO_LONG, "To go on, shorten it to"),
    "NUL": ("a\0b", CONTROL, "Character 2 is U+0000 NUL"),
    "bell": ("a\x07b", CONTROL, "U+0007"),
    "escape": ("\x1b[31mred", CONTROL, "Character 1 is U+001B"),
    "right-to-left override": ("a\u202eb", CONTROL, "U+202E RIGHT-TO-LEFT OVERRIDE"),
    "isolate": ("a\u2066b", CONTROL, "U+2066 LEFT-TO-RIGHT ISOLATE"),
    "half a character": ("a\udcffb", CONTROL, "Character 2 is U+DCFF"),
    "noncharacter": ("a\uffffb", CONTROL, "U+FFFF"),
}
bad = pytest.mark.parametrize(("text", "code", "remedy"), BAD.values(), ids=BAD)
ARGUMENTS = {  # the longest that a system hands over, and never NUL
    name: (text[:100_000], *rest) for name, (text, *rest) in BAD.items() if "\0" not in text
}
CELLS = {  # shorter than a cell may be, and of UTF-8
    name: (text[:30_000], *rest)
    for name, (text, *rest) in ARGUMENTS.items()
    if "\udcff" not in text
}
typed = pytest.mark.parametrize(("text", "code", "remedy"), ARGUMENTS.values(), ids=ARGUMENTS)
written = pytest.mark.parametrize(("text", "code", "remedy"), CELLS.values(), ids=CELLS)


# ── refused ────────────────────────────────────────────────────────────────────────────────


@bad
def test_python_refuses_them_everywhere_at_once(house, unchanged, text, code, remedy):
    new = house.new(
        NewLine(text, 1, note=text, group=text, specs=((text, text),)),
        title=text,
        remarks=text,
        delivery=Delivery(address=Address((text,), city=text), instructions=text),
    )

    with unchanged(), pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place(new)

    assert {one.field: one.code for one in refused.value.problems} == dict.fromkeys(
        (
            "lines[0].name", "lines[0].note", "lines[0].group", "lines[0].specs[0].label",
            "lines[0].specs[0].text", "title", "remarks", "delivery.address.lines[0]",
            "delivery.address.city", "delivery.instructions",
        ),
        code,
    )  # fmt: skip
    assert remedy in str(refused.value)


@bad
def test_python_refuses_them_beside_the_content(house, unchanged, text, code, remedy):
    order = house.order(house.need())
    commands = [
        lambda desk: desk.edit(order, SetOrder(title="x"), reason=text),
        lambda desk: desk.perform(order, "cancel", reason=text),
        lambda desk: desk.perform(order, "send", {"message": text}),
        lambda desk: desk.note(order, text),
        lambda desk: desk.place(house.new(NewLine("Tent", 1)), key=text),
        lambda desk: add_need(
            desk, NewNeed(project="summer", department=text, name="x", quantity=1)
        ),
        lambda desk: desk.directory.save_party(Party("v2", text, contacts=[Contact(text)])),
        lambda desk: desk.directory.save_project(Project("winter", text)),
        lambda desk: desk.admin.set("core", {"mail_sender_name": text}),
    ]

    for command in commands:
        with unchanged(), pytest.raises(Refused, match="To go on") as refused, house.desk() as desk:
            command(desk)
        assert set(refused.value.codes) == {code}


@bad
def test_names_like_that_are_of_nothing_and_messages_stay_short(
    house, unchanged, text, code, remedy
):
    order = house.order(house.need())
    commands = [
        lambda desk: desk.place(NewOrder(text)),
        lambda desk: desk.place(house.new(NewLine("Tent", 1, unit=text))),
        lambda desk: desk.place(house.new(NewLine("Tent", 1, product=text))),
        lambda desk: desk.place(house.new(NewLine("Tent", 1), project=text)),
        lambda desk: desk.place(house.new(NewLine("Tent", 1), seller=text)),
        lambda desk: desk.place(house.new(NewLine("Tent", 1), currency=text)),
        lambda desk: desk.place(house.new(NewLine("Tent", 1)), action=text),
        lambda desk: desk.perform(order, text),
        lambda desk: desk.issue(order, text),
        lambda desk: desk.get(text),
        lambda desk: desk.admin.switch(text, "on"),
        lambda desk: add_need(desk, NewNeed(project=text, department="Bar", name="x", quantity=1)),
    ]

    for command in commands:
        with (
            unchanged(),
            pytest.raises((Refused, NotFound), match=r"To |Did you mean") as refused,
            house.desk() as desk,
        ):
            command(desk)
        assert len(str(refused.value)) < 1500
    with pytest.raises((Refused, NotFound), match="To "), house.loom.desk(text, house.actor):
        pass


@typed
def test_the_command_line_refuses_them(house, shell, unchanged, text, code, remedy):
    order = str(house.order(house.need()).id)
    place = ("order", "place", "--project", "summer")
    commands = [
        (*place, "--line", f"{text}=1"),
        (*place, "--line", "Tent=1", "--title", text),
        (*place, "--line", "Tent=1", "--key", text),
        ("order", "edit", order, "--set", "1", "quantity=7", "--reason", text),
        ("order", "do", order, "send", "--message", text),
        ("party", "add", "V2", text),
        ("project", "add", "winter", text),
    ]

    with unchanged():
        for words in commands:
            told = shell.refused(*words)
            assert told.codes == [code]
            assert remedy.partition(" RIGHT")[0] in told.text
            assert text not in told.text


@typed
def test_the_command_line_shows_names_like_that_harmlessly(
    house, shell, unchanged, text, code, remedy
):
    order = str(house.order(house.need()).id)
    commands = [
        ("order", "show", text),
        ("order", "do", order, text),
        ("order", "do", text, "send"),
        ("order", "list", "--status", text),
        ("order", "list", "--project", text),
        ("party", "show", text),
        ("procurement", "coverage", text),
        ("module", "show", text),
        ("lifecycle", "show", text),
        ("--as", text, "order", "list"),
        ("--tenant", text, "order", "list"),
    ]

    with unchanged():
        for words in commands:
            told = shell.refused(*words)
            assert text not in told.text
            assert len(told.text) < 1500


@written
def test_a_csv_file_with_them_is_refused_with_line_and_column(
    shell, unchanged, tmp_path, text, code, remedy
):
    row = f'summer,Bar,"{text}",1\n'
    (tmp_path / "needs.csv").write_text("project,department,name,quantity\n" + row)

    with unchanged():
        told = shell.refused("procurement", "needs", "import", "needs.csv")

    assert (told.codes, told.fields) == ([code], ["line 2, column name"])
    assert remedy in told.text


# ── kept ───────────────────────────────────────────────────────────────────────────────────

HTML = '<script>alert("1")</script> & <b>bold</b>'
ESCAPED = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;"


@pytest.fixture
def sent(house, tmp_path):
    """An order whose every text is HTML, sent."""
    with house.desk() as desk:
        desk.admin.set("core", {"mail_folder": str(tmp_path / "mail")})
        line = NewLine(HTML, 1, note=HTML, group=HTML, specs=(("finish", HTML),))
        order = desk.place(house.new(line, title=HTML, remarks=HTML))
        return desk.perform(order, "send", {"message": HTML})


def test_html_is_kept_as_it_is(house, sent):
    with house.reader() as reader:
        found = reader.get(sent.id)

    assert (found.title, found.remarks, found.lines[0].name) == (HTML, HTML, HTML)


def test_html_is_escaped_in_the_html_document(house, shell, sent, tmp_path):
    shell.does("order", "pdf", str(sent.id), "--format", "html", "--output", "rfq.html")

    page = (tmp_path / "rfq.html").read_text()
    assert ESCAPED in page.replace("&#34;", "&quot;")
    assert "<script" not in page
    assert "<b>bold" not in page


def test_html_is_printed_letter_by_letter_in_the_pdf(shell, sent, tmp_path):
    shell.does("order", "pdf", str(sent.id), "--output", "rfq.pdf")

    pages = PdfReader(io.BytesIO((tmp_path / "rfq.pdf").read_bytes())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "<b>bold</b>" in text
    assert "<script>" in text


def test_html_is_plain_text_in_the_mail(house, sent, tmp_path):
    Worker(house.loom).once(tenant=house.tenant)

    (path,) = (tmp_path / "mail").rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert {part.get_content_type() for part in mail.walk()} == {
        "multipart/mixed",
        "text/plain",
        "application/pdf",
    }
    assert HTML in " ".join(mail.get_body().get_content().split())


def test_html_is_printed_as_it_is_on_the_command_line(shell, sent):
    assert HTML in shell.does("order", "show", str(sent.id))
    assert HTML in shell.does("order", "list")


def test_html_of_a_csv_file_is_kept_as_it_is(shell, tmp_path):
    (tmp_path / "needs.csv").write_text(
        "project,department,name,quantity\nsummer,Bar,<b>Cup</b>,1\n"
    )

    shell.does("procurement", "needs", "import", "needs.csv")

    assert "<b>Cup</b>" in shell.does("procurement", "coverage", "summer")
