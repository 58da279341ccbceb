"""Procurement for orderloom: needs, orders to vendors, coverage, requests for quotation.

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
from orderloom_procurement.selector import SetStatus
from orderloom_procurement.sending import SendOptions
from orderloom_procurement.settings import ProcurementSettings
from orderloom_procurement.shares import Share, Shares, shares_of

__all__ = [
    "NEED",
    "ORDER_TYPE",
    "Coverage",
    "CoveredNeed",
    "LineData",
    "LineQuote",
    "LineQuoteData",
    "NeedData",
    "NewNeed",
    "Pick",
    "Plan",
    "ProcurementSettings",
    "QuoteData",
    "RecordQuote",
    "Rules",
    "SendOptions",
    "SetStatus",
    "Share",
    "Shares",
    "Terms",
    "add_need",
    "add_needs",
    "by_department",
    "change_need",
    "coverage_of",
    "coverage_table",
    "line_for",
    "move_line",
    "place_plan",
    "plan",
    "propose",
    "remove",
    "set_quantity",
    "shares_of",
    "sheet",
    "split",
]
