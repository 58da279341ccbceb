"""Order types and other kinds of subjects a module brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from string import Formatter
from typing import Final

import attrs

from orderloom.lifecycle import Lifecycle
from orderloom.orders.hidden import PRICES, is_guardable
from orderloom.orders.subject import ORDER


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(raw.items()) if isinstance(raw, Mapping) else tuple(raw)


_NAMES: Final = ("prefix", "seller", "year", "seq")


@attrs.frozen(kw_only=True)
class Series:
    """A gapless series of human numbers.

    Attributes:
        key: "procurement.order".
        pattern: with `{prefix}` (the project's, "" without), `{seller}` (id of the party that
            sells and a hyphen, "" without one), `{year}`, `{seq}` (any width, as in `{seq:05}`).
        yearly: starts again with each calendar year of the tenant's zone.
        per_project: every project counts on its own.
        per_seller: every party that sells counts on its own, as whoever issues invoices has to;
            `{seller}` then tells their numbers apart.

    Raises:
        ValueError: the pattern has other names, or does not tell the numbers of two sellers apart.
    """

    key: str
    pattern: str
    yearly: bool = False
    per_project: bool = False
    per_seller: bool = False

    def __attrs_post_init__(self) -> None:
        names = [name for _, name, _, _ in Formatter().parse(self.pattern) if name is not None]
        if unknown := [name for name in names if name not in _NAMES]:
            known = ", ".join(_NAMES)
            raise ValueError(f"{self.pattern}: a pattern has no {unknown}, it has {known}")
        if self.per_seller and "seller" not in takewhile("seq".__ne__, names):
            raise ValueError(f"{self.pattern}: name the seller before seq, since each counts alone")


def guardable(raw: str | Iterable[str]) -> tuple[str, ...]:
    """Names of what can be guarded, each once.

    Raises:
        ValueError: something else is among them.
    """
    names = tuple(dict.fromkeys((raw,) if isinstance(raw, str) else raw))
    if unknown := [name for name in names if not is_guardable(name)]:
        raise ValueError(f"{PRICES} and data.<key> can be guarded, nothing else: {unknown}")
    return names


@attrs.frozen
class Guarded:
    """Fields of an order that only those see and set who have a permission where the order is.

    Attributes:
        permission: "supplier.price.read".
        fields: PRICES ("prices": price, total and tax of the lines, adjustments, totals) and
            "data.<key>" for what a module keeps on orders and lines.
        title: what people call it ("Prices").

    Raises:
        ValueError: something else than that is to be guarded.
    """

    permission: str
    fields: tuple[str, ...] = attrs.field(converter=guardable, kw_only=True)
    title: str = attrs.field(kw_only=True)


@attrs.frozen(kw_only=True)
class OrderType:
    """A type of order, or of something else that has parties, lines and money.

    Attributes:
        key: "procurement.order"; also the name of its lifecycle.
        title: "Procurement order".
        kind: "order"; types of another kind ("invoice") are `Order` values too, but never show up
            among orders: they are asked for by their kind.
        series: numbers drawn by the actions that name it; None for no numbers.
        buyer, seller: labels of the two sides ("Outlet", "Supplier"); "" if the type has no
            such side.
        permissions: of the generic commands, by name: "place", "edit", "read", "delete", "note".
            A command without an entry needs the permission `<key>.<command>`.
        department: key of the indexed field that says which department a subject belongs to; a
            role granted in that department then holds for it. "" if departments play no part.
        guards: fields that only some may see and set.
        own_data: keys of module data that tells of the very order that carries it: a copy starts
            without.
    """

    key: str
    title: str
    kind: str = attrs.field(
        default=ORDER, validator=attrs.validators.matches_re("[a-z][a-z0-9_]{0,63}")
    )
    lifecycle: Lifecycle = attrs.field(validator=attrs.validators.instance_of(Lifecycle))
    series: Series | None = None
    buyer: str = ""
    seller: str = ""
    permissions: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    department: str = ""
    guards: tuple[Guarded, ...] = ()
    own_data: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SubjectType:
    """A kind of subject without lines and money; the fields are those of `OrderType`."""

    key: str
    title: str
    lifecycle: Lifecycle = attrs.field(validator=attrs.validators.instance_of(Lifecycle))
    series: Series | None = None
    permissions: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    department: str = ""
