"""Files of what waited: of those it did not show to, nobody hears of them later either."""

import pytest

from orderloom import Action, Attaches, FolderFiles, NotFound, SetLine, Upload

PDF_FILE = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def with_a_proof(lifecycle):
    pull = Action(
        "pull",
        source="needs_approval",
        target="dropped",
        side="buyer",
        attaches=Attaches("proof"),
    )
    return lifecycle.with_action(pull) if lifecycle.name == "market.order" else None


@pytest.fixture
def filed(make_market, make_module, tmp_path):
    module = make_module(
        "proofs", requires="market", touches="market.order", extend_lifecycle=with_a_proof
    )
    shop = make_market(beside=module)
    shop.allow("omar", "500")
    shop.loom.files = FolderFiles(tmp_path / "files")
    return shop


def attach(shop, user, order, name):
    with shop.desk(user) as desk:
        (made,) = desk.attach(order.ref, Upload("file", name, PDF_FILE))
    return made


def names(shop, user, order):
    with shop.reader(user) as reader:
        return [one.name for one in reader.attachments(order.ref)]


def test_what_came_while_it_waited_does_not_show_to_the_other_side_afterwards(filed):
    order = filed.place("omar", "600")
    early = attach(filed, "omar", order, "early.pdf")

    filed.approve("hana", order)
    late = attach(filed, "omar", order, "late.pdf")

    assert names(filed, "hana", order) == ["early.pdf", "late.pdf"]
    assert names(filed, "sven", order) == ["late.pdf"]
    with filed.reader("sven") as reader:
        assert reader.file(late) == PDF_FILE
        with pytest.raises(NotFound):
            reader.attachment(early.id)
        with pytest.raises(NotFound):
            reader.file(early)


def test_the_files_of_a_withdrawal_are_by_whoever_withdrew_for_both_sides(filed):
    order = filed.edit("omar", filed.place("omar", "400"), SetLine(line=1, price="600"))
    with filed.desk("hugo") as desk:
        desk.perform(order.ref, "pull", files=Upload("proof", "proof.pdf", PDF_FILE))

    with filed.reader("sven") as reader:
        (proof,) = reader.attachments(order.ref)
        (pulled,) = [one for one in reader.history(order.ref) if one.id == proof.event]
    with filed.reader("hana") as reader:
        (whole,) = reader.attachments(order.ref)

    assert (proof.by, pulled.actor, whole.by) == ("hugo", "hugo", "hugo")
