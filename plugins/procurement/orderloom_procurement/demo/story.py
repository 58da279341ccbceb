"""The story: needs and vendors are loaded, orders planned and sent, and then life goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from orderloom import Address, Contact, Delivery, Desk, Order, Party, Project, Query, Subject
from orderloom.directory import IMPORTERS, read_rows
from orderloom_procurement.coverage import TITLES, by_department, coverage_table
from orderloom_procurement.importing import NEEDS
from orderloom_procurement.needs import change_need
from orderloom_procurement.planner import Rules
from orderloom_procurement.planning import Terms, place_plan, plan
from orderloom_procurement.records import NEED
from orderloom_procurement.requests.deciding import approve, deny
from orderloom_procurement.requests.importing import REQUESTS
from orderloom_procurement.requests.linking import link
from orderloom_procurement.requests.records import ADVANCE, REQUEST
from orderloom_procurement.shares import shares_of

if TYPE_CHECKING:
    from orderloom.cli import Stage

BAY = Project(
    "lantern-bay-2027",
    "Lantern Bay 2027",
    prefix="LB-",
    starts=date(2027, 6, 17),
    ends=date(2027, 6, 20),
)
MOON = Project(
    "paper-moon-2027",
    "Paper Moon 2027",
    prefix="PM-",
    starts=date(2027, 8, 12),
    ends=date(2027, 8, 14),
)
PARTIES = next(importer for importer in IMPORTERS if importer.key == "parties")

_OFFICE = Address(
    ("Demo Festivals Ltd", "Accounts", "10 Sample Street"),
    postal_code="EX1 1ZZ",
    city="Exampleton",
    country="GB",
)
_GATES = {
    BAY.id: Delivery(
        address=Address(("Lantern Bay, Gate 3", "Imaginary Road"), city="Sampleford", country="GB"),
        contact=Contact("Site office", phone="+44 1632 960001"),
        instructions="Deliveries 07:00 to 15:00; ring the site office from the road.",
        on=date(2027, 6, 7),
    ),
    MOON.id: Delivery(
        address=Address(("Paper Moon Meadow, Gate 1",), city="Exampleton", country="GB"),
        contact=Contact("Site office", phone="+44 1632 960002"),
        on=date(2027, 8, 3),
    ),
}
_RULES = Rules(
    prefer=["V-140", "V-150"], shares=[shares_of("Golf cart, 4 seats: V-150=60%, V-160=40%")]
)

_ACTS = {
    "A-10": "The Sample Quartet",
    "A-20": "Placeholder Brass",
    "A-30": "Imaginary Choir",
    "A-40": "The Example Trio",
    "A-50": "Nobody's Orchestra",
}
_FORKLIFT = "Forklift, 3.5 t, rough terrain"

_PRICES = {
    "Drinking water, 19 l bottle": "6.90",
    "Folding chair": "0.85",
    "Folding table, 180 cm": "4.60",
    "Marquee, 6 x 6 m": "310.00",
    "Refrigerator, glass door": "38.50",
    "Sofa, two seats": "62.00",
    "Towel, black": "1.10",
    "Water dispenser": "19.90",
}


def play(stage: Stage) -> None:
    """Load two festivals, plan and send most of their orders, leave the rest to the onlooker.

    Playing it again changes nothing: it only tells how things stand.
    """
    with stage.loom.desk(stage.tenant, stage.actor) as desk:
        desk.admin.update(title=_OFFICE.lines[0])  # the next desk and its documents bear it
    with stage.loom.desk(stage.tenant, stage.actor) as desk:
        if not coverage_table(desk.reading, BAY.id):
            _load(stage, desk)
            _ask(stage, desk)
            _order(stage, desk)
    _tell(stage)


def _load(stage: Stage, desk: Desk) -> None:
    for project in (BAY, MOON):
        desk.directory.save_project(project)
    vendors = read_rows(PARTIES, _shipped("vendors.csv"), desk)
    needs = read_rows(NEEDS, _shipped("needs.csv"), desk)
    PARTIES.store(vendors.records, desk)
    created = NEEDS.store(needs.records, desk)
    stage.say(f"{created} needs of 2 festivals and {len(vendors.records)} vendors are loaded.")


def _ask(stage: Stage, desk: Desk) -> None:
    """The acts ask for things; five of them are going to share two forklifts."""
    for id, name in _ACTS.items():
        desk.directory.save_party(Party(id, name))
    asked = read_rows(REQUESTS, _shipped("requests.csv"), desk)
    REQUESTS.store(asked.records, desk)
    created = len(asked.records)
    found = desk.find(Query(kind=REQUEST, project=BAY.id), limit=created).items
    of: dict[str, list[Subject]] = {}
    for request in found:
        of.setdefault(request.title, []).append(request)
    crane, radios, riser = (
        of[name][0] for name in ("Mobile crane, 60 t", "Two-way radio, digital", "Own drum riser")
    )
    forklifts = of["Forklift for the load-in"]
    deny(desk, [crane], "The stage roof carries 2 t, and the ground no crane.")
    first = approve(desk, [*forklifts, radios, riser], step=ADVANCE)
    (need,) = desk.find(Query(kind=NEED, project=BAY.id, text=_FORKLIFT)).items
    link(desk, need.id, approve(desk, first[: len(forklifts)]))
    stage.say(
        f"{created} requests of {len(_ACTS)} acts: {len(forklifts)} share the need “{need.title}”, "
        "one is denied, two still wait for an approval."
    )
    stage.suggest(f"orderloom procurement requests list {BAY.id}")
    stage.suggest(f"orderloom procurement needs show {need.id}")


def _shipped(name: str) -> bytes:
    return files("orderloom_procurement.demo").joinpath(name).read_bytes()


def _order(stage: Stage, desk: Desk) -> None:
    """Everything is planned and sent, save what Paper Moon's hospitality has not decided yet."""
    sent = [order for project in (BAY, MOON) for order in _sent(stage, desk, project)]
    by_vendor = {(order.project, order.seller.id): order for order in sent if order.seller}
    quoted = _quote(desk, by_vendor[BAY.id, "V-170"])
    stage.say(f"{_vendor(quoted)} answered {quoted.number}: {quoted.totals}.")
    stage.suggest(f"orderloom order show {quoted.number}")
    stage.suggest(f"orderloom order explain {quoted.number}")
    canceled = desk.perform(
        by_vendor[MOON.id, "V-110"], "cancel", reason="The vendor is booked out that week."
    )
    stage.say(f"{canceled.number} to {_vendor(canceled)} is canceled: its needs are open again.")
    _change(desk, BAY, "Two-way radio, digital", "150")
    _change(desk, BAY, "Pedestrian barrier", "1040")
    _change(desk, MOON, "Cable ramp, 5 channels", "180")
    stage.say("Plans changed: fewer radios are needed, more barriers and cable ramps.")


