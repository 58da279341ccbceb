import zipfile
from io import BytesIO

import pytest

from orderloom import Refused
from orderloom.attachments.pdfs import check_pdf


def code_of(content):
    with pytest.raises(Refused) as caught:
        check_pdf(content, "files[0]")
    (problem,) = caught.value.problems
    assert problem.field == "files[0]"
    return problem.code


@pytest.mark.parametrize("end", [b"%%EOF", b"%%EOF\r\n", b"%%EOF\n\n \0"])
def test_a_pdf_may_end_in_white_space(files, end):
    check_pdf(files.pdf.removesuffix(b"%%EOF\n") + end, "files[0]")


def test_a_pdf_that_was_added_to_is_one(files):
    check_pdf(files.pdf + b"3 0 obj<</A 1>>endobj\nstartxref\n0\n%%EOF\n", "files[0]")


def test_a_pdf_that_was_cut_off_is_refused(files):
    assert code_of(files.pdf[:-10]) == "attachment.unreadable"


def test_what_only_begins_like_a_pdf_is_refused():
    assert code_of(b"%PDF-<script>alert(1)</script>%%EOF") == "attachment.unreadable"


def test_something_behind_the_end_is_refused(files):
    assert code_of(files.pdf + b"<html><script>alert(1)</script>") == "attachment.unreadable"


def test_a_pdf_that_is_a_zip_too_is_refused(files):
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("run.class", b"code")
        made.comment = b"startxref\n0\n%%EOF\n"
    both = files.pdf + archive.getvalue()

    assert both.endswith(b"%%EOF\n")
    assert code_of(both) == "attachment.two_faced"


@pytest.mark.parametrize("web", [b"<html><script>", b"<SVG onload=", b"<?php system", b"<!DOCTYPE"])
def test_a_pdf_that_begins_like_a_web_page_is_refused(files, web):
    both = files.pdf.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%" + web + b"\n")

    assert code_of(both) == "attachment.two_faced"


@pytest.mark.parametrize("program", [b"MZ\x90\0", b"%MZ\x90\0", b"\x7fELF\x02", b"% PK\x03\x04"])
def test_a_pdf_that_goes_on_as_a_program_or_an_archive_is_refused(files, program):
    both = files.pdf.replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + program + b"\n")

    assert code_of(both) == "attachment.two_faced"


def test_a_pdf_may_quote_a_web_page_and_hold_files_behind_where_a_kind_is_told(files):
    deep = b"%" + b"." * 1500 + b"<script> \x7fELF\n"

    check_pdf(files.pdf.replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + deep), "files[0]")
