from contextlib import suppress

import pytest

from orderloom import Conflict, ModuleFault, Refused, Upload


def codes(error):
    return [(problem.field, problem.code) for problem in error.value.problems]


def attached(toy, order):
    with toy.reader() as reader:
        return reader.attachments(order)


def test_after_a_rollback_no_row_names_the_file(filed, sent, files, lying):
    with suppress(InterruptedError), filed.desk() as desk:
        desk.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
        raise InterruptedError

    assert attached(filed, sent) == ()
    assert filed.get(sent).version == sent.version
    assert len(lying()) == 1


def test_after_a_host_rolled_back_no_row_names_the_file(filed, sent, files, lying):
    with filed.loom.engine.connect() as host:
        with filed.loom.join(host, tenant=filed.tenant, actor=filed.ann) as desk:
            desk.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
            assert len(desk.attachments(sent)) == 1
        host.rollback()

    assert attached(filed, sent) == ()
    assert len(lying()) == 1


def test_a_hook_that_fails_takes_the_row_along(make_filed, make_module, files):
    def on_status_changed(action, subject, writing):
        if action.name == "weigh":
            assert [one.name for one in writing.attachments(subject)] == ["scale.jpg"]
            raise RuntimeError("the scale is broken")

    filed = make_filed(make_module("scale", on_status_changed=on_status_changed))
    order = filed.perform(filed.place(), "send")

    with pytest.raises(ModuleFault, match="the scale is broken"):
        filed.perform(order, "weigh", files=Upload("image", "scale.jpg", files.jpeg))

    assert attached(filed, order) == ()


def test_a_file_that_cannot_be_kept_refuses_the_action_and_the_desk_goes_on(filed, sent, files):
    class Full:
        def put(self, key, content):
            raise OSError(28, "No space left on device")

    filed.loom.files = Full()

    with filed.desk() as desk:
        with pytest.raises(Refused) as caught:
            desk.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))
        desk.note(sent, "The invoice comes by mail.")

    assert codes(caught) == [("files", "attachment.not_kept")]
    assert "No space left" in caught.value.problems[0].message
    assert filed.names(sent)[-1] == "noted"


def test_a_stale_view_attaches_nothing(filed, sent, files, lying):
    filed.perform(sent, "hand_over")

    with pytest.raises(Conflict):
        filed.perform(sent, "hand_over", files=Upload("invoice", "bill.pdf", files.pdf))

    assert lying() == []


def test_the_same_key_with_the_same_file_attaches_it_once(filed, sent, files):
    bill = Upload("invoice", "bill.pdf", files.pdf)

    first = filed.perform(sent, "hand_over", key="k1", files=bill)
    again = filed.perform(sent, "hand_over", key="k1", files=bill)

    assert again.version == first.version
    assert len(attached(filed, sent)) == 1


def test_the_same_key_with_another_file_is_refused(filed, sent, files):
    filed.perform(sent, "hand_over", key="k1", files=Upload("invoice", "bill.pdf", files.pdf))

    with pytest.raises(Refused) as caught:
        filed.perform(
            sent, "hand_over", key="k1", files=Upload("invoice", "bill.pdf", files.pdf + b"\n")
        )

    assert codes(caught) == [("key", "idempotency.other_payload")]
