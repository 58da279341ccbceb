"""Images from outside: their size is looked at before they are decoded, then they are made anew."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from orderloom.errors import Problem, Refused

if TYPE_CHECKING:
    from PIL.Image import Image

_MILLION: Final = 1_000_000
_QUALITY: Final = 90  # of a JPEG: nobody sees the difference, and copies of copies are rare here
#: The modes either format can hold; an image in any other is converted.
_MODES: Final = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")}


def made_anew(content: bytes, format: str, megapixels: int, field: str) -> bytes:
    """The same picture as a new file: no metadata, no profile, nothing behind its end.

    It is turned as its metadata says before they are dropped. Of several pictures in one file the
    first is kept.

    Args:
        content: of the file.
        format: "JPEG" or "PNG"; nothing else is tried.
        megapixels: most millions of pixels.
        field: path of the input, for messages.

    Raises:
        Refused: [attachment.too_many_pixels] by what it says of itself, before anything is
            decoded; [attachment.unreadable] it is cut off, or no such image.
    """
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=(format,)) as image:
            if image.width * image.height > megapixels * _MILLION:
                raise _too_many(megapixels, field)
            image.load()
            return _saved(_upright(image), format)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many(megapixels, field) from None
    except Exception:  # what a decoder meets in hostile bytes has many names
        text = "The file is no whole {format} image. To attach it, save the picture again."
        problem = Problem("attachment.unreadable", text, field, params={"format": format})
        raise Refused([problem]) from None


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # metadata nobody can read say nothing about which side is up
        return image


def _saved(image: Image, format: str) -> bytes:
    if "transparency" in image.info:  # one colour of it stands for none
        image = image.convert("RGBA")
    elif image.mode not in _MODES[format]:
        image = image.convert("RGB")
    image.info = {}  # profiles, comments and text chunks would be written again
    options: dict[str, Any] = {"quality": _QUALITY} if format == "JPEG" else {}
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def _too_many(megapixels: int, field: str) -> Refused:
    text = "The image has too many pixels. To attach it, scale it to {most} million or fewer."
    params = {"most": megapixels}
    return Refused([Problem("attachment.too_many_pixels", text, field, params=params)])
