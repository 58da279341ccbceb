"""One decision under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from orderloom.decide.decision import Decision
from orderloom.decide.reading import Deciding
from orderloom.decide.rights import ALL_SIDES, right_problems, scope_of, sides_of
from orderloom.errors import Problem
from orderloom.lifecycle import Action, Lifecycle
from orderloom.modules import Assembly
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.orders.building import Maker
from orderloom.orders.commands import Command
from orderloom.orders.order import Order
from orderloom.orders.subject import Subject
from orderloom.values.changing import changer


@attrs.frozen(kw_only=True)
class Step:
    """One decision under way: its context, and the problems found so far.

    Attributes:
        type: of the subject.
        needed: the permission the command needs.
        make: what new values are made with; gathers the problems.
        approved: the limits have had their say already.
    """

    command: Command
    before: Subject | None
    assembly: Assembly
    reading: Deciding
    type: OrderType | SubjectType
    needed: str
    make: Maker
    approved: bool = False

    @property
    def existing(self) -> Subject:
        """The subject before it, of a command that needs one."""
        if self.before is None:
            raise TypeError("this command needs a subject")
        return self.before

    @property
    def lifecycle(self) -> Lifecycle:
        """The merged lifecycle of the type."""
        return self.assembly.lifecycles[self.type.key].lifecycle

    @property
    def barred(self) -> bool:
        """Whether a right is missing."""
        return any(problem.forbidden for problem in self.make.gather.problems)

    @property
    def unreadable(self) -> bool:
        """Whether the input is wrong in itself, rights apart."""
        return any(not problem.forbidden for problem in self.make.gather.problems)

    def take(self, problems: Iterable[Problem]) -> None:
        """Keep what speaks against the command."""
        for problem in problems:
            self.make.gather.add(problem)

    def check(self, hook: str, **args: Any) -> None:
        """Run a checking hook of the modules that own or touch the type."""
        for _, problem in self.assembly.dispatcher.collect(
            hook, type=self.type.key, reading=self.reading, **args
        ):
            self.make.gather.add(problem)

    def check_each(self, hook: str, varying: Iterable[Mapping[str, Any]], **args: Any) -> None:
        """As `check`, for each set of the arguments that vary."""
        for _, problem in self.assembly.dispatcher.collect_each(
            hook, varying, type=self.type.key, reading=self.reading, **args
        ):
            self.make.gather.add(problem)

    def right(self, subject: Subject) -> None:
        """Ask for the right to the command where a subject is."""
        self.take(right_problems(self.needed, subject, self.assembly, self.reading))

    def right_there(self, after: Subject) -> bool:
        """Ask for it where the subject would be, if it is handed to others or moved.

        Returns:
            Whether it is there, as far as it was asked for.
        """
        before = self.existing
        moved = scope_of(before, self.assembly) != scope_of(after, self.assembly)
        if not moved or not self.reading.allows(self.needed, before):
            return True
        self.right(after)
        return self.reading.allows(self.needed, after)

    def sides(self, subject: Subject) -> frozenset[str]:
        """The sides the actor plays with this command; all while the right itself is missing."""
        if not self.reading.allows(self.needed, subject):
            return ALL_SIDES
        return sides_of(self.reading.actor, subject, self.needed, self.assembly)

    def blame(self, action: Action) -> str:
        """The module whose code stands behind an action."""
        provenance = self.assembly.lifecycles[self.type.key].provenance
        return provenance.of_action(action.name) or self.assembly.owners[self.type.key]

    def decision(self, after: Subject | None, **more: Any) -> Decision:
        """What came out."""
        return Decision(
            command=self.command,
            before=self.before,
            after=after,
            problems=self.make.gather.problems,
            **more,
        )

    def only_rights(self) -> Decision:
        """The refusal of whoever lacks a right, who is told of nothing else."""
        lacking = tuple(one for one in self.make.gather.problems if one.forbidden)
        return Decision(command=self.command, before=self.before, problems=lacking)

    def following(self, after: Subject, *, always: bool = False) -> Subject:
        """The following version; the same value if nothing changed."""
        before = self.existing
        if after == before and not always:
            return before
        return _following[type(after)](after, before.version + 1, self.reading.now)


_following: Final = {cls: changer(cls, "version", "updated_at") for cls in (Subject, Order)}
