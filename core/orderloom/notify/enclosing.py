"""The files that go with a mail: those the event brought, to those who may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.lifecycle import kinds_without
from orderloom.modules import Assembly
from orderloom.modules.contributions import Notification
from orderloom.orders.events import Event

HEAVIEST: Final = 10 * 2**20
"""Bytes of all files of a mail. They travel as base64, a third heavier, and many mail servers take
no more than 20 MB; what is above is left out as a whole, as the message says what there is."""

FILES: Final = "files"
"""Where a payload keeps the ids of what goes with the mail."""


def brought(notification: Notification, event: Event) -> Sequence[Mapping[str, Any]]:
    """What an event says of the files that go with a mail about it; none if they are too heavy."""
    found = [one for one in event.body.get("files", ()) if one["kind"] in notification.files]
    return found if sum(one["size"] for one in found) <= HEAVIEST else ()


def enclosed(
    notification: Notification, event: Event, assembly: Assembly, hidden: tuple[str, ...]
) -> dict[str, list[str]]:
    """The part of a payload that names the files which go with a mail.

    Args:
        notification: that heard the event.
        event: whole, as a reader from whom anything is hidden is told of no files.
        assembly: of the tenant; its lifecycles say what files show.
        hidden: from the recipient; what shows it does not go to him.
    """
    found = brought(notification, event)
    if found and hidden:
        merged = assembly.lifecycles.get(notification.type)
        kinds = kinds_without(hidden, merged.lifecycle.all_actions if merged else ())
        found = [one for one in found if one["kind"] in kinds]
    return {FILES: [one["id"] for one in found]} if found else {}
