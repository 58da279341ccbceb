"""The gate for a tenant's logo: a small PNG or JPEG, looked at before anything decodes it."""

from __future__ import annotations

from io import BytesIO

from orderloom.errors import Problem

MOST_BYTES = 512 * 1024
# A logo prints at most 56 mm wide: 2,000 pixels are 900 dpi there.
MOST_PIXELS = 4_000_000
_MIMES = {"PNG": "image/png", "JPEG": "image/jpeg"}


def check_logo(data: bytes, field: str) -> tuple[str, tuple[Problem, ...]]:
    """The logo's MIME type by its content, and what is wrong with it.

    Returns:
        ("image/png" or "image/jpeg", ()) or ("", problems with the codes
        "document.logo.too_big" and "document.logo.unreadable").
    """
    if len(data) > MOST_BYTES:
        return "", (_too_big(field),)
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=tuple(_MIMES)) as image:
            if image.width * image.height > MOST_PIXELS:
                return "", (_too_big(field),)
            image.load()
            return _MIMES[image.format or ""], ()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "", (_too_big(field),)
    except (OSError, SyntaxError, ValueError):
        return "", (
            Problem(
                "document.logo.unreadable",
                "To print a logo, give a whole PNG or JPEG image.",
                field,
            ),
        )


def _too_big(field: str) -> Problem:
    return Problem(
        "document.logo.too_big",
        "To print a logo, give an image of at most {kib} KiB and {pixels} pixels.",
        field,
        params={"kib": MOST_BYTES // 1024, "pixels": f"{MOST_PIXELS:,}"},
    )
