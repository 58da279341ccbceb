"""Prove that a merged lifecycle holds together: every subject can get in, on and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from orderloom.errors import Problem
from orderloom.lifecycle.checks import did_you_mean
from orderloom.lifecycle.declaration import START, Action, Lifecycle, Timer
from orderloom.lifecycle.fault import (
    Fault,
    action_text,
    edge_text,
    renaming_text,
    timer_text,
)
from orderloom.lifecycle.graph import Graph, graphs
from orderloom.lifecycle.merge import Merged
from orderloom.lifecycle.provenance import Provenance


@attrs.frozen
class Proof:
    """What proving a merged lifecycle found.

    Attributes:
        lifecycle: the one proved.
        provenance: which module added what to it.
        faults: all of them; none means that it may be switched on.
    """

    lifecycle: Lifecycle
    provenance: Provenance
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether it may be switched on."""
        return not self.faults

    def problems(self) -> tuple[Problem, ...]:
        """The faults as problems of the switch that would bring the lifecycle in."""
        return tuple(fault.problem for fault in self.faults)


def prove(merged: Merged) -> Proof:
    """Check a merged lifecycle and each of its facets; find every fault, not only the first.

    Faults of the merge come first; then undefined sources and targets, a missing start or end,
    statuses nobody reaches or leaves, waiting statuses nobody can withdraw from, creating actions
    that would need options, timers that cannot fire, renamings that lead nowhere.
    Timers fire declared actions only, so a way out for a timer is a way out for the graph.
    """
    lifecycle, provenance = merged.lifecycle, merged.provenance
    found = (
        *merged.faults,
        *(
            fault
            for graph in graphs(lifecycle)
            for check in (_undefined_ends, _start_and_end, _stranded, _waiting)
            for fault in check(graph, provenance)
        ),
        *(
            fault
            for action in lifecycle.starts
            for fault in _creating(action, lifecycle, provenance)
        ),
        *(fault for timer in lifecycle.timers for fault in _timer(timer, lifecycle, provenance)),
        *_renamings(lifecycle, provenance),
    )
    return Proof(lifecycle, provenance, found)


def _undefined_ends(graph: Graph, provenance: Provenance) -> Iterator[Fault]:
    for action in graph.actions:
        for source in action.sources:
            module = provenance.of_edge(action.name, source)
            edge = edge_text(graph.name, (source,), action.name, action.targets_from(source))
            if source not in graph.origins:
                yield _undefined("source", source, graph, module, edge)
        edge = edge_text(graph.name, action.sources, action.name, action.targets)
        held = (action.waits_in, action.refused_to)
        for target in (*action.target, *filter(None, held)):
            if target not in graph.statuses:
                module = provenance.of_action(action.name)
                yield _undefined("target", target, graph, module, edge)


def _undefined(end: str, status: str, graph: Graph, module: str, edge: str) -> Fault:
    return _fault(
        f"lifecycle.unknown_{end}",
        module,
        edge,
        "There is no status {status}. {hint} To use it, add it with with_status.",
        status=status,
        hint=did_you_mean(status, graph.statuses),
    )


def _waiting(graph: Graph, provenance: Provenance) -> Iterator[Fault]:
    """A waiting subject can be approved, refused and withdrawn, and nothing else moves it."""
    waiting = {action.waits_in: action for action in graph.actions if action.waits_in}
    for name, action in waiting.items():
        if name not in graph.statuses:
            continue  # _undefined_ends has said so
        module = provenance.of_waiting(action.name)
        edge = edge_text(graph.name, action.sources, action.name, (name,))
        if graph.statuses[name].stage != "waiting":
            yield _fault(
                "lifecycle.waiting_stage",
                module,
                edge,
                "Subjects wait for approvals in {status}. To declare it, put it in the stage "
                "waiting.",
                status=name,
            )
        if graph.statuses[name].deletable:
            yield _fault(
                "lifecycle.waiting_deletable",
                module,
                edge,
                "What waits in {status} is withdrawn, not deleted. To declare it, leave deletable "
                "out.",
                status=name,
            )
        if action.refused_to in waiting:
            yield _fault(
                "lifecycle.refused_to",
                module,
                edge,
                "A refusal of {action} leads where subjects wait for approvals. To declare it, let "
                "it lead elsewhere.",
                action=action.name,
            )
        leaving = [one for one in graph.actions if name in one.sources]
        if not leaving:
            yield _fault(
                "lifecycle.no_withdrawal",
                module,
                edge,
                "Nobody can withdraw what waits in {status}. To let them, declare an action that "
                "leads from it.",
                status=name,
            )
        yield from _not_leaving(name, leaving, graph, provenance)


def _not_leaving(
    status: str, leaving: Iterable[Action], graph: Graph, provenance: Provenance
) -> Iterator[Fault]:
    for action in leaving:
        targets = action.targets_from(status)
        if action.waits_in or status in targets:
            yield _fault(
                "lifecycle.withdrawal",
                provenance.of_edge(action.name, status),
                edge_text(graph.name, (status,), action.name, targets),
                "The action {action} starts from {status}, where subjects wait for approvals, so "
                "it withdraws what waits. To declare it, let it lead elsewhere and wait for "
                "nothing.",
                action=action.name,
                status=status,
            )


