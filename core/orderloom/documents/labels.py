"""The few words the renderers write themselves, by language."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Labels:
    """The renderer's own words in one language.

    Attributes:
        page: with `{page}` and `{pages}`.
        continued: added to a group's title when it goes on over the page.
    """

    page: str
    revision: str
    continued: str
    terms: str


_LABELS = {
    "en": Labels(
        page="Page {page} of {pages}",
        revision="Revision",
        continued="continued",
        terms="Terms",
    ),
    "es": Labels(
        page="Página {page} de {pages}",
        revision="Revisión",
        continued="continuación",
        terms="Condiciones",
    ),
}


def is_translated(language: str) -> bool:
    """Whether documents and mails to readers of a language tag appear in that language."""
    return _primary(language) in _LABELS


def labels_for(language: str) -> Labels:
    """The words for a language tag ("es", "es-MX"); English if we have no others."""
    return _LABELS.get(_primary(language), _LABELS["en"])


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
