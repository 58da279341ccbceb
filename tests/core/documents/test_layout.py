from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from orderloom.documents import Layout, layout_of
from orderloom.documents.fonts import DEFAULT_FONTS, Face, face_bytes
from orderloom.errors import Refused

Png = Callable[..., bytes]


@pytest.fixture
def own_font(tmp_path: Path) -> Path:
    path = tmp_path / "own.ttf"
    path.write_bytes(face_bytes(Face("Noto Sans", "NotoSans_Regular")))
    return path


def problems_of(**raw: object) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        layout_of(raw)
    return {problem.field: problem.message for problem in refused.value.problems}


def test_an_empty_mapping_gives_the_standard_layout() -> None:
    assert layout_of({}) == Layout()


def test_every_setting_reaches_the_layout() -> None:
    layout = layout_of(
        {
            "name": "letter",
            "paper": "Letter",
            "footer": "foot",
            "terms": "terms",
            "fonts": ["FiraGO"],
            "accent": "#00ff7F",
            "sender": ["Example Ltd", "1 Dock Road"],
        }
    )

    assert layout == Layout(
        name="letter",
        paper="Letter",
        footer="foot",
        terms="terms",
        fonts=("FiraGO",),
        accent="#00ff7F",
        sender=("Example Ltd", "1 Dock Road"),
    )


def test_all_problems_are_reported_at_once() -> None:
    problems = problems_of(
        paper="A3",
        accent="red",
        footer=5,
        sender="Example Ltd",
        fonts=["Noto Sanz"],
        logo=b"no image",
        colour="x",
        font_files=[{"family": "Own"}],
    )

    assert set(problems) == {
        "paper",
        "accent",
        "footer",
        "sender",
        "fonts[0]",
        "logo",
        "colour",
        "font_files[0]",
    }
    assert problems["fonts[0]"] == "There is no font family Noto Sanz. To go on, write Noto Sans."


def test_a_misspelt_setting_names_the_right_one() -> None:
    message = problems_of(foter="x")["foter"]

    assert message == "There is no layout setting foter. To go on, write footer."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("footer", "x" * 301),
        ("footer", "1\n2\n3\n4\n5"),
        ("terms", "x" * 20_001),
        ("sender", ["x"] * 9),
        ("sender", ["x" * 201]),
        ("sender", [None]),
        ("fonts", []),
        ("paper", ["A4"]),
        ("logo", 5),
        ("logo", "not base64!"),
        ("font_files", "own.ttf"),
    ],
)
def test_what_would_not_fit_is_refused(field: str, value: object) -> None:
    assert set(problems_of(**{field: value})) == {field}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_colour_mode_is_a_logo(png: Png, mode: str) -> None:
    layout = layout_of({"logo": png(mode=mode)})

    assert layout.logo_mime == "image/png"


def test_a_logo_may_come_as_base64_text(png: Png) -> None:
    data = png()

    assert layout_of({"logo": base64.b64encode(data).decode()}).logo == data


def test_a_logo_cut_short_is_refused(png: Png) -> None:
    assert problems_of(logo=png(300, 300)[:-30])["logo"] == (
        "To print a logo, give a whole PNG or JPEG image."
    )


def test_an_image_of_another_kind_is_no_logo() -> None:
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00"

    assert "logo" in problems_of(logo=gif)


@pytest.mark.parametrize("size", [(2001, 2000), (30_000, 30_000)])
def test_a_logo_of_too_many_pixels_is_refused_undecoded(png: Png, size: tuple[int, int]) -> None:
    # Only the header claims the size: decoding it would fail or fill the memory.
    data = bytearray(png())
    data[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")

    assert "at most 512 KiB and 4,000,000 pixels" in problems_of(logo=bytes(data))["logo"]


def test_a_logo_of_too_many_bytes_is_refused() -> None:
    assert "at most 512 KiB" in problems_of(logo=b"\x89PNG" + bytes(512 * 1024))["logo"]


def test_a_font_file_leads_the_chain_and_is_pinned_by_its_hash(own_font: Path) -> None:
    layout = layout_of({"font_files": [{"family": "Own", "path": str(own_font)}]})

    assert layout.fonts == ("Own", *DEFAULT_FONTS)
    assert len(layout.font_files[0].sha256) == 64


def test_a_font_family_name_can_be_taken_once(own_font: Path) -> None:
    own = {"family": "Own", "path": str(own_font)}
    packaged = {"family": "Noto Sans", "path": str(own_font)}

    assert set(problems_of(font_files=[own, own, packaged])) == {"font_files[1]", "font_files[2]"}


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x00\x00 garbage", b"wOFF" + bytes(99)])
def test_a_file_that_is_no_font_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "font.ttf"
    if content is not None:
        path.write_bytes(content)

    problems = problems_of(font_files=[{"family": "Own", "path": str(path)}])

    assert "one TrueType or OpenType font" in problems["font_files[0].path"]


def test_a_font_that_forbids_embedding_is_refused(own_font: Path) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(own_font)
    font["OS/2"].fsType = 2
    font.save(own_font)

    problems = problems_of(font_files=[{"family": "Own", "path": str(own_font)}])

    assert "whose licence allows embedding" in problems["font_files[0].path"]