def _start_and_end(graph: Graph, provenance: Provenance) -> Iterator[Fault]:
    owner = provenance.of_facet(graph.facet) or provenance.owner
    if not graph.entered:
        yield _fault(
            "lifecycle.no_start",
            owner,
            edge_text(graph.name, (START,), "?", ("?",)),
            "Nothing leads into it. To begin it, declare an action from START, or for a facet a "
            "start that is one of its statuses.",
        )
    if not any(status.final for status in graph.statuses.values()):
        yield _fault(
            "lifecycle.no_final",
            owner,
            edge_text(graph.name, ("?",), "?", ("?",)),
            "No status is final. To let subjects come to rest, declare one with final=True.",
        )


def _stranded(graph: Graph, provenance: Provenance) -> Iterator[Fault]:
    if not graph.entered:
        return  # nothing is reachable then, and no_start has said so once
    reachable = graph.reachable()
    finals = tuple(status.name for status in graph.statuses.values() if status.final)
    safe = graph.leading_to(finals) if finals else reachable
    for name in graph.statuses:
        module = provenance.of_status(name, facet=graph.facet)
        if name not in reachable:
            yield _unreachable(graph, name, module)
        elif name not in safe:
            yield _stuck(graph, name, module)


def _unreachable(graph: Graph, status: str, module: str) -> Fault:
    return _fault(
        "lifecycle.unreachable",
        module,
        edge_text(graph.name, ("?",), "?", (status,)),
        "No way leads from the start to {status}. To keep it, add an action towards it.",
        status=status,
    )


def _stuck(graph: Graph, status: str, module: str) -> Fault:
    if targets := sorted(graph.forwards()[status] - {status}):
        return _fault(
            "lifecycle.no_way_out",
            module,
            edge_text(graph.name, (status,), "…", targets),
            "No way leads from {status} to a final status. To let subjects come to rest, add an "
            "action that leads out, or make a status on the way final.",
            status=status,
        )
    return _fault(
        "lifecycle.dead_end",
        module,
        edge_text(graph.name, (status,), "?", ("?",)),
        "Nothing leads out of {status} and it is not final. To let subjects go on, add an action "
        "from it, or declare it final=True.",
        status=status,
    )


def _creating(action: Action, lifecycle: Lifecycle, provenance: Provenance) -> Iterator[Fault]:
    """What is placed is given whole: there is nothing yet to edit, and nobody asks for options."""
    given = {"options": action.code.options, "edits": action.code.edits, "files": action.attaches}
    for part, declared in given.items():
        if declared:
            yield _fault(
                "lifecycle.start_options",
                provenance.of_edge(action.name, START),
                action_text(lifecycle.name, action),
                "The action {action} creates a subject, so its {part} would never be used. To "
                "declare it, leave them out, or take START out of its sources.",
                action=action.name,
                part=part,
            )


def _timer(timer: Timer, lifecycle: Lifecycle, provenance: Provenance) -> Iterator[Fault]:
    module, edge = provenance.of_timer(timer.name), timer_text(lifecycle.name, timer)
    actions = {action.name: action for action in lifecycle.all_actions}
    action = actions.get(timer.action)
    if action is None:
        yield _fault(
            "lifecycle.timer_action",
            module,
            edge,
            "There is no action {action}. {hint} To let the timer fire, name an action there is.",
            action=timer.action,
            hint=did_you_mean(timer.action, actions),
        )
        return
    if timer.source not in action.sources:
        yield _fault(
            "lifecycle.timer_source",
            module,
            edge,
            "The action {action} does not start from {source}. To let the timer fire, name one of "
            "its sources ({sources}), or extend it with also_from.",
            action=action.name,
            source=timer.source,
            sources=", ".join(action.sources),
        )
    if _needs_options(action):
        yield _fault(
            "lifecycle.timer_options",
            module,
            edge,
            "The action {action} must be told options, which a timer cannot. To let the timer "
            "fire, give every option a default.",
            action=action.name,
        )


def _needs_options(action: Action) -> bool:
    options = action.options
    return options is not None and any(
        field.init and field.default is attrs.NOTHING for field in attrs.fields(options)
    )


def _renamings(lifecycle: Lifecycle, provenance: Provenance) -> Iterator[Fault]:
    statuses = {status.name for status in lifecycle.statuses}
    for old, new in lifecycle.renamed:
        module, edge = provenance.of_renaming(old), renaming_text(lifecycle.name, old, new)
        if new not in statuses:
            yield _fault(
                "lifecycle.renamed_to_nothing",
                module,
                edge,
                "There is no status {new}. {hint} To rename {old}, name a status there is.",
                old=old,
                new=new,
                hint=did_you_mean(new, sorted(statuses)),
            )
        if old in statuses:
            yield _fault(
                "lifecycle.renamed_in_use",
                module,
                edge,
                "{old} is still a status. To rename it, take it out of the statuses.",
                old=old,
            )


def _fault(code: str, module: str, edge: str, template: str, **params: str) -> Fault:
    return Fault(code, module, edge, template, params.items())
