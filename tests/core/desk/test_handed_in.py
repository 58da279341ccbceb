"""Records that are handed in again: only their id is believed, and of subjects their version."""

from uuid import UUID

import attrs
import pytest

from orderloom import (
    Actor,
    DocumentType,
    FolderFiles,
    Forbidden,
    Grant,
    NewLine,
    NotFound,
    Party,
    Refused,
    Role,
    Scope,
    Upload,
)
from orderloom.documents import Paragraph

VENDOR = Actor("vendor", (Grant("toy.user", Scope("party", "v1")),))
OTHER = Actor("other", (Grant("toy.user", Scope("party", "v2")),))
JPEG = b"\xff\xd8\xff"


@pytest.fixture
def toy(make_toy, make_module, tmp_path):
    """A toy with a document that needs a permission of its own."""
    boss = Role(key="sec.boss", title="Boss", permissions={"toy.order.*", "sec.margin.see"})
    margin = DocumentType(
        key="sec.margin", title="Margin", type="toy.order", permission="sec.margin.see",
        build=lambda inputs, reading: (Paragraph("12 %"),),
    )  # fmt: skip
    toy = make_toy(make_module("sec", register_documents=lambda: margin, roles=(boss,)))
    toy.loom.files = FolderFiles(tmp_path / "files")
    return toy


def sent(toy, seller):
    order = toy.perform(toy.place(seller=seller, remarks=f"Only for {seller}"), "send")
    with toy.reader() as reader:
        (slip,) = reader.documents(order)
    return order, slip


def test_a_document_is_rendered_as_it_is_stored_whatever_is_handed_in(toy):
    _, own = sent(toy, "v1")
    _, others = sent(toy, "v2")
    forged = attrs.evolve(own, id=others.id)

    with toy.desk(VENDOR) as desk:
        for look in (desk.render, lambda one: desk.render(one, "text")):
            with pytest.raises(NotFound):
                look(forged)
    with toy.reader(VENDOR) as reader, pytest.raises(NotFound):
        reader.render(forged)

    with toy.desk(OTHER) as desk:
        assert b"Only for v2" in desk.render(others, "text").content


def test_kept_bytes_of_another_document_are_not_handed_out(toy):
    _, own = sent(toy, "v1")
    _, others = sent(toy, "v2")
    with toy.desk(OTHER) as desk:
        desk.render(others, "text")

    with toy.reader(VENDOR) as reader, pytest.raises(NotFound):
        reader.render(attrs.evolve(own, id=others.id), "text")


def test_what_is_kept_is_what_was_frozen_when_it_was_issued(toy):
    _, slip = sent(toy, "v1")
    forged = attrs.evolve(slip, frozen=slip.frozen.replace("Only for v1", "Nothing at all"))

    with toy.desk(VENDOR) as desk:
        first = desk.render(forged, "text").content
    with toy.desk() as desk:
        second = desk.render(slip, "text").content

    assert first == second
    assert b"Only for v1" in second


def test_the_right_of_the_stored_type_is_asked_for(toy):
    order = toy.place()
    with toy.desk() as desk:
        margin = desk.issue(order, "sec.margin")

    for door in (toy.reader, toy.desk):
        with door(VENDOR) as reader, pytest.raises(Forbidden, match=r"sec\.margin\.see"):
            reader.render(attrs.evolve(margin, type="toy.slip"), "text")


def test_a_document_may_be_named_by_its_id(toy):
    _, slip = sent(toy, "v1")

    with toy.reader(VENDOR) as reader:
        assert reader.render(slip.id, "text") == reader.render(str(slip.id), "text")
        with pytest.raises(NotFound, match="document"):
            reader.render(UUID(int=1))
        with pytest.raises(Refused) as caught:
            reader.render("none")

    assert caught.value.codes == ("id.malformed",)


def test_an_attachment_is_found_by_its_id_alone(toy, tmp_path):
    order, _ = sent(toy, "v1")
    secret, _ = sent(toy, "v2")
    file = Upload("file", "a.pdf", b"%PDF-1.4\n%%EOF\n")
    with toy.desk() as desk:
        (own,) = desk.attach(order, file)
        (others,) = desk.attach(secret, Upload("file", "b.pdf", b"%PDF-1.4\n1\n%%EOF\n"))
    forged = attrs.evolve(own, id=others.id)

    with toy.reader(VENDOR) as reader:
        assert reader.file(attrs.evolve(others, id=own.id)) == file.content
        with pytest.raises(NotFound):
            reader.file(forged)


def test_of_a_subject_handed_in_only_id_and_version_are_believed(toy):
    secret, _ = sent(toy, "v2")
    own, _ = sent(toy, "v1")
    party = Party("v1", "Vendor One")
    forged = attrs.evolve(secret, seller=party, buyer=party, created_by=VENDOR.id)
    looks = (
        lambda desk: desk.draft(forged, "toy.slip"),
        lambda desk: desk.copy(forged),
        lambda desk: desk.history(forged),
        lambda desk: desk.notes(forged),
        lambda desk: desk.documents(forged),
        lambda desk: desk.attachments(forged),
        lambda desk: desk.approval(forged),
        lambda desk: desk.approvals_of(forged),
        lambda desk: desk.explain(forged),
        lambda desk: desk.preview(forged, "cancel"),
        lambda desk: desk.rehearse(forged, "cancel"),
        lambda desk: desk.at(forged, 1),
        lambda desk: desk.note(forged, "x"),
        lambda desk: desk.attach(forged, Upload("file", "a.pdf", b"%PDF-1.4\n%%EOF\n")),
        lambda desk: desk.issue(forged, "toy.slip"),
        lambda desk: desk.edit(forged, []),
        lambda desk: desk.perform(forged, "cancel"),
        lambda desk: desk.approve(forged),
        lambda desk: desk.refuse(forged),
        lambda desk: desk.delete(forged),
        lambda desk: desk.restore(forged),
        lambda desk: desk.erase_personal(forged, reason="x"),
    )

    for look in looks:
        with toy.desk(VENDOR) as desk, pytest.raises(NotFound):
            look(desk)
    with toy.desk(VENDOR) as desk:
        copy = desk.copy(attrs.evolve(own, lines=()))

    assert [line.name for line in copy.lines] == ["Folding chair"]


def test_the_status_of_a_subject_handed_in_is_not_believed(toy):
    order = toy.place(lines=[NewLine("Chair", "1", price="1")])

    with toy.desk() as desk, pytest.raises(Refused) as caught:
        desk.perform(attrs.evolve(order, status="sent"), "finish")

    assert "action.illegal" in caught.value.codes
