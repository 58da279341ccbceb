"""The refusal of what is no input of the right class at all."""

from __future__ import annotations

from orderloom.errors import Problem, Refused
from orderloom.values import shown

_MOST = 2**63 - 1  # what databases hold


def unfit(field: str, given: object, wanted: str) -> Refused:
    """The refusal [input.unfit] of something that is not what a field holds.

    Args:
        field: path of the input.
        given: what was handed in.
        wanted: what belongs there, in words.
    """
    text = "“{given}” does not belong here. To go on, give {wanted}."
    params = {"given": shown(given), "wanted": wanted}
    return Refused([Problem("input.unfit", text, field, params=params)])


def counted(given: object, field: str) -> int:
    """Read a number that counts something, 0 or more.

    Raises:
        Refused: [input.unfit] it is none.
    """
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _MOST:
        return given
    raise unfit(field, given, "a whole number, 0 or more")
