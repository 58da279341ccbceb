"""What a story breaks."""

from __future__ import annotations


class BrokenInvariantError(AssertionError):
    """Something that must hold at every moment did not hold after a step.

    Attributes:
        invariant: its name, such as "only declared moves".
        reason: what was found.
        story: the steps as a test; "" until the story is over.
    """

    def __init__(self, invariant: str, reason: str, story: str = "") -> None:
        self.invariant, self.reason, self.story = invariant, reason, story
        super().__init__(invariant, reason, story)

    def __str__(self) -> str:
        told = f"\n\n{self.story}" if self.story else ""
        return f"Broken: {self.invariant}. {self.reason}{told}"


def require(holds: object, invariant: str, reason: str) -> None:
    """Let a story go on if something holds.

    Raises:
        BrokenInvariantError: it does not.
    """
    if not holds:
        raise BrokenInvariantError(invariant, reason)
