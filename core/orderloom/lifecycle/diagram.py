"""A lifecycle drawn: as a Mermaid state diagram, and as aligned plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from orderloom.lifecycle.declaration import START, Action, Lifecycle
from orderloom.lifecycle.graph import Graph, graphs
from orderloom.lifecycle.provenance import Provenance

# Fill and border of each stage; the text stays the theme's own.
_STAGE_STYLES = {
    "draft": "fill:#f1f3f5,stroke:#868e96",
    "waiting": "fill:#fff3bf,stroke:#f08c00",
    "open": "fill:#d0ebff,stroke:#1c7ed6",
    "done": "fill:#d3f9d8,stroke:#2f9e44",
    "dropped": "fill:#ffe3e3,stroke:#c92a2a",
}
_NEEDS_ESCAPE = re.compile(r"[^\w \-.,()/]")


def mermaid(lifecycle: Lifecycle, provenance: Provenance | None = None) -> str:
    """The lifecycle as `stateDiagram-v2`; each facet is a state that contains its own diagram.

    Args:
        lifecycle: what to draw.
        provenance: names, in square brackets, who added what the owner did not.
    """
    own, *facets = graphs(lifecycle)
    lines = ["stateDiagram-v2", *_graph_lines(own, provenance)]
    for graph in facets:
        lines += [f'    state "{_escaped(graph.facet)}" as F_{graph.facet} {{']
        lines += [f"    {line}" for line in _graph_lines(graph, provenance)]
        lines += ["    }"]
    return "\n".join([*lines, *_stage_lines(own)]) + "\n"


def _graph_lines(graph: Graph, provenance: Provenance | None) -> Iterator[str]:
    for status in graph.statuses.values():
        added = _status_module(graph, status.name, provenance)
        title = _escaped(f"{status.title} {added}".rstrip())
        yield f'    state "{title}" as {_id(graph, status.name)}'
    if graph.facet:
        yield f"    [*] --> {_id(graph, graph.start)}"
    for action in graph.actions:
        if _is_free(action, graph):
            yield from _free_lines(action, graph)
        else:
            yield from _edge_lines(action, graph, provenance)
    for held in graph.statuses:
        for name, targets, action in _verdicts(graph, held):
            label = _escaped(f"{name} ({action.title})")
            for target in targets:
                yield f"    {_id(graph, held)} --> {_id(graph, target)}: {label}"
    for status in graph.statuses.values():
        if status.final:
            yield f"    {_id(graph, status.name)} --> [*]"


def _edge_lines(action: Action, graph: Graph, provenance: Provenance | None) -> Iterator[str]:
    for source in action.sources:
        who = _who(action, source, graph, permission=False)
        notes = (who, _edge_module(action, source, provenance))
        label = _escaped(" ".join((action.title, *filter(None, notes))))
        for target in (*action.targets_from(source), *filter(None, (action.waits_in,))):
            yield f"    {_id(graph, source)} --> {_id(graph, target)}: {label}"


def _is_free(action: Action, graph: Graph) -> bool:
    """From every status to every status: as edges they would hide all the others."""
    every = set(graph.statuses)
    ends = set(action.sources), set(action.target)
    return len(every) > 2 and ends == (every, every)


def _free_lines(action: Action, graph: Graph) -> Iterator[str]:
    first = next(iter(graph.statuses))
    yield f"    note left of {_id(graph, first)}"
    yield f"        {_escaped(action.title)}: from any status to any"
    yield "    end note"


def _stage_lines(graph: Graph) -> Iterator[str]:
    for stage, style in _STAGE_STYLES.items():
        names = [name for name, status in graph.statuses.items() if status.stage == stage]
        if names:
            yield f"    classDef {stage} {style}"
            yield f"    class {','.join(_id(graph, name) for name in names)} {stage}"


def _id(graph: Graph, status: str) -> str:
    # Capitals, which names cannot have, keep Mermaid's own words ("end", "note") and facets apart.
    if status == START:
        return "[*]"
    return f"F_{graph.facet}_S_{status}" if graph.facet else f"S_{status}"


def _escaped(text: str) -> str:
    return _NEEDS_ESCAPE.sub(lambda found: f"#{ord(found[0])};", text)


def plain(lifecycle: Lifecycle, provenance: Provenance | None = None) -> str:
    """The lifecycle as aligned text: a line per status and per way out of it.

    Args:
        lifecycle: what to draw.
        provenance: names, in square brackets, who added what the owner did not.
    """
    return "\n".join(
        "\n".join([graph.name, *_aligned(list(_rows(graph, provenance))), ""])
        for graph in graphs(lifecycle)
    )


def _rows(graph: Graph, provenance: Provenance | None) -> Iterator[Sequence[str]]:
    yield from _moves_from(graph, (START, "", "", ""), START, provenance)
    for status in graph.statuses.values():
        name = f"{status.name} {_status_module(graph, status.name, provenance)}".rstrip()
        final = "final" if status.final else ""
        yield from _moves_from(
            graph, (name, status.title, status.stage, final), status.name, provenance
        )


def _moves_from(
    graph: Graph, head: Sequence[str], source: str, provenance: Provenance | None
) -> Iterator[Sequence[str]]:
    moves = [
        (
            action.name,
            f"-> {' or '.join(action.targets_from(source))}",
            _who(action, source, graph),
            _edge_module(action, source, provenance),
        )
        for action in graph.actions
        if source in action.sources
    ]
    moves += [
        (name, f"-> {' or '.join(targets)}", f"({action.title})", "")
        for name, targets, action in _verdicts(graph, source)
    ]
    if graph.facet and source == START:
        moves = [("", f"-> {graph.start}", "", "")]
    for move in moves or [("", "", "", "")]:
        yield (*head, *move)
        head = ("", "", "", "")


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width)
        yield "  ".join(("", *cells)).rstrip()


def _who(action: Action, source: str, graph: Graph, *, permission: bool = True) -> str:
    waits = (
        f"by itself after {_wait(timer.after)}"
        for timer in graph.timers
        if (timer.action, timer.source) == (action.name, source)
    )
    right = action.permission if permission else ""
    held = f"may wait in {action.waits_in}" if action.waits_in else ""
    leaves = "leaves it as it is" if action.leaves else ""
    notes = ", ".join(filter(None, (action.side, right, held, leaves, *waits)))
    return f"({notes})" if notes else ""


def _verdicts(graph: Graph, status: str) -> Iterator[tuple[str, tuple[str, ...], Action]]:
    """What may become of actions that wait in a status: approve and refuse, with their targets."""
    for action in graph.actions:
        if action.waits_in == status:
            sources = tuple(source for source in action.sources if source != START)
            yield "approve", action.targets, action
            yield "refuse", (action.refused_to,) if action.refused_to else sources, action


def _wait(after: timedelta) -> str:
    seconds = after // timedelta(seconds=1)
    units = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
    return next(f"{seconds // length} {unit}" for unit, length in units if seconds % length == 0)


def _status_module(graph: Graph, status: str, provenance: Provenance | None) -> str:
    module = provenance.of_status(status, facet=graph.facet) if provenance else ""
    return _bracketed(module, provenance)


def _edge_module(action: Action, source: str, provenance: Provenance | None) -> str:
    module = provenance.of_edge(action.name, source) if provenance else ""
    return _bracketed(module, provenance)


def _bracketed(module: str, provenance: Provenance | None) -> str:
    return f"[{module}]" if provenance and module not in ("", provenance.owner) else ""
