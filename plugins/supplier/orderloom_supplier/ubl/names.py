"""The identifiers and codes of UBL 2.1 as Peppol BIS Ordering 3 uses them."""

from __future__ import annotations

from typing import Final

_SCHEMA: Final = "urn:oasis:names:specification:ubl:schema:xsd"
CAC: Final = f"{_SCHEMA}:CommonAggregateComponents-2"
CBC: Final = f"{_SCHEMA}:CommonBasicComponents-2"

ORDER: Final = "Order"
RESPONSE: Final = "OrderResponse"
CANCELLATION: Final = "OrderCancellation"
NAMESPACES: Final = {root: f"{_SCHEMA}:{root}-2" for root in (ORDER, RESPONSE, CANCELLATION)}

_PEPPOL: Final = "urn:fdc:peppol.eu:poacc"
CUSTOMIZATIONS: Final = {
    ORDER: f"{_PEPPOL}:trns:order:3",
    RESPONSE: f"{_PEPPOL}:trns:order_response:3",
    CANCELLATION: f"{_PEPPOL}:trns:order_cancellation:3",
}
# "Ordering" is the process in which the seller answers; a cancellation exists in the advanced one
# only, which is why its profile is another.
PROFILES: Final = {
    ORDER: f"{_PEPPOL}:bis:ordering:3",
    RESPONSE: f"{_PEPPOL}:bis:ordering:3",
    CANCELLATION: f"{_PEPPOL}:bis:advanced_ordering:3",
}
READ_PROFILES: Final = tuple(
    f"{_PEPPOL}:bis:{process}:3" for process in ("order_only", "ordering", "advanced_ordering")
)

# UN/CEFACT 1001: a purchase order.
ORDER_TYPE_CODE: Final = "220"

# UN/CEFACT 4343, of the whole order.
ACKNOWLEDGED: Final = "AB"
ACCEPTED: Final = "AP"
AMENDED: Final = "CA"
REJECTED: Final = "RE"
RESPONSE_CODES: Final = (ACKNOWLEDGED, ACCEPTED, AMENDED, REJECTED)

# UN/CEFACT 1229, of one line.
LINE_CHANGED: Final = "3"
LINE_ACCEPTED: Final = "5"
LINE_REJECTED: Final = "7"
LINE_DELIVERED: Final = "42"
LINE_CODES: Final = (LINE_CHANGED, LINE_ACCEPTED, LINE_REJECTED, LINE_DELIVERED)

# UN/CEFACT 5305 as Peppol narrows it.
TAX_CATEGORIES: Final = ("AE", "E", "G", "K", "L", "M", "O", "S", "Z")
OUT_OF_SCOPE: Final = "O"
TAX_SCHEME: Final = "VAT"

# Incoterms 2020: the buyer fetches the goods at the seller's.
EX_WORKS: Final = "EXW"
