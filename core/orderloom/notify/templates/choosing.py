"""Which template a reader gets: the tenant's own, the module's translation, the English one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import attrs

from orderloom.modules.contributions import Notification, Template
from orderloom.modules.contributions.templates import template_of
from orderloom.notify.templates.catalogues import SOURCE, catalogue, catalogues

OwnTemplates = Mapping[tuple[str, str], Template]
"""A tenant's own templates by notification and language."""


@attrs.frozen(kw_only=True)
class Chosen:
    """A template and where it comes from.

    Attributes:
        language: tag of the language it is written in.
        own: the tenant wrote it.
    """

    template: Template
    language: str
    own: bool = False

    def locale_for(self, reader: str) -> str:
        """The tag numbers and dates are written by: the reader's, if it is of this language."""
        return reader if _base(reader) == _base(self.language) else self.language


def choose(
    notification: Notification, languages: tuple[str, ...], own: OwnTemplates, package: str
) -> Chosen:
    """The template for a reader.

    Args:
        notification: whose.
        languages: as `languages_of`; in each of them the tenant's own comes first.
        own: the tenant's own templates.
        package: where the module keeps its catalogues.

    Raises:
        Refused: a translation does not pass `template_of`.
    """
    for language in languages:
        if (mine := own.get((notification.key, language))) is not None:
            return Chosen(template=mine, language=language, own=True)
        known = shipped(notification.template, notification.names, package, language)
        if known is not None:
            return Chosen(template=known, language=language)
    return Chosen(template=notification.template, language=SOURCE)


def languages_of(*tags: str) -> tuple[str, ...]:
    """What to look for, in order: each tag, each before its language alone, English last."""
    return tuple(dict.fromkeys(_widening(tags)))


def _widening(tags: tuple[str, ...]) -> Iterator[str]:
    for tag in tags:
        while tag:
            yield tag
            tag = tag.rpartition("-")[0]
    yield SOURCE


@lru_cache(maxsize=1024)
def shipped(
    template: Template, names: tuple[str, ...], package: str, language: str
) -> Template | None:
    """A module's template in a language; None unless all of it is translated.

    Raises:
        Refused: the translation does not pass `template_of`.
    """
    if language == SOURCE:
        return template
    known = catalogue(package, language)
    parts = {name: text for name, text in attrs.asdict(template).items() if text}
    if not all(text in known for text in parts.values()):
        return None
    translated = Template(**{name: known[text] for name, text in parts.items()})
    return template_of(translated, names, f"{package}.{language}")


def shipped_languages(notification: Notification, package: str) -> tuple[str, ...]:
    """The languages a module brings for a notification, English first."""
    tags = (tag for tag in catalogues(package) if tag != SOURCE)
    known = (
        tag for tag in tags if shipped(notification.template, notification.names, package, tag)
    )
    return (SOURCE, *known)


def _base(tag: str) -> str:
    return tag.partition("-")[0].lower()
