"""From drawn bytes to the steps of a story."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from orderloom.lifecycle import Action, Lifecycle
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.testing.fuzzing.cast import ADMIN, everybody
from orderloom.testing.fuzzing.dice import Dice
from orderloom.testing.fuzzing.injecting import DATABASE, HOOKS
from orderloom.testing.fuzzing.story import How, Story, Told
from orderloom.testing.fuzzing.world import TENANTS, World

_STATEMENTS: Final = 20  # a command takes about as many
_DAYS: Final = (1, 8, 40, 200)
_NOTES: Final = ("Sample", "", "x\x00y")


def tell(story: Story, given: World, drawn: Iterable[bytes]) -> None:
    """Take one step of a story for each of the bytes drawn.

    Raises:
        BrokenInvariantError: something did not hold.
    """
    teller = _Teller(story, given)
    for each in drawn:
        teller.step(Dice(each))
    story.end()


class _Teller:
    """Makes up the next step from what the story has come to."""

    def __init__(self, story: Story, given: World) -> None:
        self._story, self._world = story, given
        self._actors = everybody(given.assembly.roles)
        self._types = [each for each in given.types.values() if self._lifecycle(each.key).starts]

    def step(self, dice: Dice) -> None:
        """Take one step."""
        told = self._story.told
        steps: list[tuple[int, Callable[[Dice], None]]] = [(5, self._place)]
        if told:
            steps += [(16, self._perform), (11, self._edit), (2, self._delete), (2, self._restore)]
            steps += [(2, self._copy), (1, self._note), (1, self._wait)]
        dice.often(*steps)(dice)

    def _place(self, dice: Dice) -> None:
        tenant = TENANTS[dice.chance(4)]
        how = self._how(dice, None)
        if tenant != TENANTS[0]:
            how["at"] = tenant
        type = dice.pick(self._types)
        action = dice.pick([each.name for each in self._lifecycle(type.key).starts])
        there = self._there(tenant)
        self._story.place(self._world.ground.new(type, dice, there), action=action, **how)

    def _perform(self, dice: Dice) -> None:
        told, how = self._target(dice)
        legal = not dice.chance(6)
        if legal and not self._open(told):
            told = next(filter(self._open, reversed(self._story.told)), told)
        lifecycle = self._lifecycle(told.now.type)
        # Among all actions, so that the same dice choose the same one in a shorter story.
        at = dice.number(len(lifecycle.all_actions) - 1)
        following = (*lifecycle.all_actions[at:], *lifecycle.all_actions[:at])
        action = next(
            (each for each in following if legal and each in self._open(told)), following[0]
        )
        name = "no_such_action" if dice.chance(40) else action.name
        self._story.perform(told, name, self._options(told, action, dice), **how)

    def _open(self, told: Told) -> list[Action]:
        """The actions that start from where a subject is."""
        now = told.now
        known = self._lifecycle(now.type).all_actions
        stands = [(now.facet(each.facet) if each.facet else now.status, each) for each in known]
        gone = now.deleted_at is not None
        return [each for status, each in stands if status in each.sources and not gone]

    def _options(self, told: Told, action: Action, dice: Dice) -> Any:
        if action.options is None:
            return {"no_such_option": 1} if dice.chance(40) else None
        key = f"{told.now.type}.{action.name}"
        samples = self._world.samples.options.get(key, ())
        if samples and dice.chance(2):
            return dice.pick(samples)
        return self._world.ground.options(key, action.options, dice, self._there(told.tenant))

    def _there(self, tenant: str) -> list[Subject]:
        """What a tenant holds, as far as the story placed it."""
        return [told.now for told in self._story.told if told.tenant == tenant]

    def _edit(self, dice: Dice) -> None:
        told, how = self._target(dice)
        there = self._there(told.tenant)
        self._story.edit(told, self._world.ground.edits(told.now, dice, there), **how)

    def _delete(self, dice: Dice) -> None:
        told, how = self._target(dice)
        self._story.delete(told, **how)

    def _restore(self, dice: Dice) -> None:
        told, how = self._target(dice)
        self._story.restore(told, **how)

    def _copy(self, dice: Dice) -> None:
        told, how = self._target(dice)
        how.pop("seen", None)  # a copy is made of what there is
        if isinstance(told.now, Order):
            self._story.copy(told, **how)

    def _note(self, dice: Dice) -> None:
        told, how = self._target(dice)
        how.pop("seen", None)
        self._story.note(told, dice.pick(_NOTES), **how)

    def _wait(self, dice: Dice) -> None:
        self._story.wait(dice.pick(_DAYS))

    def _target(self, dice: Dice) -> tuple[Told, How]:
        """What a step is about: often what was placed last, seldom what was placed long ago."""
        back = dice.often((5, 0), (3, 1), (2, 2), (1, 3), (1, 4), (1, 6), (1, 9))
        told = self._story.told[-1 - min(back, len(self._story.told) - 1)]
        return told, self._how(dice, told)

    def _how(self, dice: Dice, told: Told | None) -> How:
        how: How = {}
        if dice.chance(4):
            how["by"] = dice.pick(self._actors)
        if dice.chance(10):
            how["fault"] = self._fault(dice)
        if dice.chance(10):
            how["again"] = True
        if told is not None and dice.chance(4):
            how["seen"] = dice.pick(told.versions).version
        if told is not None and dice.chance(24):
            how["at"] = next(name for name in TENANTS if name != told.tenant)
        return {name: value for name, value in how.items() if value != ADMIN}  # type: ignore[return-value]  # a How: total=False

    def _fault(self, dice: Dice) -> str:
        return dice.pick([*HOOKS, *(f"{DATABASE} {1 + n}" for n in range(_STATEMENTS))])

    def _lifecycle(self, type: str) -> Lifecycle:
        return self._world.assembly.lifecycles[type].lifecycle
