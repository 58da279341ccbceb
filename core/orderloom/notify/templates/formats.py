"""Values as a reader's language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from orderloom.notify.templates.catalogues import CORE_LOCALE, translate
from orderloom.notify.templates.choosing import languages_of
from orderloom.orders.hidden import HIDDEN
from orderloom.values import REC20, Money, Price, Quantity, Unit


def formatted(
    value: object, language: str, timezone: str, units: Mapping[str, Unit] = REC20
) -> str:
    """A value as text.

    Args:
        value: texts stay as they are; instants are shown in the time zone.
        language: tag.
        timezone: IANA name.
        units: whose symbols quantities are shown with, by code.

    Raises:
        TypeError: it is none of the kinds a placeholder may have.
    """
    if isinstance(value, str):
        return value
    if value is HIDDEN:
        return translate(CORE_LOCALE, str(HIDDEN), languages_of(language))
    locale = _locale(language)
    if isinstance(value, Quantity):
        unit = units.get(value.unit)
        symbol = translate(CORE_LOCALE, unit.symbol, languages_of(language)) if unit else value.unit
        return f"{_number(value.value, locale)} {symbol}"
    if isinstance(value, Money | Price):
        return _priced(value, locale)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _number(Decimal(value), locale)
    if isinstance(value, date):  # an instant is one too
        return _date(value, timezone, locale)
    raise TypeError(f"{type(value).__name__} is nothing a placeholder may stand for")


@lru_cache(maxsize=1024)  # one event is told to several
def _priced(value: Money | Price, locale: Any) -> str:
    from babel.numbers import format_currency

    # Both are exact already: rounding them here would be a second opinion.
    text = format_currency(value.amount, value.currency, locale=locale, decimal_quantization=False)
    if isinstance(value, Price) and value.per != 1:
        return f"{text} / {_number(value.per, locale)}"
    return str(text)


def _number(value: Decimal, locale: Any) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=locale, decimal_quantization=False))


def _date(value: date, timezone: str, locale: Any) -> str:
    from babel.dates import format_date, format_datetime

    if isinstance(value, datetime):
        return format_datetime(value, "medium", tzinfo=ZoneInfo(timezone), locale=locale)
    return format_date(value, "long", locale=locale)


@lru_cache(maxsize=256)
def _locale(language: str) -> Any:
    """The locale of a tag, English if Babel knows none."""
    from babel import Locale, UnknownLocaleError

    tag = language
    while tag:
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError):
            tag = tag.rpartition("-")[0]
    return Locale("en")
