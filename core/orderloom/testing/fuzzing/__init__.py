"""The lifecycle fuzzer: random stories of a module, and the shortest of those that break it."""

from orderloom.testing.fuzzing.broken import BrokenInvariantError
from orderloom.testing.fuzzing.dice import Dice
from orderloom.testing.fuzzing.fuzz import fuzz_module
from orderloom.testing.fuzzing.ground import Ground
from orderloom.testing.fuzzing.story import How, Story, Told

__all__ = ["BrokenInvariantError", "Dice", "Ground", "How", "Story", "Told", "fuzz_module"]
