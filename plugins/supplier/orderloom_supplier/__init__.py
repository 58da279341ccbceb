"""Outlets and suppliers for orderloom: orders between the two, from the cart to the dispute.

These are the names other modules and hosts may build on.
"""

from orderloom_supplier.accepting import AcceptAndSchedule, AcceptOptions, Reduced
from orderloom_supplier.accounts import (
    Account,
    account_owner,
    set_account_owner,
    visible_accounts,
)
from orderloom_supplier.cart import CartItem, place_cart
from orderloom_supplier.completing import CompleteOptions, DeclineOptions, DisputeOptions
from orderloom_supplier.products.keeping import NewListed, read_entry, set_entries, visible_list
from orderloom_supplier.products.rows import Listed
from orderloom_supplier.records import (
    ORDER_TYPE,
    Dropped,
    ReorderData,
    SupplierData,
    accepted_of,
    is_struck,
    progress,
    received_of,
)
from orderloom_supplier.reordering import latest_reorder, reorder
from orderloom_supplier.scheduling import ScheduleOptions
from orderloom_supplier.terms.days import Terms
from orderloom_supplier.terms.rows import set_terms, terms_of

__all__ = [
    "ORDER_TYPE",
    "AcceptAndSchedule",
    "AcceptOptions",
    "Account",
    "CartItem",
    "CompleteOptions",
    "DeclineOptions",
    "DisputeOptions",
    "Dropped",
    "Listed",
    "NewListed",
    "Reduced",
    "ReorderData",
    "ScheduleOptions",
    "SupplierData",
    "Terms",
    "accepted_of",
    "account_owner",
    "is_struck",
    "latest_reorder",
    "place_cart",
    "progress",
    "read_entry",
    "received_of",
    "reorder",
    "set_account_owner",
    "set_entries",
    "set_terms",
    "terms_of",
    "visible_accounts",
    "visible_list",
]
