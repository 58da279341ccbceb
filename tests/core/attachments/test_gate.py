from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from orderloom import JPEG, PDF, PNG, Refused, Upload
from orderloom.attachments import Caps, read_upload

ID = UUID("01980000-0000-7000-8000-000000000001")
CAPS = Caps(megabytes=20, megapixels=50)


def read(name, content, media=(JPEG, PNG, PDF), caps=CAPS):
    return read_upload(Upload("image", name, content), ID, media, caps, "files[0]")


def refused(name, content, **more):
    with pytest.raises(Refused) as caught:
        read(name, content, **more)
    (problem,) = caught.value.problems
    assert problem.field == "files[0]"
    return problem


@pytest.mark.parametrize(
    ("name", "kind", "media"),
    [("van.JPG", "jpeg", JPEG), ("a.b.png", "png", PNG), ("bill.pdf", "pdf", PDF)],
)
def test_a_file_is_what_its_content_is(files, name, kind, media):
    taken = read(name, getattr(files, kind))

    assert (taken.id, taken.kind, taken.name, taken.media) == (ID, "image", name, media)


def test_a_pdf_is_kept_byte_for_byte(files):
    assert read("bill.pdf", files.pdf).content == files.pdf


def test_a_large_file_is_refused_before_anything_looks_into_it(monkeypatch):
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("it was opened"))
    content = b"\xff\xd8\xff" + bytes(100_000_000)

    problem = refused("van.jpg", content)

    assert problem.code == "attachment.too_big"
    assert "100,000,003 bytes" in problem.message
    assert "20 megabytes" in problem.message


def test_an_empty_file_is_refused():
    assert refused("van.jpg", b"").code == "attachment.empty"


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg/>',
        b"GIF89a\x01\x00\x01\x00",
        b"PK\x03\x04 a spreadsheet",
        b"MZ\x90\x00",
        b" %PDF-1.7 not at the first byte",
        b"\x00",
    ],
)
@pytest.mark.parametrize("name", ["van.jpg", "drawing.svg", "bill.pdf"])
def test_anything_else_is_refused_whatever_it_is_called(name, content):
    assert refused(name, content).code == "attachment.media"


def test_what_is_not_welcome_is_told_with_what_is(files):
    problem = refused("bill.pdf", files.pdf, media=(JPEG, PNG))

    assert problem.code == "attachment.media"
    assert problem.message == "The file is a PDF. To attach it, save it as JPEG or PNG."


@pytest.mark.parametrize("name", ["van.png", "van.jpg.exe", "van.svg", "van.html", "van.jpg .com"])
def test_an_extension_that_lies_is_refused(files, name):
    assert refused(name, files.jpeg).code == "attachment.extension"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.jpg", "-..-etc-passwd.jpg"),
        ("../../etc/passwd", "-..-etc-passwd.jpg"),
        ("C:\\van.jpg", "C--van.jpg"),
        ("a\0b.jpg", "a-b.jpg"),
        ("gpj.\u202enav.jpg", "gpj.-nav.jpg"),
        ("Bill No.7", "Bill No.7.jpg"),
        ("..", "document.jpg"),
        ("", "document.jpg"),
        ("\ud800.jpg", "-.jpg"),
    ],
)
def test_a_name_is_shown_and_never_a_path(files, given, shown):
    assert read(given, files.jpeg).name == shown


def test_an_endless_name_is_cut(files):
    marks = "\u0301\u0316" * 200_000  # to put them in order takes the square of their number

    taken = read(marks + ".jpg", files.jpeg)

    assert len(taken.name) == 120
    assert taken.name.endswith(".jpg")


@pytest.mark.parametrize(
    "given", [(1, "a.jpg", b""), ("image", None, b""), ("image", "a.jpg", "text")]
)
def test_what_is_no_upload_at_all_is_refused(given):
    with pytest.raises(Refused) as caught:
        Upload(*given)

    assert caught.value.problems[0].code == "input.unfit"


@given(data=st.data())
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damaged_files_are_taken_or_refused_and_nothing_else(files, data):
    whole = data.draw(st.sampled_from([files.jpeg, files.png, files.pdf]))
    content = bytearray(whole)
    for place in data.draw(st.lists(st.integers(3, len(whole) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(whole)))

    with suppress(Refused):
        read(data.draw(st.text()), bytes(content[:end]) + data.draw(st.binary(max_size=30)))
