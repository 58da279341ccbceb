"""Run a lifecycle with `transitions`: one machine per graph, shared by every subject and thread.

No subject is ever registered as a model (a machine keeps its models alive for ever) and none is
touched: an event is triggered on a small cursor that lives for one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from transitions import EventData, Machine, MachineError, Transition

from orderloom.errors import Problem, Refused
from orderloom.lifecycle.checks import shown
from orderloom.lifecycle.declaration import START, Action, Lifecycle
from orderloom.lifecycle.graph import Graph, graphs


class Engine:
    """Decides where an action leads; safe to share between threads, keeps nothing between steps.

    Args:
        lifecycle: a merged and proved one.

    Raises:
        ValueError: it was read from storage and has no code to run.
    """

    def __init__(self, lifecycle: Lifecycle) -> None:
        if any(action.names for action in lifecycle.all_actions):
            raise ValueError(f"{lifecycle.name} was read from storage: it has no routes to run.")
        self.lifecycle = lifecycle
        self._graphs = {graph.facet: graph for graph in graphs(lifecycle)}
        self._machines = {facet: _machine(graph) for facet, graph in self._graphs.items()}
        self._actions = {
            (facet, origin): tuple(a for a in graph.actions if origin in a.sources)
            for facet, graph in self._graphs.items()
            for origin in graph.origins
        }

    def actions_from(self, status: str, *, facet: str = "") -> tuple[Action, ...]:
        """The actions declared from a status (or from `START`); none for a status it lacks."""
        return self._actions.get((facet, status), ())

    def step(
        self,
        status: str,
        action: Action,
        subject: object,
        options: object,
        offered: Callable[[Action], bool] = lambda action: True,
    ) -> str:
        """The status an action leads to.

        Args:
            status: the subject's, or its facet's if the action moves a facet; `START` to create.
            action: looked up by name, so that the current declaration counts.
            subject: handed to the route.
            options: handed to the route.
            offered: which of the actions that do start from this status a refusal names.

        Raises:
            Refused: [action.illegal] the action does not start from this status;
                [subject.parked] the lifecycle has no such status;
                [lifecycle.bad_route] the route picked a target that is not declared.
            NotFound: the lifecycle has no such action.
        """
        current = self.lifecycle.action(action.name)
        graph = self._graphs[current.facet]
        if status not in graph.origins:
            raise Refused((_parked(status, self.lifecycle),))
        cursor = _Cursor(status, current, subject, options)
        try:
            self._machines[current.facet].events[current.name].trigger(cursor)
        except MachineError:
            if status in current.sources:
                raise  # not about this step: it comes from inside the route
            moves = filter(offered, self.actions_from(status, facet=current.facet))
            raise Refused((_illegal(status, current, graph, moves),)) from None
        return cursor._at


class _Cursor:
    """Where one step stands; all that the machine ever sees of a subject."""

    __slots__ = ("_at", "action", "chosen", "options", "subject")

    def __init__(self, status: str, action: Action, subject: object, options: object) -> None:
        self._at = status
        self.action = action
        self.subject = subject
        self.options = options
        self.chosen = action.targets_from(status)[0]


class _LeanTransition(Transition):
    """A transition without callbacks and log calls, which nothing here uses (a third of a step)."""

    def execute(self, event_data: EventData) -> bool:
        cursor = cast(_Cursor, event_data.model)
        if self.dest != cursor.chosen:
            return False
        cursor._at = self.dest
        return True


class _LeanMachine(Machine):
    transition_cls = _LeanTransition


def _machine(graph: Graph) -> Machine:
    return _LeanMachine(
        model=None,
        states=sorted(graph.origins),
        initial=graph.start,
        transitions=[
            {"trigger": action.name, "source": source, "dest": target}
            for action in graph.actions
            for source in action.sources
            for target in action.targets_from(source)
        ],
        auto_transitions=False,
        send_event=True,
        prepare_event=_choose,
        model_attribute="_at",  # no action can be called so: it would shadow the attribute
    )


def _choose(event: EventData) -> None:
    cursor = cast(_Cursor, event.model)
    action = cursor.action
    if action.route is None:
        return
    chosen = action.route(cursor.subject, cursor.options)
    if chosen not in action.targets:
        raise Refused((_bad_route(action, chosen),))
    cursor.chosen = chosen


def _title(status: str, graph: Graph) -> str:
    if status == START:
        return "a new one"
    return graph.statuses[status].title if status in graph.statuses else status


def _illegal(status: str, action: Action, graph: Graph, moves: Iterable[Action]) -> Problem:
    params = {
        "action": action.title,
        "status": _title(status, graph),
        "sources": " or ".join(_title(source, graph) for source in action.sources),
        "moves": ", ".join(move.title for move in moves),
    }
    text = "{action} is not possible from {status}. To do it, start from {sources}."
    instead = " From {status} you can: {moves}." if params["moves"] else ""
    return Problem("action.illegal", text + instead, params=params)


def _parked(status: str, lifecycle: Lifecycle) -> Problem:
    return Problem(
        "subject.parked",
        "{lifecycle} has no status {status} any more, so nothing can be done from it. To go on, "
        "map it to a present one: orderloom lifecycle map {status} NEW --type {lifecycle}.",
        params={"lifecycle": lifecycle.name, "status": status},
    )


def _bad_route(action: Action, chosen: object) -> Problem:
    return Problem(
        "lifecycle.bad_route",
        "The route {route} of {action} answers {chosen}, which is not among its targets. To let "
        "it, declare that target; to mend it, answer one of {targets}.",
        params={
            "route": action.code.route,
            "action": action.name,
            "chosen": shown(chosen),
            "targets": ", ".join(action.targets),
        },
    )
