"""Settings: made of defaults, and settable as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from orderloom.desk import Desk
from orderloom.testing.contract.case import Case
from orderloom.testing.contract.finding import SOUND, Finding, check
from orderloom.testing.contract.wording import told


@check(SOUND)
def settings_can_be_set(case: Case) -> Iterator[Finding]:
    """Every setting has a default, and what is shown of it would set it so."""
    cls = case.loaded.manifest.settings
    if cls is None:
        return
    if not attrs.has(cls):
        yield Finding(
            f"{cls.__name__} is not an attrs class.", "To declare settings, use @attrs.frozen."
        )
        return
    required = [one.name for one in attrs.fields(cls) if one.default is attrs.NOTHING]
    for name in required:
        yield Finding(
            f"Setting {name} has no default, so no tenant could switch the module on.",
            "To declare it, give it one.",
        )
    if not required:
        yield from _round_trips(case)


def _round_trips(case: Case) -> Iterator[Finding]:
    with case.bench.desk() as desk:
        try:
            origins = desk.admin.settings(case.key).provenance()
        except Exception as error:  # whatever its converters and validators make of it
            yield Finding(
                f"Its settings cannot be made of their defaults: {told(error)}",
                "To have them work unset, mend the defaults.",
            )
            return
        for origin in origins:
            yield from _as_shown(case, desk, origin.name, origin.value)


def _as_shown(case: Case, desk: Desk, name: str, text: str) -> Iterator[Finding]:
    before = _value(case, desk, name)
    try:
        desk.admin.set(case.key, {name: text})
        after = _value(case, desk, name)
    except Exception as error:
        yield Finding(
            f"Setting {name} cannot be set to its own default, {text!r}: {told(error)}",
            "To have it set as it is shown, mend its type, converter or validator.",
        )
        return
    if after != before:
        yield Finding(
            f"Setting {name}, shown as {text!r}, becomes {after!r} when it is set so.",
            "To have it set as it is shown, mend its type or converter.",
        )


def _value(case: Case, desk: Desk, name: str) -> Any:
    return getattr(desk.admin.settings(case.key).value, name)
