"""Names: prefixed keys, readable labels, tables that say whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.lifecycle import Lifecycle
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, Finding, check
from orderloom.testing.contract.wording import labelled

_PREFIXED = {
    "register_order_types": "order type",
    "register_subjects": "subject type",
    "register_documents": "document",
    "register_notifications": "notification",
    "register_fields": "field",
    "register_permissions": "permission",
    "register_importers": "importer",
}
_NAMED_AFTER = {"register_commands": "command group", "register_demos": "demo"}


@check(SOUND)
def names_are_well_formed(case: Case) -> Iterator[Finding]:
    """Its keys start with its own, its labels are readable, its tables say whose they are."""
    for kind, record in _records(case):
        yield from _prefixed(case.key, kind, record.key)
        yield from labelled(f"The title of {kind} {record.key}", record.title)
    for hook, kind in _NAMED_AFTER.items():
        for record in case.registered(hook):
            yield from _named_after(case.key, kind, getattr(record, "key", "") or record.name)
    for type in case.types:
        yield from _lifecycle_labels(case, type)
    tables = case.loaded.manifest.tables
    for name in () if tables is None else tables.tables:
        if not f"{name}_".startswith(f"ol_{case.key}_"):
            yield Finding(
                f"Table {name} does not say whose it is.",
                f"To name it, begin with ol_{case.key}_.",
            )


def _records(case: Case) -> Iterator[tuple[str, Any]]:
    for hook, kind in _PREFIXED.items():
        for record in case.registered(hook):
            yield kind, record
    for role in case.loaded.manifest.roles:
        yield "role", role


def _prefixed(module: str, kind: str, key: str) -> Iterator[Finding]:
    if not key.startswith(f"{module}."):
        yield Finding(
            f"The key of {kind} {key} could be any module's.",
            f"To keep it apart from others, begin it with {module}. (with the point).",
        )


def _named_after(module: str, kind: str, name: str) -> Iterator[Finding]:
    if name != module:
        yield Finding(
            f"The {kind} {name} is not named like the module, so `orderloom --help` and the "
            "demo do not list it.",
            f"To have it found, name it {module}.",
        )


def _lifecycle_labels(case: Case, type: str) -> Iterator[Finding]:
    merged = case.assembly.lifecycles[type]
    lifecycle: Lifecycle = merged.lifecycle
    parts = [("", lifecycle.statuses), *((one.name, one.statuses) for one in lifecycle.facets)]
    for facet, statuses in parts:
        for status in statuses:
            if merged.provenance.of_status(status.name, facet=facet) == case.key:
                yield from labelled(f"The title of status {status.name}", status.title)
    for action in lifecycle.all_actions:
        if merged.provenance.of_action(action.name) == case.key:
            yield from labelled(f"The title of action {action.name}", action.title)
