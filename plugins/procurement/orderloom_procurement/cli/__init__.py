"""`orderloom procurement`: requests, needs, coverage, the line item editor and the planner."""

from __future__ import annotations

from orderloom.cli import group
from orderloom_procurement.cli.coverage import coverage
from orderloom_procurement.cli.lines import lines
from orderloom_procurement.cli.needs import needs
from orderloom_procurement.cli.planner import plan_orders
from orderloom_procurement.cli.requests import requests


@group(help="Requests, needs, coverage, and orders planned from them.")
def procurement() -> None:
    """Requests, needs, coverage, and orders planned from them."""


for command in (coverage, lines, needs, plan_orders, requests):
    procurement.add_command(command)
