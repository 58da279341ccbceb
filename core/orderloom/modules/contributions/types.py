"""Order types and other kinds of subjects a module brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from orderloom.lifecycle import Lifecycle


def _pairs(raw: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(raw.items()) if isinstance(raw, Mapping) else tuple(raw)


@attrs.frozen(kw_only=True)
class Series:
    """A gapless series of human numbers.

    Attributes:
        key: "procurement.order".
        pattern: with `{prefix}` (the project's, "" without), `{year}`, `{seq}` (any width, as
            in `{seq:05}`).
        yearly: starts again with each calendar year of the tenant's zone.
        per_project: every project counts on its own.
    """

    key: str
    pattern: str
    yearly: bool = False
    per_project: bool = False


@attrs.frozen(kw_only=True)
class OrderType:
    """A type of order.

    Attributes:
        key: "procurement.order"; also the name of its lifecycle.
        title: "Procurement order".
        series: numbers drawn by the actions that name it; None for no numbers.
        buyer, seller: labels of the two sides ("Outlet", "Supplier"); "" if the type has no
            such side.
        permissions: of the generic commands, by name: "place", "edit", "read", "delete", "note".
            A command without an entry needs the permission `<key>.<command>`.
        department: key of the indexed field that says which department a subject belongs to; a
            role granted in that department then holds for it. "" if departments play no part.
    """

    key: str
    title: str
    lifecycle: Lifecycle = attrs.field(validator=attrs.validators.instance_of(Lifecycle))
    series: Series | None = None
    buyer: str = ""
    seller: str = ""
    permissions: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    department: str = ""


@attrs.frozen(kw_only=True)
class SubjectType:
    """A kind of subject that is not an order; the fields are those of `OrderType`."""

    key: str
    title: str
    lifecycle: Lifecycle = attrs.field(validator=attrs.validators.instance_of(Lifecycle))
    series: Series | None = None
    permissions: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs)
    department: str = ""
