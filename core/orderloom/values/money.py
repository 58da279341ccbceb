"""Money and prices: exact decimals, rounded once, never a cent lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache, total_ordering

import attrs

from orderloom.errors import Figure, Problem, Refused
from orderloom.values.decimals import (
    EXACT,
    decimal_of,
    from_scaled,
    plain,
    positive,
    to_scaled,
)
from orderloom.values.gather import Gather
from orderloom.values.wording import nearest, shown

# Commercial rounding: ties go away from zero, as people do on paper and as invoices are checked.
# Python's default (ties to even) makes 0.125 EUR into 0.12 and 0.135 EUR into 0.14.
_COMMERCIAL = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_LIMIT = Decimal("1E+12")
_ONE = Decimal(1)
_DIGITS = 12
_PLACES = 6
_SCALE = 10**_PLACES
# Most money is made of parts that were checked: it is put together without checking them again.
_new, _set = object.__new__, object.__setattr__
_NO_CURRENCY = {"XXX", "XTS"}  # ISO 4217's "no currency" and "for testing"


def currency_of(code: object, field: str) -> str:
    """Read a currency as its ISO 4217 code; lower case is accepted.

    Raises:
        Refused: [currency.unknown] with the nearest codes.
    """
    known = _currencies()
    upper = code.upper() if isinstance(code, str) else ""
    if upper in known:
        return upper
    template = (
        "“{given}” is not a currency. To name one, give its ISO 4217 code, such as {nearest}."
    )
    params = {"given": shown(code), "nearest": nearest(upper, known, otherwise="EUR")}
    raise Refused([Problem("currency.unknown", template, field, params=params)])


@cache
def precision(currency: str) -> int:
    """Say how many decimals amounts of a currency have: EUR 2, JPY 0, KWD 3.

    Raises:
        Refused: [currency.unknown].
    """
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency_of(currency, "currency"))


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies()) - _NO_CURRENCY


def _currency(code: str) -> str:
    return currency_of(code, "currency")


@total_ordering
@attrs.frozen
class Money:
    """An amount in a currency, always at the currency's precision.

    Rounded on construction, half away from zero (commercial rounding: what a person checking the
    paper does). Amounts of different currencies are never equal and never mix.

    Attributes:
        amount: at the currency's decimals (EUR 12.50, JPY 13), below 10^12, negative allowed.
        currency: upper-case ISO 4217 code.

    Raises:
        Refused: [currency.unknown], [decimal.not_finite], [decimal.too_long],
            [money.currencies_differ].
    """

    amount: Decimal
    currency: str = attrs.field(converter=_currency)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "amount", _rounded(self.amount, self.currency))

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in a currency."""
        return _nothing(currency)

    @classmethod
    def of(cls, value: object, currency: object, field: str) -> Money:
        """Read an amount and its currency through the gates, then round it.

        Raises:
            Refused: [decimal.*] at `field`, [currency.unknown] at `field`.currency; both at once.
        """
        gather = Gather()
        amount = gather.take(decimal_of, value, field)
        code = gather.take(currency_of, currency, f"{field}.currency")
        if amount is None or code is None:
            raise Refused(gather.problems)
        return cls(amount, code)

    @classmethod
    def of_scaled(cls, millionths: int, currency: str) -> Money:
        """An amount of money as the databases store it."""
        return _of_units(millionths // 10 ** (_PLACES - precision(currency)), currency)

    @classmethod
    def sum(cls, items: Iterable[Money], currency: str) -> Money:
        """Add amounts up; zero of the currency if there are none."""
        nothing = _nothing(currency)
        amount = nothing.amount
        for item in items:
            if item.currency != nothing.currency:
                nothing._same(item)  # refuses it
            amount = EXACT.add(amount, item.amount)
        return _at_precision(amount, nothing.currency) if amount else nothing

    def percent(self, rate: Decimal) -> Money:
        """Take a percentage, rounded once: 20 percent of 12.50 EUR is 2.50 EUR.

        Args:
            rate: 20 means 20 %; negative for a discount, at most 6 decimals.

        Raises:
            Refused: [decimal.too_long] the rate or the result is too large.
        """
        product = self._units * to_scaled(rate)
        return _of_units(_half_up(product, 100 * _SCALE), self.currency)

    def allocate(self, weights: Sequence[Decimal]) -> tuple[Money, ...]:
        """Split in proportion to weights so that the parts add up to the whole again.

        Each part is rounded toward zero; the cents left over go to the largest remainders, on a
        tie to the earlier part. If all weights are zero, the parts are equal.

        Args:
            weights: one per part, each >= 0.

        Raises:
            Refused: [money.nothing_to_allocate] no weights; [decimal.too_small] a negative one.
        """
        shares = _shares(weights)
        whole, units = sum(shares), abs(self._units)
        parts = [units * share // whole for share in shares]
        first = sorted(range(len(shares)), key=lambda part: -(units * shares[part] % whole))
        for part in first[: units - sum(parts)]:
            parts[part] += 1
        return tuple(_of_units(part if self.amount > 0 else -part, self.currency) for part in parts)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return _at_precision(EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return _at_precision(EXACT.subtract(self.amount, other.amount), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return Figure(f"{self.amount} {self.currency}")

    @property
    def _units(self) -> int:
        """The amount in the currency's smallest units (cents)."""
        return int(self.amount.scaleb(precision(self.currency), EXACT))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise _problem(
                "money.currencies_differ",
                "{left} and {right} are amounts in different currencies. To add or compare them, "
                "convert one of them first.",
                left=self, right=other,
            )  # fmt: skip


def _price_amount(value: Decimal) -> Decimal:
    return decimal_of(value, "amount", minimum=0)


def _price_quantity(value: Decimal) -> Decimal:
    return positive(value, "per")


@attrs.frozen
class Price:
    """A unit price, exact, perhaps for a price quantity ("12.50 EUR per 100").

    Not Money: a screw may cost 0.004125 EUR. Only `times` a quantity makes money of it, rounded
    once.

    Attributes:
        amount: >= 0, at most 6 decimals.
        currency: upper-case ISO 4217 code.
        per: how many units the amount buys, > 0, in the unit of the line it stands on.

    Raises:
        Refused: [decimal.*], [currency.unknown].
    """

    amount: Decimal = attrs.field(converter=_price_amount)
    currency: str = attrs.field(converter=_currency)
    per: Decimal = attrs.field(default=_ONE, converter=_price_quantity)

    @classmethod
    def of(cls, value: object, currency: object, field: str, *, per: object = 1) -> Price:
        """Read a price through the gates.

        Raises:
            Refused: [decimal.*] at `field` and `field`.per, [currency.unknown] at
                `field`.currency; all at once.
        """
        if per == 1 and isinstance(currency, str) and currency in _currencies():  # as most are
            return _gated(decimal_of(value, field, minimum=0), currency, _ONE)
        gather = Gather()
        amount = gather.take(decimal_of, value, field, minimum=0)
        code = gather.take(currency_of, currency, f"{field}.currency")
        quantity = gather.take(positive, per, f"{field}.per")
        if amount is None or code is None or quantity is None:
            raise Refused(gather.problems)
        return _gated(amount, code, quantity)

    @classmethod
    def of_scaled(cls, millionths: int, currency: str, per: int) -> Price:
        """A price as the databases store it."""
        return _gated(from_scaled(millionths), currency, from_scaled(per))

    def times(self, quantity: Decimal) -> Money:
        """Price a quantity: amount x quantity / per, rounded once at the currency's precision.

        Raises:
            Refused: [decimal.too_long] the quantity or the product is too large.
        """
        amount = int(self.amount.scaleb(_PLACES, EXACT))  # the gate has let it through
        product = amount * to_scaled(quantity) * 10 ** precision(self.currency)
        per = _SCALE if self.per is _ONE else to_scaled(self.per)
        return _of_units(_half_up(product, per * _SCALE), self.currency)

    def __str__(self) -> str:
        text = f"{plain(self.amount)} {self.currency}"
        return Figure(text if self.per == 1 else f"{text} per {plain(self.per)}")


@cache
def _nothing(currency: str) -> Money:
    return Money(Decimal(0), currency)


def _rounded(amount: Decimal, currency: str) -> Decimal:
    places = precision(currency)
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount.adjusted() >= 12:
        amount = decimal_of(amount, "amount")
    rounded = amount.quantize(Decimal((0, (1,), -places)), context=_COMMERCIAL)
    if rounded.copy_abs() >= _LIMIT:
        decimal_of(rounded, "amount")
    return rounded if rounded else rounded.copy_abs()


def _half_up(product: int, divisor: int) -> int:
    """Divide and round commercially, in whole numbers: no digit is lost before the rounding."""
    quotient = (2 * abs(product) + divisor) // (2 * divisor)
    return quotient if product >= 0 else -quotient


def _of_units(units: int, currency: str) -> Money:
    """Money of a whole number of the currency's smallest units (cents)."""
    return _at_precision(Decimal(units).scaleb(-precision(currency), EXACT), currency)


def _at_precision(amount: Decimal, currency: str) -> Money:
    """Money of what has the currency's decimals already: there is nothing to round."""
    if amount.adjusted() >= _DIGITS:
        return Money(amount, currency)  # refuses it
    money = _new(Money)
    _set(money, "amount", amount)
    _set(money, "currency", currency)
    return money


def _gated(amount: Decimal, currency: str, per: Decimal) -> Price:
    """A price whose parts have passed their gates."""
    price = _new(Price)
    _set(price, "amount", amount)
    _set(price, "currency", currency)
    _set(price, "per", per)
    return price


def _shares(weights: Sequence[Decimal]) -> list[int]:
    """Weights as whole numbers of the same proportion, at least one of them above zero."""
    if not weights:
        raise _problem(
            "money.nothing_to_allocate",
            "There is nothing to spread the amount over. To allocate it, give at least one weight.",
        )
    with Gather() as gather:
        gated = [
            gather.take(decimal_of, weight, f"weights[{index}]", minimum=0)
            for index, weight in enumerate(weights)
        ]
    shares = [to_scaled(weight) for weight in gated if weight is not None]
    return shares if any(shares) else [1] * len(shares)


def _problem(code: str, template: str, **params: object) -> Refused:
    return Refused([Problem(code, template, params=params)])
