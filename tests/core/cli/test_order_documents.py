import pytest


@pytest.fixture
def sent(shell, order):
    shell("order", "do", order, "send")
    return "S-1"


def test_an_issued_document_is_written_under_its_own_name(shell, sent, folder):
    told = shell.json("order", "pdf", sent)

    assert told["file"] == "S-1-r1.pdf"
    assert (folder / "S-1-r1.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_document_has_the_same_bytes(shell, sent):
    assert shell.json("order", "pdf", sent)["sha256"] == shell.json("order", "pdf", sent)["sha256"]


def test_the_text_of_a_document_goes_to_stdout(shell, sent, folder):
    said = shell("order", "pdf", sent, "shop.slip", "--format", "text", "-o", "-").stdout

    assert "Slip S-1" in said
    assert "2 lines" in said
    assert [one.name for one in folder.glob("*.txt")] == []


def test_a_file_goes_into_the_folder_named(shell, sent, folder):
    (folder / "out").mkdir()

    told = shell.json("order", "pdf", sent, "--format", "html", "-o", "out")

    assert told["file"] == "out/S-1-r1.html"


def test_an_earlier_revision_can_be_asked_for(shell, sent):
    shell("order", "issue", sent)

    assert shell.json("order", "pdf", sent)["file"] == "S-1-r2.pdf"
    assert shell.json("order", "pdf", sent, "--revision", "1")["file"] == "S-1-r1.pdf"
    assert "Not found" in shell("order", "pdf", sent, "--revision", "3", code=2).stderr


def test_a_draft_issues_and_sends_nothing(shell, order):
    said = shell("order", "pdf", order, "--draft", "--format", "text", "-o", "-").stdout

    assert "2 lines" in said
    assert shell.json("order", "show", order)["documents"] == []


def test_without_an_issued_document_the_way_is_told(shell, order):
    told = shell("order", "pdf", order, code=2).stderr

    assert "--draft" in told


def test_an_unknown_document_is_refused(shell, order):
    assert "use: shop.slip" in shell("order", "issue", order, "shop.bill", code=2).stderr


def test_a_file_that_cannot_be_written_is_refused(shell, sent, folder):
    told = shell.json("order", "pdf", sent, "-o", "no/such/folder.pdf", code=2)

    assert told["problems"][0]["code"] == "cli.file_unwritable"


def test_a_revision_there_is_not_names_those_there_are(shell, sent):
    told = shell("order", "pdf", sent, "--revision", "4", code=2).stderr

    assert "no revision 4" in told
    assert "use: shop.slip --revision 1." in told


def test_a_document_without_its_module_is_guessed(shell, sent):
    assert "Did you mean shop.slip?" in shell("order", "pdf", sent, "slip", code=2).stderr
