"""Declarations as plain JSON values and back; reading needs none of their code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs

from orderloom.lifecycle.action import Action, CodeNames
from orderloom.lifecycle.facet import Facet
from orderloom.lifecycle.status import Status
from orderloom.lifecycle.timer import Timer

_ACTION_FIELDS = tuple(
    field.name
    for field in attrs.fields(Action)
    if field.name not in {"options", "route", "edits", "names"}
)


def plain_fields(record: Any) -> dict[str, Any]:
    """The fields of an attrs record as JSON values, an action's code by its names."""
    if isinstance(record, Action):
        kept = {name: _plain(getattr(record, name)) for name in _ACTION_FIELDS}
        return {**kept, "code": plain_fields(record.code)}
    return {field.name: _plain(getattr(record, field.name)) for field in attrs.fields(type(record))}


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        return plain_fields(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, timedelta):
        return value // timedelta(seconds=1)
    return value


def read_action(data: Mapping[str, Any]) -> Action:
    """An action that knows the names of its code, not the code."""
    kept = {name: value for name, value in data.items() if name != "code"}
    return Action(**kept, names=CodeNames(**data["code"]))


def read_timer(data: Mapping[str, Any]) -> Timer:
    """A timer; its wait is stored in seconds."""
    return Timer(**{**data, "after": timedelta(seconds=data["after"])})


def read_facet(data: Mapping[str, Any]) -> Facet:
    """A facet with its statuses and actions."""
    return Facet(
        data["name"],
        statuses=[Status(**status) for status in data["statuses"]],
        start=data["start"],
        actions=[read_action(action) for action in data["actions"]],
    )
