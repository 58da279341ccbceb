"""Specifications at the command line: `--spec LABEL:TEXT`, as often as there are pairs."""

from __future__ import annotations

from collections.abc import Iterable

import click

from orderloom_procurement.specification import pairs_of

_WRITTEN = "LABEL:TEXT"

SPEC = click.option("--spec", "specs", multiple=True, metavar=_WRITTEN, help="Repeat for more.")


def specs_given(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The pairs that were given.

    Raises:
        Refused: [text.not_a_pair], each that is none.
    """
    return pairs_of(texts, "spec", example=_WRITTEN)
