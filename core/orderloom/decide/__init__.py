"""The one step from subject and command to a decision; it writes nothing."""

from orderloom.decide.decision import Decision
from orderloom.decide.rights import needed_for, permission_of, right_problems, sides_of
from orderloom.decide.step import UNASKED, decide

__all__ = [
    "UNASKED",
    "Decision",
    "decide",
    "needed_for",
    "permission_of",
    "right_problems",
    "sides_of",
]
