"""Procurement for orderloom: requests, needs, orders to vendors, coverage, RFQs.

These are the names other modules and hosts may build on.
"""

from orderloom_procurement.coverage import (
    Coverage,
    CoveredNeed,
    by_department,
    coverage_of,
    coverage_table,
)
from orderloom_procurement.editor import (
    Pick,
    add_needs,
    line_for,
    move_line,
    remove,
    set_quantity,
    sheet,
    split,
)
from orderloom_procurement.needs import NewNeed, add_need, change_need
from orderloom_procurement.planner import Plan, Rules, propose
from orderloom_procurement.planning import Terms, place_plan, plan
from orderloom_procurement.quotes import LineQuote, LineQuoteData, QuoteData, RecordQuote
from orderloom_procurement.records import NEED, ORDER_TYPE, LineData, NeedData
from orderloom_procurement.requests.deciding import approve, deny, reopen
from orderloom_procurement.requests.linking import link, need_from, unlink
from orderloom_procurement.requests.listing import pool, request_counts, request_table, requested
from orderloom_procurement.requests.records import REQUEST, RequestData, approval_of
from orderloom_procurement.requests.rows import Requested, RequestRow
from orderloom_procurement.requests.stating import NewRequest, add_request, change_request
from orderloom_procurement.selector import SetStatus
from orderloom_procurement.sending import SendOptions
from orderloom_procurement.settings import ProcurementSettings
from orderloom_procurement.shares import Share, Shares, shares_of

__all__ = [
    "NEED",
    "ORDER_TYPE",
    "REQUEST",
    "Coverage",
    "CoveredNeed",
    "LineData",
    "LineQuote",
    "LineQuoteData",
    "NeedData",
    "NewNeed",
    "NewRequest",
    "Pick",
    "Plan",
    "ProcurementSettings",
    "QuoteData",
    "RecordQuote",
    "RequestData",
    "RequestRow",
    "Requested",
    "Rules",
    "SendOptions",
    "SetStatus",
    "Share",
    "Shares",
    "Terms",
    "add_need",
    "add_needs",
    "add_request",
    "approval_of",
    "approve",
    "by_department",
    "change_need",
    "change_request",
    "coverage_of",
    "coverage_table",
    "deny",
    "line_for",
    "link",
    "move_line",
    "need_from",
    "place_plan",
    "plan",
    "pool",
    "propose",
    "remove",
    "reopen",
    "request_counts",
    "request_table",
    "requested",
    "set_quantity",
    "shares_of",
    "sheet",
    "split",
    "unlink",
]
