"""The one decimal gate: API, forms, CSV, command line and derived values all pass through it."""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

from orderloom.errors import Problem, Refused
from orderloom.values.wording import shown

# Our own context, so that a host's `decimal.getcontext()` can never change a figure. Gated
# numbers have at most 18 digits and sums a few more; 60 leaves them exact, and if they ever were
# not, Inexact raises instead of losing a digit.
EXACT: Final = Context(prec=60, traps=[Inexact, InvalidOperation])

_INTEGER_DIGITS = 12
_DECIMALS = 6
_ONE = Decimal(1)
_ZERO = Decimal(0)
_SHORT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_NOT_FINITE = re.compile(r"[+-]?(?:inf(?:inity)?|s?nan[0-9]*)", re.IGNORECASE)


def decimal_of(
    value: object, field: str, *, minimum: Decimal | int | None = None, exclusive: bool = False
) -> Decimal:
    """Read a number exactly, or say what is wrong with it.

    Args:
        value: text of plain ASCII digits with an optional sign and point, an int, or a Decimal;
            never a bool or a float.
        field: path of the input, for the message.
        minimum: the smallest number accepted, if any.
        exclusive: the number must be greater than `minimum`, not equal to it.

    Returns:
        The number without exponent and without trailing zeros: 200, 1.5, 0 (never 2E+2 or -0);
        at most 12 digits before the point and 6 after it.

    Raises:
        Refused: [decimal.not_a_number], [decimal.not_finite], [decimal.too_long],
            [decimal.too_small].
    """
    if isinstance(value, str) and _SHORT.fullmatch(value):  # as most are written
        number = Decimal(value.rstrip("0").rstrip(".") if "." in value else value)
    else:
        number = _canonical(_read(value, field), value, field)
    if minimum is not None and (number < minimum or (exclusive and number == minimum)):
        bound = f"{'>' if exclusive else '>='} {plain(Decimal(minimum))}"
        raise _refusal(
            "decimal.too_small", "“{given}” is too small. To go on, give a number {bound}.",
            value, field, bound,
        )  # fmt: skip
    return number


def positive(value: object, field: str) -> Decimal:
    """Read a number greater than zero.

    Raises:
        Refused: as `decimal_of`.
    """
    return decimal_of(value, field, minimum=0, exclusive=True)


def to_scaled(number: Decimal) -> int:
    """Turn a number into millionths, as both databases store it; always fits 64 bits.

    Raises:
        Refused: [decimal.too_long] it has more digits than the gate lets through.
    """
    if number.is_finite() and number.adjusted() < _INTEGER_DIGITS:
        moved = number.scaleb(_DECIMALS, EXACT)
        millionths = int(moved)
        if millionths == moved:
            return millionths
    return int(decimal_of(number, "").scaleb(_DECIMALS, EXACT))


def from_scaled(millionths: int) -> Decimal:
    """Turn millionths back into the number they came from."""
    whole, rest = divmod(millionths, 10**_DECIMALS)
    if not rest:
        return Decimal(whole)
    return Decimal(millionths).scaleb(-_DECIMALS, EXACT).normalize(EXACT)


def plain(number: Decimal) -> str:
    """Write a finite number as JSON and digests carry it: no exponent, no trailing zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _read(value: object, field: str) -> Decimal:
    """Turn the accepted types into a finite Decimal, still of any length."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str) and _PLAIN.fullmatch(value):
        return Decimal(value)
    elif isinstance(value, str) and _NOT_FINITE.fullmatch(value):
        raise _not_finite(value, field)
    else:
        raise _refusal(
            "decimal.not_a_number",
            "“{given}” ({kind}) is not a plain number. To enter one, write it as text of the "
            "digits 0-9 with at most one point, without spaces or an exponent, such as 12.50.",
            value, field,
        )  # fmt: skip
    if not number.is_finite():
        raise _not_finite(value, field)
    return number


def _canonical(number: Decimal, value: object, field: str) -> Decimal:
    if not number:
        return _ZERO
    # adjusted() is the place of the first digit: asked first, so that 1E+999999 is never expanded.
    if number.adjusted() < _INTEGER_DIGITS:
        if number == number.to_integral_value(context=EXACT):
            return number.quantize(_ONE, context=EXACT)
        try:
            kept = number.normalize(EXACT)
        except Inexact:
            kept = number
        moved = kept.scaleb(_DECIMALS, EXACT)
        if moved == moved.to_integral_value(context=EXACT):
            return kept
    raise _refusal(
        "decimal.too_long",
        "“{given}” has too many digits. To have it kept exactly, use at most 12 digits before the "
        "point and 6 after it.",
        value, field,
    )  # fmt: skip


def _not_finite(value: object, field: str) -> Refused:
    return _refusal(
        "decimal.not_finite",
        "“{given}” is not a finite number. To go on, give a number of plain digits, such as 12.50.",
        value, field,
    )  # fmt: skip


def _refusal(code: str, template: str, value: object, field: str, bound: str = "") -> Refused:
    kind = "text" if isinstance(value, str) else type(value).__name__
    params = {"given": shown(value), "kind": kind, "bound": bound}
    return Refused([Problem(code, template, field, params=params)])
