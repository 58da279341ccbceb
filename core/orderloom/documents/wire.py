"""Blocks and documents as JSON: tagged, exact both ways, needing no code of the issuing module."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from orderloom.documents.blocks import (
    AddressBlocks,
    Block,
    Facts,
    Heading,
    LineTable,
    Paragraph,
    Signatures,
    Totals,
)
from orderloom.errors import Problem, Refused

if TYPE_CHECKING:
    from cattrs import Converter

# The tags are part of stored documents: a class may be renamed, its tag may not.
TAGS = {
    "heading": Heading,
    "facts": Facts,
    "addresses": AddressBlocks,
    "paragraph": Paragraph,
    "lines": LineTable,
    "totals": Totals,
    "signatures": Signatures,
}
_TAG = "block"


def blocks_to_json(blocks: tuple[Block, ...]) -> str:
    """The canonical JSON text of some blocks."""
    return dumps(blocks, tuple[Block, ...])


def blocks_from_json(text: str) -> tuple[Block, ...]:
    """Read back what `blocks_to_json` wrote.

    Raises:
        Refused: [document.json] not JSON, or a block or field this version does not know.
    """
    blocks: tuple[Block, ...] = loads(text, tuple[Block, ...])
    return blocks


def dumps(value: Any, kind: Any) -> str:
    """A value of this kind as canonical JSON text."""
    data = _converter().unstructure(value, unstructure_as=kind)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def loads(text: str, kind: Any) -> Any:
    """The value in a JSON text.

    Raises:
        Refused: [document.json] it does not hold such a value; says where.
    """
    from cattrs import BaseValidationError, transform_error

    try:
        return _converter().structure(json.loads(text), kind)
    except BaseValidationError as error:
        reason = "; ".join(transform_error(error, path="document", format_exception=_reason))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        reason = _reason(error, None)
    raise Refused(
        [
            Problem(
                "document.json",
                "This is no document that this version can read ({reason}). To read it, use the "
                "version of orderloom that wrote it, or a newer one.",
                params={"reason": reason},
            )
        ]
    )


def _reason(error: BaseException, _: type | None) -> str:
    from cattrs import ForbiddenExtraKeysError

    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown field {', '.join(sorted(map(str, error.extra_fields)))}"
    if isinstance(error, KeyError):
        return f"missing field or unknown block {error.args[0]!r}"
    return str(error.args[0]) if error.args else type(error).__name__


@cache
def _converter() -> Converter:
    from cattrs.preconf.json import make_converter
    from cattrs.strategies import configure_tagged_union

    converter = make_converter(forbid_extra_keys=True)
    names = {kind: tag for tag, kind in TAGS.items()}
    configure_tagged_union(Block, converter, tag_name=_TAG, tag_generator=lambda kind: names[kind])
    return converter
