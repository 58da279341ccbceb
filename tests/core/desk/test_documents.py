import hashlib

import pytest

from orderloom import (
    Actor,
    Conflict,
    DocumentType,
    Forbidden,
    Grant,
    NotFound,
    Refused,
    Role,
    SetOrder,
)
from orderloom.documents import Paragraph


@pytest.fixture
def issued(toy):
    """An order that was sent, and the slip that went with it."""
    order = toy.perform(toy.place(), "send")
    with toy.reader() as reader:
        (slip,) = reader.documents(order)
    return order, slip


def text_of(toy, slip):
    with toy.reader() as reader:
        return reader.render(slip, "text").content.decode()


def test_the_action_issues_it_with_the_number_it_draws(toy, issued):
    order, slip = issued

    assert (slip.number, slip.revision) == ("T-2026-0001", 1)
    assert toy.names(order) == ["place", "send", "issued"]
    assert toy.history(order)[2].id == slip.event_id
    assert "T-2026-0001" in text_of(toy, slip)
    assert "200 Folding chair" in text_of(toy, slip)


def test_issuing_freezes_everything_it_is_made_of(toy, issued):
    order, slip = issued
    with toy.reader() as reader:
        before = reader.render(slip).content
    with toy.desk() as desk:
        desk.edit(order, SetOrder(remarks="Changed"))
        desk.admin.set("toy", {"greeting": "Good morning"})
        desk.admin.set("core", {"document_footer": "Example GmbH", "document_accent": "#ff0000"})

    with toy.reader() as reader:
        assert reader.render(slip).content == before
        assert "Hello" in reader.render(slip, "text").content.decode()


def test_issuing_again_is_the_next_revision_of_the_present_content(toy, issued):
    order, _ = issued
    toy.edit(order, SetOrder(remarks="Changed"))

    with toy.desk() as desk:
        second = desk.issue(order.id, "toy.slip")

    assert (second.number, second.revision) == ("T-2026-0001", 2)
    assert "Changed" in text_of(toy, second)
    with toy.reader() as reader:
        assert [each.revision for each in reader.documents(order)] == [1, 2]


def test_issuing_by_hand_what_one_saw_before_is_a_conflict(toy, issued):
    order, _ = issued
    toy.edit(order, SetOrder(remarks="Changed"))

    with toy.desk() as desk, pytest.raises(Conflict):
        desk.issue(order, "toy.slip")


def test_rendered_bytes_are_kept_with_their_digest(toy, issued):
    _, slip = issued

    with toy.desk() as desk:
        first = desk.render(slip)
        second = desk.render(slip)

    assert first == second
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    assert (first.name, first.content[:5]) == ("T-2026-0001-r1.pdf", b"%PDF-")


def test_a_character_no_font_has_refuses_the_action_before_anything_is_written(toy):
    order = toy.place(remarks="\U0001f995 please")

    with toy.desk() as desk:
        with pytest.raises(Refused) as refused:
            desk.perform(order, "send")
        other = desk.perform(desk.place(toy.new()), "send")  # the desk is as good as before

    assert refused.value.codes == ("document.glyph.missing",)
    assert toy.get(order) == order
    assert toy.names(order) == ["place"]
    assert other.number == "T-2026-0001"


def test_a_document_looks_as_the_tenant_wants(toy):
    with toy.desk() as desk:
        desk.admin.set("core", {"document_footer": "Bank: Example Bank"})

    order = toy.perform(toy.place(), "send")

    with toy.reader() as reader:
        (slip,) = reader.documents(order)
        assert slip.document.layout.footer == "Bank: Example Bank"


def test_an_unknown_document_or_format_is_refused_with_the_known_ones(toy, issued):
    order, slip = issued

    with toy.desk() as desk:
        with pytest.raises(Refused, match=r"toy\.slip"):
            desk.issue(order, "toy.bill")
        with pytest.raises(Refused, match="pdf, html, text"):
            desk.render(slip, "docx")


def test_issuing_needs_the_right_to_it(toy, issued):
    order, slip = issued

    with toy.desk(Actor("vic", (Grant("toy.viewer"),))) as desk:
        with pytest.raises(Forbidden):
            desk.issue(order, "toy.slip")
        assert desk.render(slip, "text").name == "T-2026-0001-r1.txt"


def test_a_document_of_another_tenant_is_not_there(issued, make_toy):
    _, slip = issued

    with make_toy().desk() as desk, pytest.raises(NotFound):
        desk.render(slip)


def test_a_draft_is_neither_issued_nor_kept(toy):
    order = toy.place()

    with toy.reader() as reader:
        draft = reader.draft(order, "toy.slip", "text")
        assert reader.documents(order) == ()

    assert draft.name == "draft.txt"
    assert toy.names(order) == ["place"]


def secret(make_module, **more):
    """A module with a document that needs a permission of its own."""
    return make_module(
        "sec",
        register_documents=lambda: DocumentType(
            key="sec.margin",
            title="Margin",
            type="toy.order",
            permission="sec.margin.see",
            build=lambda inputs, reading: (Paragraph("12 %"),),
        ),
        **more,
    )


def test_a_document_with_a_permission_is_for_those_who_have_it(make_toy, make_module):
    role = Role(key="sec.boss", title="Boss", permissions={"toy.order.read", "sec.margin.see"})
    toy = make_toy(secret(make_module, roles=(role,)))
    order = toy.place()
    with toy.desk() as desk:
        margin = desk.issue(order, "sec.margin")

    with toy.reader(toy.actor("toy.viewer")) as reader:
        assert reader.documents(order) == ()
        with pytest.raises(Forbidden, match=r"sec\.margin\.see"):
            reader.render(margin, "text")
    with toy.reader(toy.actor("sec.boss")) as reader:
        assert reader.documents(order) == (margin,)
        assert b"12 %" in reader.render(margin, "text").content


def test_it_stays_so_when_its_module_is_off(make_toy, make_module):
    toy = make_toy(secret(make_module))
    order = toy.place()
    with toy.desk() as desk:
        margin = desk.issue(order, "sec.margin")
        desk.admin.switch("sec", "off")

    with toy.reader(toy.actor("toy.viewer")) as reader:
        assert reader.documents(order) == ()
    with toy.reader() as reader:
        assert reader.documents(order) == (margin,)


def test_a_document_is_built_once_to_be_decided_and_once_to_be_issued(make_toy, make_module):
    built = []
    toy = make_toy(make_module("eye", extend_document=lambda document: built.append(document)))

    toy.perform(toy.place(), "send")

    assert built == ["toy.slip", "toy.slip"]
