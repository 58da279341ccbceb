"""Files that show prices: whoever may not see prices is shown none, his own neither."""

import pytest

from orderloom import Action, Attaches, FolderFiles, NotFound, Upload

PDF_FILE = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def with_files(lifecycle):
    files = (Attaches("slip"), Attaches("bill", shows="prices"))
    return lifecycle.with_action(Action("take", source="open", target="open", attaches=files))


@pytest.fixture
def filed(make_shop, make_module, tmp_path):
    module = make_module(
        "taking", requires="shop", touches="shop.order", extend_lifecycle=with_files
    )
    shop = make_shop(module)
    shop.loom.files = FolderFiles(tmp_path / "files")
    return shop


@pytest.fixture
def order(filed):
    """With a slip, a bill and some other file, attached by somebody who sees no prices."""
    order = filed.place()
    kinds = ("slip", "bill")
    with filed.desk(filed.porter) as desk:
        uploads = [Upload(kind, f"{kind}.pdf", PDF_FILE) for kind in kinds]
        desk.perform(order.ref, "take", files=uploads)
        desk.attach(order.ref, Upload("file", "map.pdf", PDF_FILE))
    return order


def kinds(filed, actor, order):
    with filed.reader(actor) as reader:
        return [one.kind for one in reader.attachments(order.ref)]


def test_files_that_show_prices_are_not_listed_for_whoever_may_not_see_them(filed, order):
    assert kinds(filed, filed.clerk, order) == ["slip", "bill", "file"]
    assert kinds(filed, filed.porter, order) == ["slip", "file"]


def test_files_that_show_prices_are_not_handed_out_to_whoever_may_not_see_them(filed, order):
    with filed.reader() as reader:
        _, bill, _ = reader.attachments(order.ref)
        assert reader.file(bill) == PDF_FILE

    with filed.reader(filed.porter) as reader:
        with pytest.raises(NotFound):
            reader.attachment(bill.id)
        with pytest.raises(NotFound):
            reader.file(bill)


def test_the_history_of_whoever_may_not_see_prices_tells_of_no_file(filed, order):
    with filed.reader(filed.porter) as reader:
        taken = [event for event in reader.history(order.ref) if event.action == "take"]

    assert [event.body.keys() & {"files", "file_names"} for event in taken] == [set()]


def test_what_nobody_declares_any_more_may_show_prices(filed, order):
    with filed.desk(filed.admin) as desk:
        desk.admin.switch("taking", "off")

    assert kinds(filed, filed.clerk, order) == ["slip", "bill", "file"]
    assert kinds(filed, filed.porter, order) == ["file"]
