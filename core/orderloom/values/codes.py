"""The gates for e-mail addresses, countries and languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from orderloom.errors import Problem, Refused
from orderloom.values.wording import nearest, shown

# Deliberately narrower than RFC 5322: no quotes, commas, brackets, white space or line ends, so
# that an address can neither become two nor add a header. Dots stand between other characters.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LONGEST_EMAIL = 254
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?")
_NOT_LANGUAGES = {"und", "mul", "zxx"}  # undetermined, several, none
_NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # unions, pseudo-locales, unknown


def email_of(value: object, field: str) -> str:
    """Read one e-mail address, safe to put into a header.

    Raises:
        Refused: [email.malformed].
    """
    if isinstance(value, str) and len(value) <= _LONGEST_EMAIL and _EMAIL.fullmatch(value):
        return value
    raise _refusal(
        "email.malformed",
        "“{given}” is not an e-mail address. To give one, write it without spaces, such as "
        "orders@vendor.example.",
        value, field,
    )  # fmt: skip


def country_of(value: object, field: str) -> str:
    """Read a country as its ISO 3166-1 code of two letters; lower case is accepted.

    Raises:
        Refused: [country.unknown] with the nearest codes.
    """
    known = _countries()
    upper = value.upper() if isinstance(value, str) else ""
    if upper in known:
        return upper
    labels = [f"{code} ({name})" for code, name in known.items()]
    raise _refusal(
        "country.unknown",
        "“{given}” is not a country code. To name a country, give its ISO 3166 code of two "
        "letters, such as {nearest}.",
        value, field, nearest=nearest(upper, labels, otherwise="AT (Austria)"),
    )  # fmt: skip


def language_of(value: object, field: str) -> str:
    """Read a language tag: a language, perhaps a script and a country; answered as de-AT.

    Raises:
        Refused: [language.malformed] it is no tag, [language.unknown] it is the tag of nothing;
            with the nearest language.
    """
    found = _LANGUAGE.fullmatch(value) if isinstance(value, str) else None
    language, script, country = found.groups(default="") if found else ("", "", "")
    parts = (language.lower(), script.title(), country.upper())
    known = zip(parts, (*_languages(), _countries()), strict=True)
    if found and all(part in names for part, names in known if part):
        return "-".join(filter(None, parts))
    code = "language.unknown" if found else "language.malformed"
    raise _refusal(
        code, "“{given}” is not a language. To name one, give its tag, such as {nearest}.",
        value, field, nearest=_nearest_language(value if isinstance(value, str) else ""),
    )  # fmt: skip


def _nearest_language(given: str) -> str:
    """The tag of the language whose English name is most like what was given."""
    names = {name: code for code, name in _languages()[0].items()}
    close = nearest(re.split("[-_]", given)[0], names, most=1)
    return f"{names[close]} ({close})" if close else "en or de-AT"


@cache
def _languages() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The English names of the languages and of the scripts, by their codes."""
    from babel import Locale

    english = Locale("en")
    languages = {
        str(code): str(name)
        for code, name in english.languages.items()
        if str(code) not in _NOT_LANGUAGES
    }
    scripts = {str(code): str(name) for code, name in english.scripts.items()}
    return MappingProxyType(languages), MappingProxyType(scripts)


@cache
def _countries() -> Mapping[str, str]:
    """The English names of the countries, by their codes."""
    from babel import Locale

    territories = {str(code): str(name) for code, name in Locale("en").territories.items()}
    return MappingProxyType(
        {
            code: name
            for code, name in territories.items()
            if len(code) == 2 and code not in _NOT_COUNTRIES
        }
    )


def _refusal(code: str, template: str, value: object, field: str, **params: str) -> Refused:
    return Refused([Problem(code, template, field, params={"given": shown(value), **params})])
