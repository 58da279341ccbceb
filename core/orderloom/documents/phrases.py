"""Values as the text of one locale: what builders put into blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs

from orderloom.documents.labels import is_translated
from orderloom.values import REC20, Address, Contact, Money, Price, Unit


@attrs.frozen
class Phrases:
    """Writes days, figures and addresses for readers of one locale.

    Attributes:
        locale: such as "en", "es_MX".
    """

    locale: str

    def day(self, day: date) -> str:
        """A business day: "Jun 12, 2027"."""
        from babel.dates import format_date

        return format_date(day, "medium", locale=self.locale)

    def day_of(self, instant: datetime, timezone: str) -> str:
        """The business day of an instant in a zone (IANA name)."""
        return self.day(instant.astimezone(ZoneInfo(timezone)).date())

    def number(self, number: Decimal) -> str:
        """A number with all its decimals, grouped as the locale does: "1,200.5"."""
        return self._decimal(number, "#,##0.######")

    def signed(self, number: Decimal) -> str:
        """A difference: "+2", "−5", "0"."""
        text = self._decimal(number, "+#,##0.######;-#,##0.######") if number else "0"
        return text.replace("-", "\N{MINUS SIGN}")

    def quantity(self, quantity: Decimal, unit: str, own: Mapping[str, Unit]) -> str:
        """A quantity with its unit: "12.5 m".

        Args:
            quantity: in the unit.
            unit: its code.
            own: the tenant's own units by code.
        """
        known = own.get(unit) or REC20.get(unit)
        return f"{self.number(quantity)} {known.symbol if known else unit}"

    def amount(self, money: Money) -> str:
        """An amount at its currency's precision, without the currency: "1,234.50"."""
        decimals = -int(money.amount.as_tuple().exponent)
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        return self._decimal(money.amount, pattern).replace("-", "\N{MINUS SIGN}")

    def money(self, money: Money) -> str:
        """An amount with its currency's code: "1,234.50 EUR"."""
        return f"{self.amount(money)}\N{NO-BREAK SPACE}{money.currency}"

    def price(self, price: Price) -> str:
        """A unit price without its currency, with all its decimals: "0.004125", "12.50 / 100"."""
        from babel.numbers import get_currency_precision

        least = "0" * get_currency_precision(price.currency)
        text = self._decimal(price.amount, f"#,##0.{least}{'#' * (6 - len(least))}")
        return text if price.per == 1 else f"{text} / {self.number(price.per)}"

    def address(self, address: Address | None) -> tuple[str, ...]:
        """The printed lines of an address, the country by name; none of no address."""
        from babel import Locale

        if address is None:
            return ()
        country = Locale.parse(self.locale).territories.get(address.country, address.country)
        town = " ".join(filter(None, (address.postal_code, address.city, address.region)))
        return tuple(line for line in (*address.lines, town, country) if line)

    def contact(self, contact: Contact | None) -> tuple[str, ...]:
        """Name, e-mail address and phone of a contact, each once."""
        if contact is None:
            return ()
        parts = (contact.name, contact.email, contact.phone)
        return tuple(dict.fromkeys(part for part in parts if part))

    def _decimal(self, number: Decimal, pattern: str) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, format=pattern, locale=self.locale)


def phrases_for(language: str) -> Phrases:
    """How values are written for readers of a language tag ("es-MX"); English if we have no other.

    The renderers' words and the values have to agree, so the locale is the tag's own only if
    documents appear in its language.
    """
    from babel import Locale, UnknownLocaleError

    if not is_translated(language):
        return Phrases("en")
    try:
        return Phrases(str(Locale.parse(language, sep="-")))
    except (ValueError, UnknownLocaleError):
        return Phrases(language.replace("_", "-").partition("-")[0].lower())
