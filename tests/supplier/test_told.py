"""What suppliers change of prices and terms is told in the history of the tenant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time
from decimal import Decimal
from threading import Barrier

import pytest
from click.testing import CliRunner

from orderloom import Conflict, Price, User
from orderloom.cli.main import cli
from orderloom.tenants import tenant_ref
from orderloom_supplier import Listed, Terms, set_entries, set_terms
from orderloom_supplier.products import rows
from orderloom_supplier.products.importing import PRODUCTS

WRITERS = 6


def entry(product="milk", price="1.30", outlet="", supplier="dairy", **more):
    cost = Price(Decimal(price), "EUR")
    return Listed(supplier=supplier, outlet=outlet, product=product, price=cost, **more)


def told(market, what):
    """The bodies of the tenant's events of one kind."""
    with market.reader() as reader:
        found = reader.history(tenant_ref(market.tenant))
    return [event.body for event in found if event.body.get("what") == what]


def last(market, what="supplier.products"):
    return told(market, what)[-1]


def known(market, product="milk", outlet=""):
    with market.reader() as reader:
        return rows.listed(reader.reading, "dairy", outlet, product)


def test_a_new_price_is_told_with_the_old_one(market):
    market.sell(price="1.25")

    market.sell(price="1.30")

    assert last(market) == {
        "what": "supplier.products",
        "id": "dairy",
        "changed": {
            "milk": [
                {"price": {"amount": "1.25", "currency": "EUR"}},
                {"price": {"amount": "1.3", "currency": "EUR"}},
            ]
        },
    }


def test_who_changed_it_is_told(market):
    keeper = market.who("supplier_admin", "dairy")
    with market.desk(keeper) as desk:
        set_entries(desk, [entry()])

    with market.reader() as reader:
        assert reader.history(tenant_ref(market.tenant))[-1].actor == keeper.id


def test_a_new_entry_is_told_whole(market):
    market.sell(outlet="cafe", price="1.1", pack="6")

    ((name, (old, new)),) = last(market)["changed"].items()
    assert (name, old) == ("milk for cafe", None)
    assert (new["price"], new["pack"]) == ({"amount": "1.1", "currency": "EUR"}, "6")


def test_what_goes_back_to_the_usual_is_told_too(market):
    market.sell(price="1.30", available=False, pack="6")

    market.sell(price="1.30")

    assert last(market)["changed"]["milk"] == [
        {"available": False, "pack": "6"},
        {"available": True, "pack": "1"},
    ]


def test_entries_of_several_suppliers_are_one_event(market):
    before = len(told(market, "supplier.products"))
    with market.desk() as desk:
        set_entries(desk, [entry(), entry("bread", supplier="bakery", outlet="cafe")])

    assert len(told(market, "supplier.products")) == before + 1
    assert last(market)["id"] == ""
    assert set(last(market)["changed"]) == {"dairy: milk", "bakery: bread for cafe"}


def test_what_stays_as_it_was_is_not_told(market):
    market.sell(price="1.30")
    before = told(market, "supplier.products")
    stays = known(market)

    with market.desk() as desk:
        done = set_entries(desk, [stays])

    assert done == (0, 0)
    assert told(market, "supplier.products") == before


def test_of_a_long_list_the_first_hundred_are_told_and_the_others_counted(market):
    entries = [entry(f"p{number:03}") for number in range(250)]

    with market.desk() as desk:
        set_entries(desk, entries)

    body = last(market)
    assert list(body["changed"]) == [f"p{number:03}" for number in range(100)]
    assert body["more"] == 150


def test_an_import_says_what_stayed(market):
    market.sell(price="1.30")

    with market.desk() as desk:
        done = PRODUCTS.store([known(market), entry("cream")], desk)

    assert (done.created, done.changed, done.unchanged) == (1, 0, 1)


def test_terms_are_told_as_people_read_them(market):
    workdays = Terms(cut_off=time(14, 30), days={0, 1, 2, 3, 4})
    for stated in (workdays, workdays, Terms(cut_off=time(15), days=workdays.days)):
        with market.desk() as desk:
            set_terms(desk, "dairy", stated)

    week = "Monday, Tuesday, Wednesday, Thursday, Friday"
    assert [one["changed"] for one in told(market, "supplier.terms")] == [
        {"cut off": [None, "14:30"], "days": [None, week]},
        {"cut off": ["14:30", "15:00"]},
    ]


