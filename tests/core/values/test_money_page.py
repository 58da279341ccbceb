import re
from decimal import Decimal
from pathlib import Path

from orderloom.values import Money, Price

PAGE = Path(__file__).parents[3] / "docs" / "concepts" / "money.md"


def _rows(heading):
    """The cells of the rows of the table that starts with a heading."""
    table = PAGE.read_text("utf-8").split(f"\n| {heading} |")[1].split("\n\n")[0]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]


def test_the_table_of_line_totals_holds():
    rows = _rows("price")

    for price, quantity, _, total in rows:
        amount, per = re.fullmatch(r"([0-9.]+) EUR(?: per ([0-9]+))?", price).groups(default="1")
        worked_out = Price(Decimal(amount), "EUR", Decimal(per)).times(Decimal(quantity))
        assert str(worked_out) == total
    assert len(rows) == 4


def test_the_table_of_the_split_holds():
    rows = _rows("10.00 EUR over")

    parts = Money(Decimal(10), "EUR").allocate([Decimal(row[0].split()[1]) for row in rows])

    assert [str(part.amount) for part in parts] == [row[4] for row in rows]
