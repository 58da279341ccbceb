"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from orderloom.values import from_scaled, to_scaled

# Sums of the parts above and below this many millionths fit 64 bits for nine milliard rows each.
_PART: Final = 10**9


class Scaled(TypeDecorator[Decimal]):
    """A decimal with six places as a scaled 64-bit integer: exact, comparable, summable.

    SQL may compare and add such columns, never multiply or average them. A sum over many rows
    can pass 64 bits: select `split_sum` instead.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Decimal to integer."""
        return _scaled(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Decimal | None], int | None]:
        """The same without a detour, since every line has several of them."""
        return _scaled

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Integer to Decimal."""
        return None if value is None else from_scaled(int(value))


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC instant: timestamptz on PostgreSQL, fixed-width text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, whose own type drops the zone."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.String(27))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Naive datetimes are a bug of the caller."""
        return self.bind_processor(dialect)(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[dt.datetime | None], Any]:
        """The same without a detour."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], dt.datetime | None]:
        """Always aware, always UTC; made here for good, since every row has several of them."""
        return _instant


def _scaled(value: Decimal | None) -> int | None:
    return None if value is None else to_scaled(value)


def _to_utc(value: dt.datetime | None) -> dt.datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("an instant must be aware")
    return value.astimezone(dt.UTC)


def _to_text(value: dt.datetime | None) -> str | None:
    return None if value is None else _text(value)


def _instant(value: dt.datetime | str | None) -> dt.datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    return value.astimezone(dt.UTC)


@lru_cache(maxsize=256)  # the rows of one command hold one and the same instant
def _text(instant: dt.datetime) -> str:
    utc = _to_utc(instant)
    assert utc is not None
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


class _SplitSum(TypeDecorator[Decimal]):
    """The text "high:low" of two sums as the one number they make."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal:
        """Python's integers have no end."""
        high, low = str(value).split(":")
        return from_scaled(int(high) * _PART + int(low))


def key(length: int = 64) -> sa.String:
    """Text compared byte by byte on both engines, so that ranges and indexes agree."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def split_sum(column: sa.ColumnElement[Decimal]) -> sa.ColumnElement[Decimal]:
    """The exact sum of a `Scaled` column over any number of rows; 0 over none.

    The high and low parts are added up apart, so that no sum passes 64 bits (SQLite would
    answer "integer overflow"). To be selected only: SQL cannot compare it.
    """
    units = sa.type_coerce(column, sa.BigInteger)
    high = sa.func.coalesce(sa.func.sum(units // _PART), 0)
    low = sa.func.coalesce(sa.func.sum(units % _PART), 0)
    text = sa.cast(high, sa.Text) + ":" + sa.cast(low, sa.Text)
    return sa.type_coerce(text, _SplitSum)
