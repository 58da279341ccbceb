"""Sending an order: what it takes, and the options of the action."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from orderloom import Delivery, Order, Problem, Reading


@attrs.frozen(kw_only=True)
class SendOptions:
    """Options of the action `send`.

    Attributes:
        mail: mail the request to the vendor's contact; without it, hand over the PDF yourself.
        message: a few words of your own at the top of that mail.
    """

    mail: bool = attrs.field(default=True, metadata={"help": "Mail the request to the vendor."})
    message: str = attrs.field(default="", metadata={"help": "Your own words in that mail."})


def missing(order: Order, options: SendOptions | None, reading: Reading) -> Iterator[Problem]:
    """Everything an order lacks before its request for quotation can go out.

    Args:
        order: a draft.
        options: None when nobody has chosen yet; then the order could still go without a mail.

    Source: BackOps, orders (delivery/pickup info, bill-to info), completed in systems.md 0.3.
    """
    if not order.lines:
        text = "The order has no lines. To send it, add what the vendor is asked for."
        yield Problem("procurement.send.no_lines", text, "lines")
    if not _says_where(order.delivery):
        text = "Delivery or pickup is missing. To send it, give an address or instructions."
        yield Problem("procurement.send.no_delivery", text, "delivery")
    if order.bill_to is None:
        text = "The bill-to address is missing. To send it, say who is invoiced, and where."
        yield Problem("procurement.send.no_bill_to", text, "bill_to")
    if order.seller is None:
        text = "The vendor is missing. To send it, name the vendor who is asked for a quote."
        yield Problem("procurement.send.no_vendor", text, "seller")
    elif options is not None and options.mail and not vendor_email(order, reading):
        text = (
            "{vendor} has no contact with an e-mail address. To mail the request, give it one; "
            "to hand over the PDF yourself, send it without mail (--no-mail)."
        )
        params = {"vendor": order.seller.name}
        yield Problem("procurement.send.no_contact", text, "seller", params=params)


def vendor_email(order: Order, reading: Reading) -> str:
    """The e-mail address requests to the order's vendor go to, "" for none."""
    party = reading.party(order.seller.id) if order.seller else None
    contact = party.primary_contact if party else None
    return contact.email if contact else ""


def _says_where(delivery: Delivery | None) -> bool:
    return delivery is not None and bool(delivery.address or delivery.instructions)
