"""The refusal of what is no input of the right class at all."""

from __future__ import annotations

from orderloom.errors import Problem, Refused
from orderloom.values import shown


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
