"""The mail a vendor gets with the request for quotation."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom import Event, Message, Notification, Order, Reading, Recipient, Subject
from orderloom_procurement.lifecycle import RFQ
from orderloom_procurement.records import ORDER_TYPE
from orderloom_procurement.rfq import project_title
from orderloom_procurement.rfq_labels import labels_for


def _wanted(event: Event, order: Subject) -> bool:
    """Options at their defaults are not in the event: a mail is sent unless it says otherwise."""
    return bool(event.body.get("options", {}).get("mail", True))


def _contact(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    party = reading.party(order.seller.id) if isinstance(order, Order) and order.seller else None
    contact = party.primary_contact if party else None
    if party and contact and contact.email:
        yield Recipient(contact.email, contact.name, contact.language or party.language)


def _write(event: Event, order: Subject, recipient: Recipient, reading: Reading) -> Message:
    assert isinstance(order, Order)
    words = labels_for(recipient.language or reading.tenant.language)
    names = {
        "number": order.number,
        "project": project_title(order, reading),
        "name": recipient.name,
        "sender": reading.tenant.title,
    }
    own = event.body.get("options", {}).get("message", "")
    parts = (words.greeting, own, words.text, words.closing)
    written = (part if part is own else part.format(**names) for part in parts if part)
    text = "\n\n".join(written)
    return Message(subject=words.subject.format(**names), text=text + "\n")


NOTIFICATION = Notification(
    key=RFQ,
    title="Request for quotation to the vendor",
    type=ORDER_TYPE,
    on="send",
    when=_wanted,
    recipients=_contact,
    write=_write,
    attach=RFQ,
)
