"""The mail a vendor gets with the request for quotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orderloom import Event, Notification, Order, Reading, Recipient, Subject, Template
from orderloom_procurement.lifecycle import RFQ
from orderloom_procurement.records import ORDER_TYPE

_TEMPLATE = Template(
    subject="Request for quotation {order.number}: {order.project}",
    text="""\
Dear {recipient.name},

{message}

please find attached our request for quotation {order.number} for {order.project}. We ask you to \
quote a unit price without tax for each line, with lead time and validity.

Kind regards
{tenant.title}
""",
)


def _wanted(event: Event, order: Subject) -> bool:
    """Options at their defaults are not in the event: a mail is sent unless it says otherwise."""
    return bool(event.body.get("options", {}).get("mail", True))


def _contact(event: Event, order: Subject, reading: Reading) -> Iterator[Recipient]:
    party = reading.party(order.seller.id) if isinstance(order, Order) and order.seller else None
    contact = party.primary_contact if party else None
    if party and contact and contact.email:
        yield Recipient(contact.email, contact.name, contact.language or party.language)


def _values(
    event: Event, order: Subject, recipient: Recipient, reading: Reading
) -> Mapping[str, str]:
    """What the buyer adds in his own words."""
    return {"message": event.body.get("options", {}).get("message", "")}


NOTIFICATION = Notification(
    key=RFQ,
    title="Request for quotation to the vendor",
    type=ORDER_TYPE,
    on="send",
    when=_wanted,
    recipients=_contact,
    template=_TEMPLATE,
    placeholders={"message": "Please answer by Friday."},
    values=_values,
    attach=RFQ,
)
