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
        Refused: [language.malformed].
    """
    found = _LANGUAGE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _refusal(
            "language.malformed",
            "“{given}” is not a language. To name one, give its tag, such as en or de-AT.",
            value, field,
        )  # fmt: skip
    language, script, country = found.groups(default="")
    return "-".join(part for part in (language.lower(), script.title(), country.upper()) if part)


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
