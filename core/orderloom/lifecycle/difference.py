"""What changed between two lifecycles, in lines a person can read before a switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from orderloom.lifecycle.declaration import Lifecycle
from orderloom.lifecycle.fault import edge_text, renaming_text, timer_text
from orderloom.lifecycle.graph import Graph, graphs
from orderloom.lifecycle.stored import plain_fields


@attrs.frozen
class _Item:
    """One thing that may come, go or change.

    Attributes:
        text: what it is, without what may change about it.
        traits: what may change about it, by name.
    """

    text: str
    traits: dict[str, Any] = attrs.field(factory=dict, hash=False)


def difference(old: Lifecycle, new: Lifecycle) -> tuple[str, ...]:
    """What was taken away ("- …"), added ("+ …") and changed ("~ …"), in declared order.

    An action possible from one more source is one more edge. Empty if both declare the same.
    """
    before = {item.text: item.traits for item in _items(old)}
    after = {item.text: item.traits for item in _items(new)}
    return (
        *(f"- {text}" for text in before if text not in after),
        *(f"+ {text}" for text in after if text not in before),
        *(
            f"~ {text}: {name} {_shown(before[text].get(name))} → {_shown(value)}"
            for text, traits in after.items()
            if text in before
            for name, value in traits.items()
            if value != before[text].get(name)
        ),
    )


def _items(lifecycle: Lifecycle) -> Iterator[_Item]:
    for graph in graphs(lifecycle):
        yield from _graph_items(graph)
    for timer in lifecycle.timers:
        yield _Item(f"timer {timer_text(lifecycle.name, timer)}", {"after": timer.after})
    for old, new in lifecycle.renamed:
        yield _Item(f"renaming {renaming_text(lifecycle.name, old, new)}")


def _graph_items(graph: Graph) -> Iterator[_Item]:
    if graph.facet:
        yield _Item(f"facet {graph.name}", {"start": graph.start})
    for status in graph.statuses.values():
        yield _Item(f"status {graph.name}: {status.name}", plain_fields(status))
    for action in graph.actions:
        fields = plain_fields(action)
        traits = {name: fields[name] for name in fields if name not in {"source", "target"}}
        yield _Item(f"action {graph.name}: {action.name}", traits)
        for source in action.sources:
            targets = action.targets_from(source)
            yield _Item(f"edge {edge_text(graph.name, (source,), action.name, targets)}")


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_item_shown, value)) or "none"
    return repr(value) if isinstance(value, str) else str(value)


def _item_shown(item: Any) -> str:
    if isinstance(item, dict):  # a kind of file that an action attaches
        shows = "".join(f", shows {one}" for one in item.get("shows", ()))
        return f"{item['kind']} (at most {item['most']}{shows})"
    return str(item)
