"""Documents that are a text of a format of their own, beside those that are printed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from orderloom import DocumentType, ModuleFault, Problem, Refused, SetOrder
from orderloom.documents import FrozenDocument, Written, formats_of, render
from orderloom.store.engine import writing
from orderloom.store.schema import document_files


def write(inputs, reading):
    if inputs.subject.remarks == "unwritable":
        raise Refused([Problem("wire.bad", "To write it, change the remarks.", "remarks")])
    if inputs.subject.remarks == "no text":
        return None
    return f"<slip no='{inputs.number}' r='{inputs.revision}'>{inputs.subject.remarks}</slip>"


@pytest.fixture
def wired(make_toy, make_module):
    """A toy whose orders also have a document that is written."""
    slip = DocumentType(key="wire.slip", title="Slip \U0001f980", type="toy.order", write=write)
    return make_toy(make_module("wire", requires={"toy"}, register_documents=lambda: slip))


def test_a_text_frozen_in_json_is_read_back_the_same():
    frozen = frozen_text("<a>ü</a>")

    assert FrozenDocument.from_json(frozen.to_json()) == frozen


def test_it_has_one_format_and_another_one_is_refused_naming_it():
    frozen = frozen_text("<a/>")

    with pytest.raises(Refused) as refused:
        render(frozen, "pdf")

    assert formats_of(frozen) == ("xml",)
    assert "choose one of xml." in str(refused.value)


def frozen_text(content):
    return FrozenDocument(
        type="wire.slip",
        title="Slip",
        number="1",
        revision=1,
        issued_at=datetime(2026, 3, 1, tzinfo=UTC),
        written=Written(format="xml", mime="application/xml", content=content),
    )


@pytest.mark.parametrize("both", [True, False])
def test_a_type_is_either_printed_or_written(both):
    made = {"build": lambda inputs, reading: (), "write": write} if both else {}

    with pytest.raises(ValueError, match="give it either build"):
        DocumentType(key="wire.slip", title="Slip", type="toy.order", **made)


def test_it_is_frozen_at_issue_and_kept_with_its_digest(wired):
    order = wired.edit(wired.place(), SetOrder(remarks="Größe 5"))
    with wired.desk() as desk:
        issued = desk.issue(order, "wire.slip")
    wired.edit(order, SetOrder(remarks="Changed"))

    with wired.desk() as desk:
        file, again = desk.render(issued), desk.render(issued, "xml")

    assert file.content.decode() == "<slip no='' r='1'>Größe 5</slip>"
    assert (file.name, file.format, file.mime) == ("document-r1.xml", "xml", "application/xml")
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert again == file


def test_kept_bytes_are_read_without_the_module_that_wrote_them(wired):
    order = wired.place()
    with wired.desk() as desk:
        issued = desk.issue(order, "wire.slip")
        before = desk.render(issued)
        desk.admin.switch("wire", "off")

    with wired.desk() as desk:
        assert desk.render(issued) == before


def test_a_draft_of_it_is_written_too(wired):
    order = wired.place()

    with wired.reader() as reader:
        draft = reader.draft(order, "wire.slip")

    assert draft.name == "draft.xml"
    assert draft.content == b"<slip no='' r='0'></slip>"


def test_what_it_cannot_say_refuses_the_issue_and_nothing_is_written(wired):
    order = wired.edit(wired.place(), SetOrder(remarks="unwritable"))

    with pytest.raises(Refused) as refused, wired.desk() as desk:
        desk.issue(order, "wire.slip")

    assert refused.value.codes == ("wire.bad",)
    with wired.reader() as reader:
        assert reader.documents(order) == ()


def test_what_is_no_text_is_a_fault_of_its_module(wired):
    order = wired.edit(wired.place(), SetOrder(remarks="no text"))

    with pytest.raises(ModuleFault, match="wire"), wired.desk() as desk:
        desk.issue(order, "wire.slip")


def test_a_character_no_font_has_is_no_reason_to_refuse_it(wired):
    order = wired.edit(wired.place(), SetOrder(remarks="crab \U0001f980"))

    with wired.desk() as desk:
        issued = desk.issue(order, "wire.slip")

    assert "\U0001f980" in issued.document.written.content


def test_what_was_kept_is_answered_and_not_rendered_anew(wired):
    order = wired.place()
    with wired.desk() as desk:
        issued = desk.issue(order, "wire.slip")
        desk.render(issued)
    ours = document_files.c.document_id == issued.id
    with writing(wired.loom.engine, wired.tenant) as connection:
        connection.execute(sa.update(document_files).where(ours).values(content=b"kept"))

    with wired.reader() as reader:
        assert reader.render(issued).content == b"kept"
