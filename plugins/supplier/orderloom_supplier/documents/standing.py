"""When a document can be issued of an order, and by whose side."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from orderloom import DocumentInputs, Forbidden, Order, PartyRef, Problem, Reading, Refused
from orderloom_supplier.lifecycle import TAKEN_ON
from orderloom_supplier.rights import missing_at

#: Statuses in which the goods have arrived.
ARRIVED: Final = ("completed", "in_dispute", "completed_after_dispute")
#: Statuses in which the supplier has taken the order on, or has delivered it.
TAKEN: Final = (*TAKEN_ON, *ARRIVED)


def check_outlet(inputs: DocumentInputs, reading: Reading, permission: str) -> None:
    """Whether the actor may issue what the outlet writes.

    Raises:
        Forbidden: he lacks the permission at the outlet.
    """
    _check_side(_order(inputs).buyer, reading, permission)


def check_supplier(inputs: DocumentInputs, reading: Reading, permission: str) -> None:
    """Whether the actor may issue what the supplier writes.

    Raises:
        Forbidden: he lacks the permission at the supplier.
    """
    _check_side(_order(inputs).seller, reading, permission)


def check_status(inputs: DocumentInputs, statuses: Collection[str], action: str) -> None:
    """Whether the document makes sense where the order stands.

    Args:
        inputs: of the document.
        statuses: those in which it does.
        action: what leads to them, for the message ("complete").

    Raises:
        Refused: [supplier.document.status].
    """
    if _order(inputs).status not in statuses:
        text = "The order has not come so far. To issue this document, {action} the order first."
        params = {"action": action}
        raise Refused([Problem("supplier.document.status", text, "status", params=params)])


def _check_side(party: PartyRef | None, reading: Reading, permission: str) -> None:
    if party is not None and (problems := tuple(missing_at(reading, permission, party.id))):
        raise Forbidden(problems)


def _order(inputs: DocumentInputs) -> Order:
    assert isinstance(inputs.subject, Order)
    return inputs.subject
