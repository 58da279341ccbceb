"""What a module tells the kit about itself, where the kit's own guesses would be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import attrs

from orderloom.modules import Loaded
from orderloom.orders.commands import NewOrder, NewSubject
from orderloom.orders.subject import Subject

if TYPE_CHECKING:
    from orderloom.desk import Desk

New = Callable[["Desk"], NewOrder | NewSubject]
"""Answers what to place; may place what that depends on first."""

Made = Callable[["Desk"], Subject]
"""Brings about what only comes into being by something else; answers it."""

Choose = Callable[["Desk", Any], Any]
"""Answers the options of an action on a subject; may place what they depend on first."""


def _lists(raw: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """One thing or several, as a tuple."""
    several = (list, tuple, set)
    return {name: tuple(one) if isinstance(one, several) else (one,) for name, one in raw.items()}


@attrs.frozen(kw_only=True)
class Samples:
    """How to try a module: `samples = Samples(…)` in `<its package>/samples.py`.

    The kit tries what it is not told with an order that lacks nothing (`an_order`) and with options
    made from their types. Nothing but the kit imports that file.

    Attributes:
        settings: of the module, set before anything is tried, so that what they guard is open.
        new: type -> one function (`New`) or several, each for another kind of sample.
        made: type -> function (`Made`) or several, of types that hooks create and nobody places by
            hand.
        options: "type.action" ("procurement.order.send") -> options to try, records or mappings.
        choose: "type.action" -> function (`Choose`), for options that name other subjects.
    """

    settings: Mapping[str, Any] = attrs.field(factory=dict)
    new: Mapping[str, tuple[New, ...]] = attrs.field(factory=dict, converter=_lists)
    made: Mapping[str, tuple[Made, ...]] = attrs.field(factory=dict, converter=_lists)
    options: Mapping[str, tuple[Any, ...]] = attrs.field(factory=dict, converter=_lists)
    choose: Mapping[str, Choose] = attrs.field(factory=dict)


def samples_of(loaded: Loaded) -> Samples:
    """The samples of a module: beside its hooks, or in `samples.py` of its package.

    Raises:
        TypeError: the file holds no `samples = Samples(…)`.
    """
    given = getattr(loaded.plugin, "samples", None)
    if isinstance(given, Samples):
        return given
    package = str(getattr(loaded.plugin, "__name__", "")).rpartition(".")[0]
    if not package or find_spec(f"{package}.samples") is None:
        return Samples()
    found = getattr(import_module(f"{package}.samples"), "samples", None)
    if not isinstance(found, Samples):
        raise TypeError(f"{package}.samples has no samples = Samples(…)")
    return found
