"""The invoice of an order: a draft as soon as the supplier has taken the order on.

Abandoning the order later leaves the draft; one that could not be made is made by hand
(`orderloom invoicing handover ORDER`).

Source: Order Ez, invoice hand-over; systems.md 1.1.
"""

from __future__ import annotations

from orderloom import Order, Writing
from orderloom_invoicing import hand_over
from orderloom_supplier.records import accepted_of


def hand_over_accepted(order: Order, writing: Writing) -> None:
    """Ask for a draft invoice of what was accepted, under the number of the order, as of today."""
    hand_over(order, writing, quantities=accepted_of(order), reference=order.number)
