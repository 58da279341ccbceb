from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orderloom import Actor, Grant, NotFound, Refused, Scope, Upload
from orderloom.attachments import key_of


def codes(error):
    return [(problem.field, problem.code) for problem in error.value.problems]


def attached(toy, order):
    with toy.reader() as reader:
        return reader.attachments(order)


# ── who sees it ──────────────────────────────────────────────────────────────────────────────────


def test_whoever_may_not_read_the_order_finds_no_file(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
    (invoice,) = attached(filed, sent)
    stranger = filed.actor("toy.user", "party", "v2")

    with filed.reader(stranger) as reader:
        with pytest.raises(NotFound):
            reader.attachments(sent)
        with pytest.raises(NotFound) as caught:
            reader.file(invoice)

    assert str(sent.id) not in str(caught.value)


def test_whoever_may_read_the_order_may_read_its_files(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
    vendor = Actor("vera", (Grant("toy.viewer", Scope("party", "v1")),))

    with filed.reader(vendor) as reader:
        (invoice,) = reader.attachments(sent)
        assert reader.file(invoice) == files.pdf


def test_another_tenant_finds_no_file(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
    (invoice,) = attached(filed, sent)
    other = f"other{filed.tenant}"
    filed.loom.create_tenant(other)

    with filed.loom.reader(other, filed.ann) as reader, pytest.raises(NotFound):
        reader.file(invoice)


# ── what lies there ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def invoice(filed, sent, files):
    filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
    (made,) = attached(filed, sent)
    return made


def test_a_file_lies_under_a_key_of_ours(filed, invoice, lying):
    assert lying() == [f"{filed.tenant}/2026-07-01/{invoice.id.hex}"]
    assert lying() == [key_of(filed.tenant, invoice.id)]


def test_a_file_that_is_gone_says_so(filed, invoice):
    filed.loom.files.delete(key_of(filed.tenant, invoice.id))

    with filed.reader() as reader, pytest.raises(Refused) as caught:
        reader.file(invoice)

    assert codes(caught) == [("files", "attachment.missing")]


def test_a_file_somebody_changed_is_not_handed_out(filed, invoice):
    path = filed.loom.files.path / key_of(filed.tenant, invoice.id)
    path.write_bytes(path.read_bytes() + b"\n")

    with filed.reader() as reader, pytest.raises(Refused) as caught:
        reader.file(invoice)

    assert codes(caught) == [("files", "attachment.changed")]


def test_erasing_personal_data_takes_the_name(filed, sent, invoice):
    with filed.desk() as desk:
        desk.erase_personal(sent, reason="asked to")

    (kept,) = attached(filed, sent)
    (told,) = [event for event in filed.history(sent) if event.id == invoice.event]
    assert kept.name == "invoice.pdf"
    assert "file_names" not in told.body
    assert told.body["files"][0]["sha256"] == invoice.sha256
    assert filed.verified().ok


def test_many_at_once_do_not_pass_the_limit(filed, sent, files):
    many = 6
    together = Barrier(many, timeout=60)

    def attach(number: int) -> bool:
        together.wait()
        bill = Upload("invoice", f"{number}.pdf", files.pdf)
        try:
            filed.loom.run(filed.tenant, filed.ann, lambda desk: desk.attach(sent.id, bill))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(many) as pool:
        done = [*pool.map(attach, range(many))]

    assert done.count(True) == 1
    assert len(attached(filed, sent)) == 1
