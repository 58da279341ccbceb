"""The one step from subject and command to a decision; it writes nothing."""

from orderloom.decide.deciding import decide
from orderloom.decide.decision import Decision
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
    "Decision",
    "decide",
    "declared",
    "deleted_problems",
    "missing_right",
    "needed_for",
    "parked_problems",
    "permission_of",
    "right_problems",
    "scope_of",
    "sides_of",
]
