"""Random stories of invoicing: drafts, postings and credits, with their figures checked."""

from collections import defaultdict
from decimal import Decimal

import attrs

from orderloom import Money, Query
from orderloom.testing import Ground, fuzz_module
from orderloom_invoicing import INVOICE, KIND, notes_of
from orderloom_invoicing.crediting import CreditOptions
from orderloom_invoicing.posting import PostOptions

RULES = ({"group": "Books", "percent": "7"}, {"group": "Deposit", "category": "O", "percent": "0"})


class InvoicingGround(Ground):
    """Invoices that mostly can be posted, credits of some of them, figures that must be right."""

    settings = {"tax_percent": "19", "tax_rules": RULES}  # noqa: RUF012 - as the kit asks for it

    def new(self, type, dice, there):
        new = super().new(type, dice, there)
        return new if new.buyer or dice.chance(4) else attrs.evolve(new, buyer="buyer")

    def line(self, dice, there):
        line = super().line(dice, there)
        if line.price is None and not dice.chance(6):
            line = attrs.evolve(line, price="3.335")
        return attrs.evolve(line, group=dice.pick(("", "Books", "Deposit")))

    def options(self, action, options, dice, there):
        given = super().options(action, options, dice, there)
        if options is PostOptions and not dice.chance(4):
            return {}
        if options is CreditOptions and not dice.chance(4):
            lines = [{"line": 1 + dice.number(1), "quantity": dice.pick(("1", "0.5", "2"))}]
            return {"lines": lines} if dice.chance(2) else {}
        return given

    def check(self, reader):
        """Each seller's numbers have no gaps, credit notes add up to what is credited."""
        items = reader.find(Query(kind=KIND), limit=1000).items
        drawn = defaultdict(list)
        for one in items:
            if one.number:
                drawn[one.type, one.number[:-5]].append(int(one.number[-5:]))
        for series, last in drawn.items():
            if sorted(last) != list(range(1, len(last) + 1)):
                yield f"the numbers of {series} are {sorted(last)}"
        for invoice in items:
            if invoice.type == INVOICE and invoice.status in ("posted", "credited"):
                yield from self.check_credits(invoice, reader)

    def check_credits(self, invoice, reader):
        notes = [reader.get(one, kind=KIND) for one in notes_of(invoice.id, reader.reading)]
        counted = sum((line.happened("credited") for line in invoice.lines), Decimal(0))
        noted = sum((line.quantity for note in notes for line in note.lines), Decimal(0))
        if counted != noted:
            yield f"{invoice.number} counts {counted} as credited, its notes {noted}"
        amounts = Money.sum((note.totals.lines for note in notes), invoice.currency)
        if invoice.status == "credited" and amounts != invoice.totals.lines:
            yield f"{invoice.number} is of {invoice.totals.lines}, its credit notes of {amounts}"


def test_stories_of_invoicing(engine) -> None:
    stories = 25 if engine.dialect.name == "sqlite" else 8  # the server takes longer for each

    assert fuzz_module("invoicing", ground=InvoicingGround, engine=engine, stories=stories) > 200
