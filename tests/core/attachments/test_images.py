import warnings
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from orderloom import JPEG, PNG, Refused, Upload
from orderloom.attachments import Caps, read_upload

SECRET = b"Gate 3, Exampleton"


def read(name, content, megapixels=50):
    caps = Caps(megabytes=20, megapixels=megapixels)
    upload = Upload("image", name, content)
    return read_upload(upload, UUID(int=7), (JPEG, PNG), caps, "files[0]").content


def code_of(name, content, **more):
    with pytest.raises(Refused) as caught:
        read(name, content, **more)
    return caught.value.problems[0].code


def opened(content):
    return Image.open(BytesIO(content))


def exif(**tags):
    made = Image.Exif()
    made[0x010E] = SECRET.decode()  # what the picture shows
    if "orientation" in tags:
        made[0x0112] = tags["orientation"]
    return made


def test_a_jpeg_loses_what_it_says_about_itself(files):
    original = files.drawn("JPEG", exif=exif(), comment=SECRET, icc_profile=SECRET)

    kept = read("van.jpg", original)

    assert SECRET in original
    assert SECRET not in kept
    assert opened(kept).size == (4, 3)
    assert not opened(kept).getexif()


def test_a_png_loses_what_it_says_about_itself(files):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    original = files.drawn("PNG", pnginfo=texts, exif=exif())

    kept = read("plan.png", original)

    assert original.count(SECRET) == 2
    assert SECRET not in kept


def test_a_picture_is_turned_before_its_metadata_is_dropped(files):
    lying = files.drawn("JPEG", size=(40, 10), exif=exif(orientation=6))

    assert opened(read("van.jpg", lying)).size == (10, 40)


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_what_hangs_behind_a_picture_is_gone(files, format):
    tail = b"PK\x05\x06" + bytes(18) + b"<script>alert(1)</script>"
    name = "van.jpg" if format == "JPEG" else "van.png"

    kept = read(name, files.drawn(format) + tail)

    assert b"<script>" not in kept
    assert b"PK\x05\x06" not in kept


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_every_mode_is_kept(files, mode):
    original = files.drawn("PNG", mode=mode)

    assert opened(read("a.png", original)).convert("RGBA").getpixel((0, 0)) == opened(
        original
    ).convert("RGBA").getpixel((0, 0))


@pytest.mark.parametrize(("mode", "none"), [("RGB", (1, 0, 0)), ("L", 1), ("P", 1)])
def test_a_colour_that_stands_for_none_stays_so(files, mode, none):
    original = files.drawn("PNG", mode=mode, transparency=none)

    assert opened(read("a.png", original)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_picture_for_the_press_becomes_one_for_screens(files):
    assert opened(read("a.jpg", files.drawn("JPEG", mode="CMYK"))).mode == "RGB"


def test_a_pixel_bomb_is_refused_before_it_is_decoded(files, monkeypatch):
    bomb = files.bomb()
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda _: pytest.fail("it was decoded"))

    assert len(bomb) < 600_000
    assert code_of("a.png", bomb) == "attachment.too_many_pixels"


def test_a_pixel_bomb_is_refused_where_warnings_are_none(files):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert code_of("a.png", files.bomb(10_000)) == "attachment.too_many_pixels"


def test_one_pixel_more_than_allowed_is_too_many(files):
    allowed = files.drawn("PNG", size=(1000, 1000), mode="1")
    one_row_more = files.drawn("PNG", size=(1000, 1001), mode="1")

    assert opened(read("a.png", allowed, megapixels=1)).size == (1000, 1000)
    assert code_of("a.png", one_row_more, megapixels=1) == "attachment.too_many_pixels"


def test_a_truncated_jpeg_is_refused(files):
    whole = files.drawn("JPEG", size=(400, 300))

    assert code_of("van.jpg", whole[: len(whole) // 2]) == "attachment.unreadable"


def test_a_bomb_in_a_text_chunk_is_refused_or_dropped(files):
    import zlib

    text = files.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000), 1))
    png = files.png
    hostile = png[:33] + text + png[33:]  # behind the header

    assert code_of("a.png", hostile) == "attachment.unreadable"


@pytest.mark.parametrize("cut", [3, 8, 20, 30, 45])
def test_the_beginning_of_a_png_is_no_png(files, cut):
    assert code_of("a.png", files.png[:cut]) in ("attachment.unreadable", "attachment.media")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # as in production, where nothing stops at it
def test_metadata_that_cannot_be_read_do_not_matter(files):
    broken = files.drawn("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(40))

    assert opened(read("van.jpg", broken)).size == (4, 3)


def test_of_several_pictures_in_one_file_the_first_is_kept(files):
    file = BytesIO()
    second = Image.new("RGB", (9, 9))
    Image.new("RGB", (4, 3)).save(file, "MPO", save_all=True, append_images=[second])

    kept = opened(read("van.jpg", file.getvalue()))

    assert opened(file.getvalue()).n_frames == 2
    assert (kept.format, kept.size) == ("JPEG", (4, 3))
    assert getattr(kept, "n_frames", 1) == 1
