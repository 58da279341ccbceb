"""Rows named by `claim_rows` are held before a command is decided."""

from uuid import UUID

import pytest

from orderloom import Claim, Conflict, SetOrder


@pytest.fixture
def meanwhile():
    """What somebody else does while the next command names its claims."""
    return []


@pytest.fixture
def claiming(make_toy, make_module, meanwhile):
    """A toy whose orders claim the order they name in their remarks."""

    def claim_rows(before):
        if before is None:
            return None
        if meanwhile:
            meanwhile.pop()()
        return Claim("ol_subject", UUID(before.remarks)) if before.remarks else None

    return make_toy(make_module("claiming", claim_rows=claim_rows))


def test_a_claimed_row_that_is_gone_is_a_conflict(claiming):
    order = claiming.place(remarks="019f1d8c-e200-75c9-a01f-1259ccdd907b")

    with pytest.raises(Conflict, match="removed") as conflict:
        claiming.perform(order, "pay")

    assert conflict.value.retryable


def test_other_claims_after_locking_are_a_conflict_worth_retrying(claiming, meanwhile):
    if claiming.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    other, order = claiming.place(), claiming.place()
    meanwhile.append(lambda: claiming.edit(order, SetOrder(remarks=str(other.id))))

    def pay():
        with claiming.desk() as desk:
            return desk.perform(order.id, "pay")

    with pytest.raises(Conflict) as conflict:
        pay()

    assert conflict.value.retryable
    assert pay().facet("payment") == "paid"


def test_a_change_that_leaves_the_claims_is_no_conflict_for_an_id(claiming, meanwhile):
    if claiming.loom.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    order = claiming.place()
    meanwhile.append(lambda: claiming.edit(order, SetOrder(title="Theirs")))

    with claiming.desk() as desk:
        paid = desk.perform(order.id, "pay")

    assert (paid.title, paid.version) == ("Theirs", 3)
