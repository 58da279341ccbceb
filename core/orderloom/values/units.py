"""Units of measure: a subset of UN/CEFACT Recommendation 20 (and of 21 for packages)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from orderloom.errors import Problem, Refused
from orderloom.values.wording import nearest, shown


@attrs.frozen
class Unit:
    """A unit quantities are counted in.

    Attributes:
        code: UN/CEFACT code, or a tenant's own; what is stored.
        symbol: as printed after a number ("kg").
        title: its English name in the singular ("kilogram").
        digits: decimals a form offers and a document prints; a finer quantity is kept all the
            same.
    """

    code: str
    symbol: str
    title: str
    digits: int


# When two units share a name, the earlier one answers to it.
_SUBSET = (
    Unit("C62", "pcs", "piece", 0),
    Unit("H87", "pc", "single piece", 0),
    Unit("EA", "ea", "each", 0),
    Unit("PR", "pr", "pair", 0),
    Unit("SET", "set", "set", 0),
    Unit("KT", "kit", "kit", 0),
    Unit("DZN", "dz", "dozen", 0),
    Unit("GRO", "gr", "gross", 0),
    Unit("CEN", "hundred", "hundred", 0),
    Unit("MIL", "thousand", "thousand", 0),
    Unit("XBX", "box", "box", 0),
    Unit("XPK", "pack", "package", 0),
    Unit("XPA", "pkt", "packet", 0),
    Unit("XCT", "ctn", "carton", 0),
    Unit("XCS", "cs", "case", 0),
    Unit("XCR", "crate", "crate", 0),
    Unit("XPX", "plt", "pallet", 0),
    Unit("XRO", "roll", "roll", 0),
    Unit("XBG", "bag", "bag", 0),
    Unit("XBO", "btl", "bottle", 0),
    Unit("XDR", "drum", "drum", 0),
    Unit("XBE", "bdl", "bundle", 0),
    Unit("ST", "sheet", "sheet", 0),
    Unit("RM", "ream", "ream", 0),
    Unit("MGM", "mg", "milligram", 3),
    Unit("GRM", "g", "gram", 3),
    Unit("KGM", "kg", "kilogram", 3),
    Unit("TNE", "t", "tonne", 3),
    Unit("ONZ", "oz", "ounce", 3),
    Unit("LBR", "lb", "pound", 3),
    Unit("MMT", "mm", "millimetre", 3),
    Unit("CMT", "cm", "centimetre", 3),
    Unit("MTR", "m", "metre", 3),
    Unit("KMT", "km", "kilometre", 3),
    Unit("INH", "in", "inch", 3),
    Unit("FOT", "ft", "foot", 3),
    Unit("YRD", "yd", "yard", 3),
    Unit("SMI", "mi", "mile", 3),
    Unit("CMK", "cm²", "square centimetre", 3),
    Unit("MTK", "m²", "square metre", 3),
    Unit("FTK", "ft²", "square foot", 3),
    Unit("HAR", "ha", "hectare", 3),
    Unit("MTQ", "m³", "cubic metre", 3),
    Unit("FTQ", "ft³", "cubic foot", 3),
    Unit("MLT", "ml", "millilitre", 3),
    Unit("CLT", "cl", "centilitre", 3),
    Unit("LTR", "l", "litre", 3),
    Unit("HLT", "hl", "hectolitre", 3),
    Unit("GLL", "gal", "US gallon", 3),
    Unit("SEC", "s", "second", 2),
    Unit("MIN", "min", "minute", 2),
    Unit("HUR", "h", "hour", 2),
    Unit("DAY", "d", "day", 2),
    Unit("E49", "wd", "working day", 2),
    Unit("WEE", "wk", "week", 2),
    Unit("MON", "mo", "month", 2),
    Unit("ANN", "yr", "year", 2),
    Unit("KWH", "kWh", "kilowatt hour", 3),
    Unit("WTT", "W", "watt", 3),
    Unit("KWT", "kW", "kilowatt", 3),
    Unit("KVA", "kVA", "kilovolt-ampere", 3),
    Unit("VLT", "V", "volt", 3),
    Unit("AMP", "A", "ampere", 3),
    Unit("CEL", "°C", "degree Celsius", 2),
    Unit("P1", "%", "percent", 3),
    Unit("IE", "pers", "person", 0),
    Unit("E48", "srv", "service unit", 2),
    Unit("E51", "job", "job", 0),
    Unit("E54", "trip", "trip", 0),
    Unit("LS", "ls", "lump sum", 0),
)

REC20: Final[Mapping[str, Unit]] = MappingProxyType({unit.code: unit for unit in _SUBSET})


def unit_of(code: object, field: str, own: Mapping[str, Unit] = MappingProxyType({})) -> str:
    """Read a unit by its code, symbol or English name, in any case and also in the plural.

    Args:
        code: such as "KGM", "kg", "Kilogram" or "kilograms".
        field: path of the input, for the message.
        own: the tenant's own units by code; they go before the standard ones.

    Returns:
        The code of the unit.

    Raises:
        Refused: [unit.unknown] with the nearest codes and names.
    """
    given = code if isinstance(code, str) else ""
    if given in own or given in REC20:
        return given
    units = (*own.values(), *_SUBSET)
    named = _by_name(units)
    for spelling in _singulars(given.strip().casefold()):
        if spelling in named:
            return named[spelling]
    names = {name for unit in units for name in (unit.code, unit.symbol, unit.title)}
    template = (
        "There is no unit “{given}”. To name one, give its code, symbol or name, such as {nearest}."
    )
    params = {"given": shown(code), "nearest": nearest(given, sorted(names), otherwise="C62, kg")}
    raise Refused([Problem("unit.unknown", template, field, params=params)])


def _by_name(units: Iterable[Unit]) -> dict[str, str]:
    """Codes by every name of their units; codes before symbols before titles, first unit first."""
    named: dict[str, str] = {}
    for part in ("code", "symbol", "title"):
        for unit in units:
            named.setdefault(getattr(unit, part).casefold(), unit.code)
    return named


def _singulars(name: str) -> Iterator[str]:
    yield name
    for ending in ("s", "es"):
        if name.endswith(ending):
            yield name.removesuffix(ending)
