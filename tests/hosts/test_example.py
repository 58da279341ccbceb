"""The example program itself: its story, its directory, its transactions."""

from __future__ import annotations

import runpy
import sys

import pytest
from sqlalchemy.orm import Session

from host_erp import purchasing
from host_erp.directory import HostDirectory
from host_erp.purchasing import Wanted, buy, transact
from host_erp.story import add_masters, open_engine, play
from host_erp.tables import Account, Base, Partner
from orderloom import (
    Conflict,
    Contact,
    Forbidden,
    Grant,
    NotFound,
    Orderloom,
    Party,
    Product,
    Project,
    Refused,
    Scope,
    Unit,
    User,
)

KIM = User(id="kim", name="Kim Sample", grants=[Grant("procurement.buyer")])
TENANT = Scope("tenant", "")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'erp.db'}"
    return request.getfixturevalue("database").replace("postgresql:", "postgresql+psycopg:")


@pytest.fixture
def engine(url):
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def loom(engine):
    """The ERP's, for two companies."""
    loom = Orderloom(engine, directory=HostDirectory())
    Base.metadata.create_all(engine)
    loom.migrate()
    for company in ("works", "other"):
        loom.create_tenant(company, modules=["procurement"])
    with Session(engine) as session, session.begin():
        add_masters(session, "works")
    return loom


@pytest.fixture
def session(loom, engine):
    with Session(engine) as session:
        yield session


def test_the_story_says_what_each_ending_left_behind(url, capsys):
    play(url)

    before, rolled_back, after, committed, end = filter(None, capsys.readouterr().out.split("\n"))
    assert before == "there is:     journal 0, orders 0, events 0, mails 0"
    assert rolled_back.endswith("-00001 was sent, but costs 2527.00 EUR")
    assert after == before
    assert committed.endswith("-00001, for the number had come back")
    assert end == "there is:     journal 1, orders 1, events 4, mails 1"


def test_the_story_can_be_told_again(url, capsys):
    play(url)
    play(url)

    assert "-00002, for the number had come back" in capsys.readouterr().out


@pytest.mark.parametrize(
    "given",
    [
        "nonsense",
        "sqlite:////nowhere/at/all/erp.db",
        "postgresql+psycopg://somebody@/erp?host=/nowhere",
        "mysql://somebody@localhost/erp",
    ],
)
def test_a_database_that_cannot_be_used_ends_the_program_without_a_traceback(given, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["host_erp", given])

    with pytest.raises(SystemExit, match=r"check its URL|To go on") as ended:
        runpy.run_module("host_erp", run_name="__main__")

    assert "Traceback" not in str(ended.value)


# ── the directory ──────────────────────────────────────────────────────────────────────────


def ask(session, method, *args, company="works", **more):
    return getattr(HostDirectory(), method)(session.connection(), company, *args, **more)


def test_the_directory_answers_from_the_tables_of_the_erp(session):
    vendor = Party(
        "V1", "Vendor One", roles=frozenset({"vendor"}),
        contacts=(Contact("Sales desk", email="sales@vendor-one.example"),),
    )  # fmt: skip
    chair, rope = (
        Product(id="CH-1", name="Folding chair"),
        Product(id="RP-1", name="Rope", unit="COIL"),
    )

    assert ask(session, "party", "V1") == vendor
    assert ask(session, "parties") == (vendor,)
    assert ask(session, "product", "CH-1") == chair
    assert ask(session, "products") == (chair, rope)
    assert ask(session, "units") == {"COIL": Unit("COIL", "coil", "Coil of 50 m", 0)}
    assert ask(session, "project", "summer") == Project("summer", "Summer works")
    assert ask(session, "projects") == (Project("summer", "Summer works"),)
    assert ask(session, "user", "kim") == KIM
    assert ask(session, "users") == (KIM,)


@pytest.mark.parametrize("method", ["party", "product", "project", "user"])
def test_the_directory_knows_nothing_of_another_company(session, method):
    known = {"party": "V1", "product": "CH-1", "project": "summer", "user": "kim"}

    assert ask(session, method, known[method], company="other") is None


def test_parties_are_found_by_role_and_by_text_in_any_case(session):
    session.add(Partner(company="works", code="C1", name="Customer One"))
    session.flush()

    assert [party.id for party in ask(session, "parties", text="ONE")] == ["C1", "V1"]
    assert [party.id for party in ask(session, "parties", text="one", role="vendor")] == ["V1"]
    assert [product.id for product in ask(session, "products", text="rp-")] == ["RP-1"]


def test_a_job_counts_in_every_scope_while_its_account_is_enabled(session):
    session.add(Account(company="works", login="lee", name="Lee", job="purchaser", enabled=False))
    session.flush()

    assert ask(session, "users_with", "procurement.buyer", TENANT) == (KIM,)
    assert ask(session, "users_with", "procurement.buyer", Scope("project", "summer")) == (KIM,)
    assert ask(session, "users_with", "admin", TENANT) == ()


# ── transactions ───────────────────────────────────────────────────────────────────────────


def purchase(session, loom, login="kim", **more):
    wanted = {"vendor": "V1", "cost_centre": "summer", "items": {"CH-1": 190}, **more}
    return buy(session, loom, "works", login, Wanted(**wanted))


def test_broken_packs_are_raised_to_whole_ones(session, loom):
    entry = purchase(session, loom)

    assert entry.amount_cents == 250_000  # 190 chairs are 10 packs of 20, at 12.50


def test_a_vendor_added_in_the_same_transaction_can_be_ordered_from(session, loom):
    mail = "sales@vendor-two.example"
    session.add(Partner(company="works", code="V2", name="Vendor Two", is_vendor=True, email=mail))
    session.flush()

    assert purchase(session, loom, vendor="V2").order_number


def test_who_may_not_order_is_refused(session, loom):
    session.add(Account(company="works", login="lee", name="Lee", job="auditor"))
    session.flush()

    with pytest.raises(Forbidden):
        purchase(session, loom, "lee")


def test_who_has_no_account_is_not_found(session, loom):
    with pytest.raises(NotFound, match="nobody"):
        purchase(session, loom, "nobody")


def test_a_cost_centre_the_erp_does_not_know_is_refused(session, loom):
    with pytest.raises(Refused) as refused:
        purchase(session, loom, cost_centre="winter")

    assert refused.value.codes == ("project.unknown",)


def test_the_whole_transaction_is_told_again_when_somebody_was_in_the_way(
    session, loom, engine, monkeypatch
):
    monkeypatch.setattr(purchasing.time, "sleep", lambda seconds: None)
    numbers = []

    def work(session):
        numbers.append(purchase(session, loom).order_number)
        if len(numbers) < 3:
            raise Conflict("In the way. To go on, try again.", retryable=True)

    transact(engine, work)

    with loom.reader("works", KIM.actor()) as reader:
        assert reader.count().value == 1
    assert len(numbers) == 3
    assert len(set(numbers)) == 1


@pytest.mark.parametrize(("retryable", "attempts"), [(True, 5), (False, 1)])
def test_a_conflict_that_stays_is_raised_in_the_end(loom, engine, monkeypatch, retryable, attempts):
    monkeypatch.setattr(purchasing.time, "sleep", lambda seconds: None)
    tried = []

    def work(session):
        tried.append(purchase(session, loom))
        raise Conflict("In the way. To go on, try again.", retryable=retryable)

    with pytest.raises(Conflict):
        transact(engine, work)

    assert len(tried) == attempts
