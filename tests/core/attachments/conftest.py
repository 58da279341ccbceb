"""Files from outside, good and bad, and a toy whose orders take some."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from PIL import Image

from orderloom import JPEG, PNG, Action, Attaches, FolderFiles

# As small as one gets; its end mark is its last line.
PDF_FILE = (
    b"%PDF-1.4\n"
    b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
    b"startxref\n0\n%%EOF\n"
)


def drawn(format: str, size: tuple[int, int] = (4, 3), mode: str = "RGB", **saving: Any) -> bytes:
    file = BytesIO()
    image = Image.new(mode, size, 1)
    if mode == "P":
        image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(file, format, **saving)
    return file.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pixel_bomb(side: int = 30_000) -> bytes:
    """A black square of 900 million pixels in some 100 kilobytes."""
    row = bytes(1 + side // 8 + 1)
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


@pytest.fixture
def files() -> SimpleNamespace:
    """What may be attached, and how to make more of it."""
    return SimpleNamespace(
        jpeg=drawn("JPEG"), png=drawn("PNG"), pdf=PDF_FILE, drawn=drawn, chunk=png_chunk,
        bomb=pixel_bomb,
    )  # fmt: skip


@attrs.frozen(kw_only=True)
class Handing:
    """Options of `hand_over`."""

    note: str = ""


def with_files(lifecycle: Any) -> Any:
    if lifecycle.name != "toy.order":
        return None
    hand_over = Action(
        "hand_over",
        source="sent",
        target="sent",
        options=Handing,
        attaches=(
            Attaches("image", most=3, media=(JPEG, PNG), title="Images"),
            Attaches("invoice"),
        ),
    )
    weigh = Action(
        "weigh", source="sent", target="sent", attaches=Attaches("image", title="Images")
    )
    return lifecycle.with_action(hand_over).with_action(weigh)


@pytest.fixture
def make_filed(make_toy: Any, make_module: Any, tmp_path: Any) -> Callable[..., Any]:
    """A toy whose orders take files, with further modules; they lie in a folder of the test's."""

    def build(*others: Any) -> Any:
        toy = make_toy(make_module("filed", extend_lifecycle=with_files), *others)
        toy.loom.files = FolderFiles(tmp_path / "files")
        return toy

    return build


@pytest.fixture
def filed(make_filed: Callable[..., Any]) -> Any:
    """Such a toy."""
    return make_filed()


@pytest.fixture
def sent(filed: Any) -> Any:
    """An order of that toy that was sent."""
    return filed.perform(filed.place(), "send")


@pytest.fixture
def lying(filed: Any) -> Any:
    """The keys of all files that lie in the folder."""

    def find() -> list[str]:
        root = filed.loom.files.path
        return sorted(str(one.relative_to(root)) for one in root.rglob("*") if one.is_file())

    return find
