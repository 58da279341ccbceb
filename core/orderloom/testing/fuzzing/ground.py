"""What the stories of a module stand on: its tenants' directory, its content, its own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Final

from orderloom.desk import Desk, Reader
from orderloom.modules.contributions import OrderType, SubjectType
from orderloom.orders.commands import (
    AddLine,
    Edit,
    MoveLine,
    NewLine,
    NewOrder,
    NewSubject,
    RecordQuantity,
    RemoveLine,
    Reprice,
    SetLine,
    SetOrder,
)
from orderloom.orders.order import Delivery, Order
from orderloom.orders.subject import Subject
from orderloom.testing.builders import a_party, a_project, an_address
from orderloom.testing.fuzzing.dice import Dice
from orderloom.testing.fuzzing.raw import raw_options

VENDORS: Final = ("vendor", "other_vendor")
BUYERS: Final = ("buyer", "other_buyer")
PROJECTS: Final = ("summer", "winter")
_QUANTITIES: Final = ("1", "2", "10", "2.5", "200", "0.000001", "999999999999", "0", "-1", "many")
_PRICES: Final = (None, "1", "12.50", "0.004125", "0", "999999999", "-1")
_TEXTS: Final = ("", "Sample", "Größe 5 — ½", "two\nlines", "x\x00y")
_GOODS: Final = ("Folding chair", "Marquee", "")


class Ground:
    """What stories are made of; subclass it to say what a module needs beyond the usual.

    Stories pick from what these methods answer with the dice they get: the same dice must give the
    same answer, and the simplest answer must come first.

    Attributes:
        modules: python modules or namespaces to run; None runs those that are installed.
        settings: of the module under test, set in every tenant.
        contained: hooks that may fail in what the module does in `Writing.together` and goes on
            without; the failure of any other refuses the command.
    """

    modules: ClassVar[Iterable[object] | None] = None
    settings: ClassVar[dict[str, Any]] = {}
    contained: ClassVar[Collection[str]] = ()

    def prepare(self, desk: Desk) -> None:
        """Fill the directory of a new tenant: vendors, buyers, projects."""
        for id in (*VENDORS, *BUYERS):
            desk.directory.save_party(a_party(id))
        for id in PROJECTS:
            desk.directory.save_project(a_project(id))

    def new(
        self, type: OrderType | SubjectType, dice: Dice, there: Sequence[Subject]
    ) -> NewOrder | NewSubject:
        """Something to place.

        Args:
            type: of what is to be placed.
            dice: makes the choices.
            there: what the tenant holds already.
        """
        if isinstance(type, SubjectType):
            return NewSubject(type.key, title(dice), project=project(dice))
        whole = dice.number(2) > 0
        return NewOrder(
            type.key,
            seller=dice.often((1, ""), (4, VENDORS[0]), (2, VENDORS[1])),
            buyer=dice.often((3, ""), (2, BUYERS[0]), (1, BUYERS[1])),
            project=project(dice),
            lines=[self.line(dice, there) for _ in range(dice.number(3))],
            delivery=Delivery(address=an_address()) if whole else None,
            bill_to=an_address() if whole else None,
        )

    def line(self, dice: Dice, there: Sequence[Subject]) -> NewLine:
        """A line to order, in a new order or in one that is there."""
        return NewLine(dice.pick(_GOODS[: 2 + dice.chance(16)]), quantity(dice), price=price(dice))

    def edits(self, subject: Subject, dice: Dice, there: Sequence[Subject]) -> list[Edit]:
        """Edits of a subject, one or several."""
        if not isinstance(subject, Order):
            return [SetOrder(title=title(dice))]
        return [self.edit(subject, dice, there) for _ in range(1 + dice.number(1))]

    def edit(self, order: Order, dice: Dice, there: Sequence[Subject]) -> Edit:
        """One edit of an order."""
        there_is_none = dice.chance(12) or not order.lines
        line = 1 + (len(order.lines) if there_is_none else dice.number(len(order.lines) - 1))
        kind = dice.often(
            (8, SetLine),
            (6, AddLine),
            (4, RemoveLine),
            (4, SetOrder),
            (6, RecordQuantity),
            (2, MoveLine),
            (1, Reprice),
        )
        if kind is SetLine:
            given = {"price": price(dice)} if dice.chance(3) else {"quantity": quantity(dice)}
            return SetLine(line=line, **given)
        if kind is AddLine:
            return AddLine(self.line(dice, there))
        if kind is RemoveLine:
            return RemoveLine(line)
        if kind is RecordQuantity:
            return RecordQuantity(line, dice.often((3, "received"), (1, "accepted")), _share(dice))
        if kind is MoveLine:
            return MoveLine(line, dice.number(3))
        return Reprice() if kind is Reprice else SetOrder(**_set_order(dice))

    def options(self, action: str, options: type[Any], dice: Dice, there: Sequence[Subject]) -> Any:
        """Options to perform an action with: good ones, and some that are not.

        Args:
            action: "type.action", such as "procurement.order.send".
            options: attrs class.
            dice: makes the choices.
            there: what the tenant holds already.
        """
        words = sorted({subject.status for subject in there})
        return raw_options(options, dice, words)

    def check(self, reader: Reader) -> Iterable[str]:
        """What of the module's own rules does not hold in a tenant now; asked after every step."""
        return ()


def title(dice: Dice) -> str:
    """A title, mostly a good one."""
    return dice.often((5, "Sample"), (4, "Other"), (1, ""))


def project(dice: Dice) -> str:
    """A project, mostly one there is."""
    return dice.often((4, ""), (8, PROJECTS[0]), (4, PROJECTS[1]), (1, "no_such_project"))


def quantity(dice: Dice) -> str:
    """A quantity, mostly a good one."""
    return dice.pick(_QUANTITIES[:5] if dice.number(7) < 7 else _QUANTITIES)


def price(dice: Dice) -> str | None:
    """A price or none, mostly a good one."""
    return dice.pick(_PRICES[:4] if dice.number(7) < 7 else _PRICES)


def _share(dice: Dice) -> str:
    """How much happened to a line: little, so that more can follow, or anything."""
    return quantity(dice) if dice.chance(4) else dice.pick(("1", "0.000001", "0.5"))


def _set_order(dice: Dice) -> dict[str, Any]:
    fields: dict[str, Sequence[Any]] = {
        "remarks": _TEXTS,
        "title": _TEXTS[:2],
        "seller": ("", *VENDORS, "nobody_known"),
        "buyer": ("", *BUYERS),
        "delivery": (None, Delivery(address=an_address()), Delivery(instructions="Ring.")),
        "bill_to": (None, an_address()),
    }
    name = dice.pick(tuple(fields))
    return {name: dice.pick(fields[name])}