# ── several at once ────────────────────────────────────────────────────────────────────────


def at_once(market, *works):
    """All of them at the same moment, each tried again as the loom does."""
    start = Barrier(len(works), timeout=30)

    def one(work):
        start.wait()
        market.loom.run(market.tenant, market.house, work)

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(one, works))


def test_whoever_changes_a_price_at_once_tells_what_he_replaced(market):
    market.sell(price="1")
    prices = [str(2 + number) for number in range(WRITERS)]

    at_once(market, *(lambda desk, to=to: set_entries(desk, [entry(price=to)]) for to in prices))

    moves = [
        [side["price"]["amount"] for side in one["changed"]["milk"]]
        for one in told(market, "supplier.products")[-WRITERS:]
    ]
    assert sorted(new for _, new in moves) == prices
    assert [old for old, _ in moves] == ["1", *(new for _, new in moves[:-1])]


def test_whoever_sets_terms_at_once_tells_what_he_replaced(market):
    hours = [9 + number for number in range(WRITERS)]

    at_once(
        market,
        *(lambda desk, at=at: set_terms(desk, "dairy", Terms(cut_off=time(at))) for at in hours),
    )

    moves = [one["changed"]["cut off"] for one in told(market, "supplier.terms")]
    assert sorted(new for _, new in moves) == [f"{at:02}:00" for at in hours]
    assert [old for old, _ in moves] == [None, *(new for _, new in moves[:-1])]


def test_settings_and_prices_that_change_at_once_are_one_chain(market):
    def admin(desk):
        desk.admin.set("invoicing", {"payment_days": 14})

    at_once(
        market,
        admin,
        lambda desk: set_entries(desk, [entry()]),
        lambda desk: set_terms(desk, "bakery", Terms(cut_off=time(9))),
    )

    with market.reader() as reader:
        events = reader.history(tenant_ref(market.tenant))
        assert reader.verify().findings == ()
    assert {one.body["what"] for one in events[-3:]} == {
        "settings",
        "supplier.products",
        "supplier.terms",
    }


def test_an_entry_that_somebody_else_just_made_is_tried_again(market, monkeypatch):
    monkeypatch.setattr(rows, "_known", lambda keys, writing: {})

    with market.desk() as desk, pytest.raises(Conflict) as conflict:
        set_entries(desk, [entry()])

    assert conflict.value.retryable
    assert known(market).price.amount == Decimal("1.2")


# ── shown ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(market, tmp_path, monkeypatch):
    """Runs `orderloom …`; answers the result."""
    monkeypatch.chdir(tmp_path)
    url = market.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user="ann"):
        return CliRunner().invoke(
            cli, ["--db", url, "--tenant", market.tenant, "--as", user, *args]
        )

    return call


def test_the_history_of_the_tenant_says_it_in_words(market, run):
    with market.desk() as desk:
        desk.directory.save_user(User(id="ann", grants=market.house.grants))
        set_entries(desk, [entry("milk", "1.30"), entry("cream", "2", "cafe", pack=Decimal(6))])
        set_terms(desk, "dairy", Terms(cut_off=time(14, 30), days={0, 4}))

    result = run("tenant", "history")
    assert result.exit_code == 0, result.output
    shown = result.stdout.splitlines()

    at = next(index for index, line in enumerate(shown) if "supplier.products dairy" in line)
    text = "\n".join(line.strip() for line in shown[at:])
    assert "ann  changed: supplier.products dairy" in text
    assert "~ milk: least 6 → 0; pack 6 → 1; price 1.2 EUR → 1.3 EUR" in text
    assert "+ cream for cafe: available yes; least 0; outlet cafe; pack 6; price 2 EUR" in text
    assert "changed: supplier.terms dairy" in text
    assert "~ cut off — → 14:30" in text
    assert "~ days — → Monday, Friday" in text


def test_who_manages_no_tenant_sees_no_history_of_it(run):
    refused = run("tenant", "history", user="supplier_admin.dairy")

    assert refused.exit_code != 0
    assert "supplier.products" not in refused.output
