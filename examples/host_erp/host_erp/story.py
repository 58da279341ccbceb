"""What `python -m host_erp` plays: one purchase rolled back, the same one committed."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from host_erp.directory import HostDirectory
from host_erp.purchasing import Wanted, buy, transact
from host_erp.tables import Account, Base, CostCentre, Item, JournalEntry, Measure, Partner
from orderloom import SETUP, Orderloom, sqlite

COMPANY = "example-works"
CHAIRS = Wanted(vendor="V1", cost_centre="summer", items={"CH-1": 190, "RP-1": 3})


class OverBudget(Exception):
    """The ERP's own reason not to buy."""


def play(url: str) -> None:
    """Tell the story on a database; it may be told again and again on the same one."""
    engine = open_engine(url)
    with Orderloom(engine, directory=HostDirectory()) as loom:
        set_up(engine, loom)
        print(f"there is:     {left_behind(engine, loom)}")
        try:
            transact(engine, lambda session: too_dear(session, loom))
        except OverBudget as reason:
            print(f"\nrolled back:  {reason}")
        print(f"there is:     {left_behind(engine, loom)}")
        entry = transact(engine, lambda session: buy(session, loom, COMPANY, "kim", CHAIRS))
        print(f"\ncommitted:    sent as {entry.order_number}, for the number had come back")
        print(f"there is:     {left_behind(engine, loom)}")
    engine.dispose()


def open_engine(url: str) -> Engine:
    """The ERP's engine, which orderloom shares."""
    engine = create_engine(url)
    # Once, before its first use: foreign keys, WAL, and transactions that begin when told to.
    return sqlite.prepare(engine) if engine.dialect.name == "sqlite" else engine


def set_up(engine: Engine, loom: Orderloom) -> None:
    """The tables of both, and one company in both; nothing if they are there already."""
    Base.metadata.create_all(engine)
    loom.migrate()
    with Session(engine) as session, session.begin():
        known = session.get(Account, (COMPANY, "kim")) is not None
    if not known:
        loom.create_tenant(COMPANY, title="Example Works", modules=["procurement"])
        with Session(engine) as session, session.begin():
            add_masters(session, COMPANY)


def add_masters(session: Session, company: str) -> None:
    """What the ERP knows of a company."""
    session.add_all([
        Partner(company=company, code="V1", name="Vendor One", is_vendor=True,
                contact="Sales desk", email="sales@vendor-one.example"),
        Item(company=company, number="CH-1", name="Folding chair", pack=20, price_cents=1250),
        Item(company=company, number="RP-1", name="Rope", unit="COIL", price_cents=900),
        Measure(company=company, code="COIL", symbol="coil", title="Coil of 50 m"),
        CostCentre(company=company, code="summer", title="Summer works"),
        Account(company=company, login="kim", name="Kim Sample", job="purchaser"),
    ])  # fmt: skip


def too_dear(session: Session, loom: Orderloom) -> None:
    """Buy, then think better of it: the order is sent already, but only inside the transaction."""
    entry = buy(session, loom, COMPANY, "kim", CHAIRS)
    raise OverBudget(f"{entry.order_number} was sent, but costs {euros(entry.amount_cents)}")


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02} EUR"


def left_behind(engine: Engine, loom: Orderloom) -> str:
    """How much there is on either side, as anybody else sees it."""
    with Session(engine) as session:
        entries = session.scalar(select(func.count()).select_from(JournalEntry))
    with loom.reader(COMPANY, SETUP) as reader:
        orders = reader.find(limit=1000).items
        events = sum(len(reader.history(order)) for order in orders)
        deliveries = len(reader.deliveries(limit=1000))
    return f"journal {entries}, orders {len(orders)}, events {events}, mails {deliveries}"