def _sent(stage: Stage, desk: Desk, project: Project) -> Iterator[Order]:
    proposal = plan(desk.reading, project.id, _RULES)
    if project is MOON:
        kept = [order for order in proposal.orders if order.vendor.id != "V-170"]
        proposal = type(proposal)(orders=tuple(kept), left=proposal.left)
    terms = Terms(
        delivery=_GATES[project.id],
        bill_to=_OFFICE,
        remarks="Please quote delivery and collection apart from the hire.",
    )
    orders = place_plan(desk, project.id, proposal, terms)
    stage.say(f"{project.title}: {len(orders)} orders are planned and sent.")
    return (desk.perform(order, "send") for order in orders)


def _quote(desk: Desk, order: Order) -> Order:
    terms = {"lead_time_days": 21, "valid_until": "2027-04-30"}
    quotes = [{"line": line.position, "price": _PRICES[line.name], **terms} for line in order.lines]
    options = {"reference": "FH-2027-118", "quotes": quotes}
    quoted: Order = desk.perform(order, "record_quote", options)
    return quoted


def _change(desk: Desk, project: Project, name: str, quantity: str) -> None:
    for one in coverage_table(desk.reading, project.id):
        if one.need.name == name:
            change_need(desk, one.need.id, quantity=quantity, reason="New plan of the site")


def _tell(stage: Stage) -> None:
    with stage.loom.reader(stage.tenant, stage.actor) as reader:
        tables = {one: coverage_table(reader.reading, one.id) for one in (BAY, MOON)}
    rows = []
    for project, table in tables.items():
        for department, group in by_department(table):
            states = Counter(one.coverage.state for one in group)
            rows.append((project.title, department, *(states[state] for state in TITLES)))
    stage.table(("Project", "Department", *TITLES.values()), rows)
    stage.table(
        ("Project", "Need", "Coverage"),
        [
            (project.title, one.need.name, one.coverage)
            for project, table in tables.items()
            for one in table
            if one.coverage.state in ("short", "excess")
        ],
    )
    stage.say("Paper Moon's hospitality and backline are still open.")
    stage.suggest(f"orderloom procurement coverage {MOON.id} --open")
    stage.suggest(f"orderloom procurement plan {MOON.id}")


def _vendor(order: Order) -> str:
    return order.seller.name if order.seller else ""
