"""What is wrong with a merged lifecycle, and who made it so."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.declaration import Action, Timer


def _sorted_params(params: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(params))


@attrs.frozen
class Fault:
    """One reason why a merged lifecycle cannot be used.

    Attributes:
        code: stable ("lifecycle.unreachable"); also the id in the translation catalogues.
        module: key of the guilty module, "tenant" for a tenant's overlay.
        edge: where in the graph ("supplier.order: scheduled --complete--> completed").
        template: the English message with `{name}` placeholders; says what to do.
        params: values for the placeholders.
    """

    code: str
    module: str
    edge: str
    template: str
    params: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_sorted_params)

    @property
    def problem(self) -> Problem:
        """The fault as a problem of the switch that would bring it in; its field is the edge."""
        return Problem(self.code, self.template, self.edge, params=self.params, module=self.module)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in English."""
        return self.problem.message

    def __str__(self) -> str:
        return f"{self.edge} (module {self.module}): {self.message}"


def graph_name(lifecycle: str, facet: str = "") -> str:
    """The name of a graph in messages: "supplier.order" or "supplier.order/payment"."""
    return f"{lifecycle}/{facet}" if facet else lifecycle


def edge_text(graph: str, sources: Iterable[str], action: str, targets: Iterable[str]) -> str:
    """An edge in messages; several targets are those a route picks from."""
    return f"{graph}: {'|'.join(sources)} --{action}--> {'|'.join(targets)}"


def action_text(lifecycle: str, action: Action) -> str:
    """All edges of an action in messages: "supplier.order: scheduled --complete--> completed"."""
    graph = graph_name(lifecycle, action.facet)
    return edge_text(graph, action.sources, action.name, action.targets)


def timer_text(lifecycle: str, timer: Timer) -> str:
    """A timer in messages; its action says where it leads."""
    return f"{lifecycle}: {timer.source} --{timer.action} by timer {timer.name}-->"


def renaming_text(lifecycle: str, old: str, new: str) -> str:
    """A renamed status in messages."""
    return f"{lifecycle}: {old} --renamed--> {new}"
