"""Catalogues of translations: `.po` files in a package, English being the source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

SOURCE: Final = "en"
CORE_LOCALE: Final = "orderloom.locale"
"""The core's own catalogues; a module names its folder in `Module.locale`."""


def translate(package: str, text: str, languages: tuple[str, ...]) -> str:
    """A text in the first of some languages that has it; as it is if none does.

    Args:
        package: import name of the folder of catalogues, "" for none.
        text: in English.
        languages: tags in order of preference; English ends the search.
    """
    for language in languages:
        if language == SOURCE:
            break
        if found := catalogue(package, language).get(text):
            return found
    return text


def catalogues(package: str) -> tuple[str, ...]:
    """The languages of the `.po` files in a package, "" for none.

    Raises:
        ModuleNotFoundError: there is no such package.
    """
    from importlib.resources import files

    if not package:
        return ()
    names = (one.name for one in files(package).iterdir())
    return tuple(sorted(name[:-3].replace("_", "-") for name in names if name.endswith(".po")))


@lru_cache(maxsize=256)
def catalogue(package: str, language: str) -> Mapping[str, str]:
    """The translations of a package into a language: English text -> translated text.

    What is marked as fuzzy is left out. Empty if there is no such file.

    Args:
        package: import name of the folder, "" for none.
        language: tag; "es-MX" is looked for in `es_MX.po`.

    Raises:
        ModuleNotFoundError: there is no such package.
        PoFileError: the file cannot be read.
    """
    from importlib.resources import files

    from babel.messages.pofile import read_po

    if not package:
        return MappingProxyType({})
    file = files(package) / f"{language.replace('-', '_')}.po"
    if not file.is_file():
        return MappingProxyType({})
    with file.open("rb") as source:
        read = read_po(source, abort_invalid=True)
    messages = ((one.id, one.string) for one in read if one.id and not one.fuzzy)
    return MappingProxyType({str(id): str(text) for id, text in messages if text})
