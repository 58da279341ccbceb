"""The only caller of hooks.

One dispatcher serves one set of enabled modules. It runs their implementations in module order,
gives each what it asks for, and names the module in whatever goes wrong. pluggy's own call is not
used: it runs last registered first and knows neither subject types nor whom to blame.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import partial
from typing import Any

import attrs
import pluggy

from orderloom.modules.calls import Call
from orderloom.modules.hooks import HOOKS
from orderloom.modules.loading import Loaded
from orderloom.modules.tracing import Trace, traced, wanted_trace


@attrs.frozen
class First:
    """The first answer of a hook that takes one.

    Attributes:
        value: the answer.
        module: who gave it.
        others: modules that would have answered too, in module order.
    """

    value: Any
    module: str
    others: tuple[str, ...] = ()


class Dispatcher:
    """Runs the hooks of one set of modules; immutable, safe to share between threads.

    Every method takes the name of a hook, all arguments the hook specifies, and as `type` the key
    of the subject type it is about: then only modules that own or touch that type take part.
    Failures come as `ModuleFault`, with the original error as its cause; `docs/hooks.md` says for
    each hook what else may be raised.

    Args:
        manager: the one that knows exactly these modules.
        modules: in module order.
        types: subject types each module owns or touches.

    Where the variable ORDERLOOM_TRACE_HOOKS asked for it when it was made, every call is printed.
    """

    def __init__(
        self,
        manager: pluggy.PluginManager,
        modules: Iterable[Loaded],
        types: Mapping[str, frozenset[str]],
    ) -> None:
        ranks = {loaded.key: (rank, loaded) for rank, loaded in enumerate(modules)}
        self._calls: dict[str, tuple[Call, ...]] = {}
        self._by_type: dict[tuple[str, str], tuple[Call, ...]] = {}
        for name, hook in HOOKS.items():
            found = getattr(manager.hook, name).get_hookimpls()
            self._calls[name] = tuple(
                Call(
                    module=each.plugin_name,
                    version=ranks[each.plugin_name][1].version,
                    hook=hook,
                    function=each.function,
                    names=tuple(inspect.signature(each.function).parameters),
                    types=types.get(each.plugin_name, frozenset()),
                )
                for each in sorted(found, key=lambda each: ranks[each.plugin_name][0])
            )
        if (trace := wanted_trace()) is not None:
            self._trace(trace)

    def traced(self, trace: Trace) -> Dispatcher:
        """The same dispatcher, its calls told to `trace` and to no other."""
        other = copy(self)
        other._trace(trace)
        return other

    def _trace(self, trace: Trace) -> None:
        self._by_type = {}
        self._calls = {
            hook: tuple(traced(call, trace) for call in calls)
            for hook, calls in self._calls.items()
        }

    def collect(
        self, hook: str, *, type: str | None = None, **args: Any
    ) -> tuple[tuple[str, Any], ...]:
        """All records the modules answer: pairs (module, record), in module order.

        Problems name the module that answered them.
        """
        calls = self._of(hook, type)
        return tuple([(call.module, record) for call in calls for record in call.records(args)])

    def collect_each(
        self,
        hook: str,
        varying: Iterable[Mapping[str, Any]],
        *,
        type: str | None = None,
        **args: Any,
    ) -> list[tuple[str, Any]]:
        """As `collect`, called again for each set of the arguments that vary."""
        calls = self._of(hook, type)
        return [
            (call.module, record)
            for more in varying
            for given in ({**args, **more},)
            for call in calls
            for record in call.records(given)
        ]

    def first(self, hook: str, *, type: str | None = None, **args: Any) -> First | None:
        """The first answer, and who else had one; None if nobody has."""
        given = [
            (call.module, value)
            for call in self._of(hook, type)
            if (value := call.value(args)) is not None
        ]
        if not given:
            return None
        others = tuple(module for module, _ in given[1:])
        return First(given[0][1], given[0][0], others)

    def fold(
        self, hook: str, argument: str, value: Any, *, type: str | None = None, **args: Any
    ) -> Any:
        """What the modules, one after the other, make of a value that travels as `argument`."""
        for call in self._of(hook, type):
            value = call.folded(argument, value, args)
        return value

    def steps(self, hook: str, argument: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        """The steps of a fold, each with its module, for those who keep count between them."""
        return tuple((call.module, partial(_step, call, argument)) for call in self._of(hook, None))

    def run(self, hook: str, *, type: str | None = None, **args: Any) -> None:
        """Run an `on_*` hook; the first failure ends it."""
        for call in self._of(hook, type):
            call.value(args)

    def each(self, hook: str, module: str, *, type: str | None = None, **args: Any) -> None:
        """Run an `after_*` hook of one module alone; nothing if it does not implement it."""
        for call in self._of(hook, type):
            if call.module == module:
                call.value(args)

    def implements(self, hook: str, *, type: str | None = None) -> bool:
        """Whether any module takes part in a hook."""
        return bool(self._of(hook, type))

    def modules_for(self, hook: str, *, type: str | None = None) -> tuple[str, ...]:
        """The modules that take part in a hook, in module order, each once."""
        return tuple(dict.fromkeys(call.module for call in self._of(hook, type)))

    def _of(self, hook: str, type: str | None) -> tuple[Call, ...]:
        calls = self._calls[hook]
        if type is None or not calls:
            return calls
        known = self._by_type.get((hook, type))
        if known is None:
            known = tuple(call for call in calls if type in call.types)
            self._by_type[hook, type] = known
        return known


def _step(call: Call, argument: str, value: Any) -> Any:
    return call.folded(argument, value, {})
