"""What a notification says to one recipient: a template of his language, filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.errors import Forbidden, Refused
from orderloom.modules import Assembly
from orderloom.modules.contributions import Notification, Recipient, Value
from orderloom.notify.asking import asked
from orderloom.notify.messages import Letter
from orderloom.notify.reaching import refusal_of
from orderloom.notify.telling import Telling
from orderloom.notify.templates import (
    Chosen,
    Filled,
    choose,
    fill,
    formatted,
    languages_of,
    translate,
)
from orderloom.orders.events import Event
from orderloom.orders.hidden import HIDDEN
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values import REC20, Quantity, shown


def letter(
    notification: Notification,
    event: Event,
    subject: Subject,
    recipient: Recipient,
    reading: Telling,
    assembly: Assembly,
) -> Letter:
    """The message to one recipient.

    Args:
        notification: that heard the event.
        event: what happened.
        subject: after it.
        recipient: completed.
        reading: of the command.
        assembly: of the tenant; where its modules keep their catalogues.

    Raises:
        Refused: [notification.bad_message] a value holds what no mail can.
        ModuleFault: `values` or a catalogue of the module failed.
    """
    languages = languages_of(recipient.language, reading.tenant.language)
    chosen = chosen_for(notification, languages, reading, assembly)
    known = _standard(event, subject, recipient, reading, assembly, chosen)
    own = asked(notification, "values", _values, notification, event, subject, recipient, reading)
    values = {n: own[n] if n in own else known[n]() for n in chosen.template.names()}
    tag = chosen.locale_for(recipient.language)
    written = asked(notification, "values", _written, values, tag, reading)
    return _read(notification, recipient, fill(chosen.template, written))


def chosen_for(
    notification: Notification, languages: tuple[str, ...], reading: Telling, assembly: Assembly
) -> Chosen:
    """The template for a reader of some languages.

    Raises:
        ModuleFault: a catalogue of the module cannot be read, or breaks the template.
    """
    package = assembly.locales[notification.key.partition(".")[0]]
    return asked(
        notification, "locale", choose, notification, languages, reading.own_templates, package
    )


def sampled(notification: Notification, chosen: Chosen, language: str, reading: Telling) -> Filled:
    """A template filled with samples, as a reader of a language would see it.

    Args:
        notification: brings samples of its own placeholders.
        chosen: the template.
        language: tag of the reader's.
        reading: whose tenant and zone it is.

    Raises:
        ModuleFault: a sample of the module is none of the kinds of values.
    """
    noun = notification.type.rpartition(".")[2]
    parts = {
        "number": "2026-00017", "title": "Summer terrace", "status": "Open", "project": "Summer",
        "buyer": "Sample Café", "seller": "Sample Foods",
    }  # fmt: skip
    standard: dict[str, Value] = {f"{noun}.{name}": sample for name, sample in parts.items()}
    standard |= {
        "actor.name": "Sam Sample", "reason": "As agreed by telephone.",
        "recipient.name": "Robin Sample", "tenant.title": reading.tenant.title,
    }  # fmt: skip
    samples = {**standard, **notification.placeholders}
    values = {name: samples[name] for name in chosen.template.names()}
    tag = chosen.locale_for(language)
    written = asked(notification, "placeholders", _written, values, tag, reading)
    return fill(chosen.template, written)


def _written(values: Mapping[str, Value], tag: str, reading: Telling) -> dict[str, str]:
    """Values as a reader's language writes them."""
    measured = any(isinstance(value, Quantity) for value in values.values())
    units = {**REC20, **reading.units()} if measured else REC20
    zone = reading.tenant.timezone
    return {name: formatted(value, tag, zone, units) for name, value in values.items()}


def _values(
    notification: Notification,
    event: Event,
    subject: Subject,
    recipient: Recipient,
    reading: Telling,
) -> Mapping[str, Value]:
    """What the module says of its own placeholders: each of them, and no others."""
    try:
        values = notification.values(event, subject, recipient, reading)
    except Forbidden as error:
        if "field.hidden" not in error.codes:
            raise
        return dict.fromkeys(notification.placeholders, HIDDEN)  # it reckons with amounts
    if not isinstance(values, Mapping):
        raise TypeError(f"it answered {type(values).__name__} where a mapping is expected")
    if wrong := sorted(set(values).symmetric_difference(notification.placeholders)):
        raise ValueError(f"it is to answer exactly its placeholders; not so: {', '.join(wrong)}")
    return values


def _standard(
    event: Event,
    subject: Subject,
    recipient: Recipient,
    reading: Telling,
    assembly: Assembly,
    chosen: Chosen,
) -> dict[str, Callable[[], str]]:
    """What `standard_names` stand for; each is looked up only where it is used."""
    noun = subject.type.rpartition(".")[2]
    parties = (subject.buyer, subject.seller) if isinstance(subject, Order) else (None, None)
    buyer, seller = (party.name or party.id if party else "" for party in parties)
    package = assembly.locales.get(assembly.owners.get(subject.type, ""), "")

    def status() -> str:
        title = reading.status(subject).title
        return translate(package, title, languages_of(chosen.language))

    def project() -> str:
        found = reading.project(subject.project) if subject.project else None
        return found.title if found else subject.project

    def actor() -> str:
        user = reading.user(event.actor)
        return user.name or user.id if user else event.actor

    return {
        f"{noun}.number": lambda: subject.number,
        f"{noun}.title": lambda: subject.title,
        f"{noun}.status": status,
        f"{noun}.project": project,
        f"{noun}.buyer": lambda: buyer,
        f"{noun}.seller": lambda: seller,
        "actor.name": actor,
        "reason": lambda: event.reason,
        "recipient.name": lambda: recipient.name or recipient.address or recipient.user,
        "tenant.title": lambda: reading.tenant.title,
    }


def _read(notification: Notification, recipient: Recipient, filled: Filled) -> Letter:
    """A letter is never empty, whatever a tenant's template and its values come to."""
    subject = filled.subject or notification.title
    try:
        return Letter.read(recipient.name, subject, filled.text or subject, filled.html)
    except Refused as refusal:
        text = "“{title}” to {name} cannot be mailed as it is written: {reason}"
        params: dict[str, Any] = {
            "title": notification.title,
            "name": shown(recipient.name or recipient.address or recipient.user),
            "reason": "; ".join(map(str, refusal.problems)),
        }
        raise refusal_of(notification, "bad_message", text, params) from refusal
