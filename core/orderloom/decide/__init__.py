"""The one step from subject and command to a decision; it writes nothing."""

from orderloom.decide.approving import named as approver_named
from orderloom.decide.deciding import decide
from orderloom.decide.decision import Approval, Decision
from orderloom.decide.guarding import (
    as_told,
    guards_of,
    hidden_at,
    hidden_from,
    hidden_problem,
)
from orderloom.decide.limits import ask_all
from orderloom.decide.moving import UNASKED
from orderloom.decide.rights import (
    ALL_SIDES,
    missing_right,
    needed_for,
    permission_of,
    right_problems,
    scope_of,
    sides_of,
)
from orderloom.decide.standing import declared, deleted_problems, parked_problems

__all__ = [
    "ALL_SIDES",
    "UNASKED",
    "Approval",
    "Decision",
    "approver_named",
    "as_told",
    "ask_all",
    "decide",
    "declared",
    "deleted_problems",
    "guards_of",
    "hidden_at",
    "hidden_from",
    "hidden_problem",
    "missing_right",
    "needed_for",
    "parked_problems",
    "permission_of",
    "right_problems",
    "scope_of",
    "sides_of",
]
