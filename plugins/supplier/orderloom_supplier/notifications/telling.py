"""What the messages have in common: the order they are about, their channels and placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from orderloom import Event, Notification, Reading, Recipient, Subject, Template
from orderloom_supplier.notifications.values import PLACEHOLDERS, values_of
from orderloom_supplier.records import ORDER_TYPE
from orderloom_supplier.rights import TOLD

Whom = Callable[[Event, Subject, Reading], Iterable[Recipient]]


def told(
    key: str, title: str, on: str, whom: Whom, template: Template, **more: Any
) -> Notification:
    """A message about a supplier order, to those with the right to be told, by mail and inbox.

    Args:
        key: without the module's.
        title: of what happened.
        on: name of the event or action.
        whom: the rule that names whom to tell.
        template: in English.
        more: of `Notification`: `topic`, `when`, `files` …
    """
    return Notification(
        key=f"supplier.{key}",
        title=title,
        type=ORDER_TYPE,
        on=on,
        recipients=whom,
        permission=TOLD,
        template=template,
        placeholders=PLACEHOLDERS,
        values=values_of,
        channels=("mail", "inbox"),
        **more,
    )


def letter(subject: str, *paragraphs: str) -> Template:
    """A letter: the greeting, paragraphs, and who writes."""
    text = "\n\n".join(("Dear {recipient.name},", *paragraphs, "{tenant.title}"))
    return Template(subject=subject, text=text)
