"""Tell random stories of a module until one breaks something; answer with the shortest."""

from __future__ import annotations

from random import Random
from typing import Final

from sqlalchemy.engine import Engine

from orderloom.errors import Problem, Refused
from orderloom.testing.fuzzing.broken import BrokenInvariantError
from orderloom.testing.fuzzing.ground import Ground
from orderloom.testing.fuzzing.shrinking import Drawn, shrunk
from orderloom.testing.fuzzing.story import Story
from orderloom.testing.fuzzing.telling import tell
from orderloom.testing.fuzzing.world import World, world

_CHOICES: Final = 48  # of one step; more than any uses up
_LONGEST: Final = 60  # steps: long enough to go round a lifecycle several times


def fuzz_module(
    module: str,
    *,
    ground: type[Ground] = Ground,
    engine: Engine | None = None,
    stories: int = 100,
    seed: int = 0,
) -> int:
    """Tell random stories of a module's lifecycles and check what must hold after each step.

    Commands legal and illegal, by every role in several places, edits, options good and bad,
    faults, retries, stale versions, timers, all in two tenants side by side. The same seed tells
    the same stories.

    Args:
        module: key of an installed module, or of one of the ground's.
        ground: what its stories stand on; subclass `Ground` for a module whose subjects need
            more than the usual, or that has rules of its own to check.
        engine: of a database of orderloom's own; tenants are added to it and stay. A SQLite
            database that goes with the call if None.
        stories: how many, 1 at least.
        seed: of the random choices.

    Returns:
        How many steps were taken.

    Raises:
        BrokenInvariantError: an AssertionError that says what did not hold, with the shortest
            story that shows it as a test to be pasted.
        NotFound: there is no such module.
        ModuleFault: it cannot be switched on.
        Refused: [fuzz.stories] there are none to tell; [fuzz.ground] that is no class of grounds.
    """
    __tracebackhide__ = True
    if stories < 1:
        text = "There is nothing to tell in {given} stories. To try a module, say 1 or more."
        raise Refused([Problem("fuzz.stories", text, "stories", params={"given": stories})])
    random, steps = Random(seed), 0
    with world(module, ground, engine) as given:
        audience = _Audience(given, engine)
        for _ in range(stories):
            drawn = tuple(random.randbytes(_CHOICES) for _ in range(1 + random.randrange(_LONGEST)))
            steps += len(drawn)
            if broken := audience.hears(drawn):
                shortest = audience.shortest(drawn, broken)
                # What it says is all there is to see: none of the frames are of who reads it.
                raise shortest.with_traceback(None) from broken.__cause__
    return steps


class _Audience:
    """Listens to stories of one world, and for what they break."""

    def __init__(self, given: World, engine: Engine | None) -> None:
        self._world, self._engine = given, engine

    def hears(self, drawn: Drawn) -> BrokenInvariantError | None:
        """What a story breaks, None if nothing."""
        ground = type(self._world.ground)
        story = Story(self._world.module, ground=ground, engine=self._engine)
        try:
            tell(story.on(self._world), self._world, drawn)
        except BrokenInvariantError as broken:
            return broken
        return None

    def shortest(self, drawn: Drawn, broken: BrokenInvariantError) -> BrokenInvariantError:
        """What the shortest story breaks that breaks the same invariant."""
        found = broken

        def breaks(tried: Drawn) -> bool:
            nonlocal found
            heard = self.hears(tried)
            if heard is None or heard.invariant != broken.invariant:
                return False
            found = heard
            return True

        shrunk(drawn, breaks)
        return found
