"""Approvals: the ledger, delegations, what users may order on their own, tenants' policies."""

from orderloom.approvals.facts import LiveFacts
from orderloom.approvals.ledger import ESCALATE, EXPIRE, latest, of_subject, record

__all__ = ["ESCALATE", "EXPIRE", "LiveFacts", "latest", "of_subject", "record"]
