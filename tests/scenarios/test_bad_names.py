"""Names of things that are not there: what there is instead is named."""

from __future__ import annotations

from uuid import UUID

import pytest

from orderloom import NewLine, NewOrder, NewSubject, NotFound, Refused
from orderloom_procurement.needs import change_need
from orderloom_procurement.records import LineData

GHOST = UUID("01a1fba7-fed1-7f87-be85-d75fbfa4ac47")
NEEDS = "To see what there is, list them: orderloom procurement needs list PROJECT"


@pytest.fixture
def order(house):
    return house.order(house.need())


# ── Python ─────────────────────────────────────────────────────────────────────────────────


def test_every_unknown_name_of_an_order_is_told_at_once(house, unchanged):
    line = NewLine("Tent", 1, unit="furlong", product="GHOST")
    new = house.new(line, project="wintr", seller="V9", buyer="V8", currency="EUX")

    with unchanged(), pytest.raises(Refused) as refused, house.desk() as desk:
        desk.place(new)

    assert {one.field: one.code for one in refused.value.problems} == {
        "currency": "currency.unknown",
        "lines[0].unit": "unit.unknown",
        "lines[0].product": "product.unknown",
        "project": "project.unknown",
        "buyer": "party.unknown",
        "seller": "party.unknown",
    }
    assert all(". To " in one.message for one in refused.value.problems)


COMMANDS = {
    "type": (
        lambda desk, order: desk.place(NewOrder("procurement.ordr")),
        "There is no type procurement.ordr here. To use one, choose: procurement.order",
    ),
    "type of orders": (
        lambda desk, order: desk.place(NewSubject("procurement.order", "Tent")),
        "procurement.order is a type of orders. To place one, hand in a NewOrder.",
    ),
    "type of other subjects": (
        lambda desk, order: desk.place(NewOrder("procurement.need")),
        "procurement.need is no type of orders. To place one, hand in a NewSubject.",
    ),
    "action": (
        lambda desk, order: desk.perform(order, "sned"),
        "There is no action 'sned'. Did you mean 'send'? To see what can be done,",
    ),
    "creating action": (
        lambda desk, order: desk.place(NewOrder("procurement.order"), action="plaice"),
        "There is no action 'plaice'. Did you mean 'place'? To see",
    ),
    "action from this status": (
        lambda desk, order: desk.perform(order, "fulfill"),
        "Fulfill is not possible from Draft. To do it, start from Sent.",
    ),
    "status": (
        lambda desk, order: desk.perform(order, "set_status", {"status": "sentt"}),
        "There is no status sentt. To set it, use: sent.",
    ),
    "option": (
        lambda desk, order: desk.perform(order, "send", {"massage": "Hello"}),
        "There is no massage here. To set something, use: message.",
    ),
    "document": (
        lambda desk, order: desk.issue(order, "procurement.rfk"),
        "There is no document procurement.rfk for a procurement.order. To issue one, use: proc",
    ),
    "module": (
        lambda desk, order: desk.admin.switch("procurment", "on"),
        "There is no module 'procurment'. Did you mean procurement?",
    ),
    "state of a module": (
        lambda desk, order: desk.admin.switch("procurement", "onn"),
        "onn is no state of a module. To switch it, use: on, closing, off.",
    ),
    "setting": (
        lambda desk, order: desk.admin.set("core", {"smtp_prt": "25"}),
        "There is no setting “smtp_prt”. To go on, leave it out, or write: smtp_port",
    ),
    "order": (
        lambda desk, order: desk.perform(GHOST, "send"),
        f"There is no order '{GHOST}'. To go on, check how it is written",
    ),
    "need": (
        lambda desk, order: change_need(desk, GHOST, quantity="1"),
        f"There is no procurement.need '{GHOST}'. To go on, check how it is written",
    ),
    "need of a line": (
        lambda desk, order: desk.place(
            NewOrder(
                "procurement.order",
                project="summer",
                lines=[NewLine("Tent", 1, data=LineData(need=GHOST))],
            )
        ),
        "Line 1 (Tent) is for a need that does not exist or was deleted. To order it, add",
    ),
}


@pytest.mark.parametrize(("command", "message"), COMMANDS.values(), ids=COMMANDS)
def test_python_refuses_what_is_not_there(house, unchanged, order, command, message):
    with unchanged(), pytest.raises((Refused, NotFound)) as raised, house.desk() as desk:
        command(desk, order)

    assert message in str(raised.value)


def test_a_tenant_of_unknown_modules_zone_and_currency_is_not_created(house, unchanged):
    with unchanged(), pytest.raises(Refused) as refused:
        house.loom.create_tenant("acme", timezone="Mars/X", currency="EUX", language="123")
    with unchanged(), pytest.raises(NotFound, match="Did you mean procurement"):
        house.loom.create_tenant("acme", modules=["procurment"])

    assert refused.value.codes == ("timezone.unknown", "currency.unknown", "language.malformed")


# ── the command line ───────────────────────────────────────────────────────────────────────

TYPED = {
    "currency": ("order place --line Tent=1 --project summer --currency EUX", "ISO 4217 code"),
    "unit": ("order place --project summer --line", "There is no unit “furlong”. To name one,"),
    "type": (
        "order place --line Tent=1 --type procurement.ordr",
        "To use one, choose: procurement.o",
    ),
    "action": ("order do ORDER sned", "There is no action 'sned'. To do something, use: send."),
    "action from here": ("order do ORDER fulfill", "To do it, start from Sent."),
    "status": ("order do ORDER set_status --status sentt", "There is no status sentt. To set it,"),
    "order": ("order show RFQ-9", "To see what there is, list them: orderloom order list"),
    "project": ("procurement coverage wintr", "To see what there is: orderloom project list"),
    "need": (f"procurement needs set {GHOST} --quantity 1", NEEDS),
    "need to order": (f"procurement lines add ORDER {GHOST}", NEEDS),
    "need that is no id": ("procurement lines add ORDER chair", NEEDS),
    "vendor": ("procurement plan summer --prefer V9", "To plan with one, name: V1."),
    "module": ("module on procurment --yes", "Did you mean procurement?"),
    "module to set": ("tenant settings set procurment x=1", "Did you mean procurement?"),
    "lifecycle": ("lifecycle show procurement.ordr", "To name one, use: procurement.order"),
    "role": ("user add bob --grant admn", "To grant one, use: admin."),
    "party": ("party show V9", "To name one, use: V1."),
    "status to list": ("order list --status sentt", "To filter by one, use: sent."),
    "type to list": ("order list --type procurement.ordr", "To filter by one, use: procurement."),
    "project to list": ("order list --project wintr", "orderloom project list"),
    "party to list": ("order list --party V9", "orderloom party list"),
    "field to list": ("order list --field colour=red", "To filter by one, use: procurement."),
    "tenant": ("--tenant nowhere order list", "To go on, name one there is:"),
    "user": ("--as nobody order list", "To "),
}


@pytest.mark.parametrize(("line", "message"), TYPED.values(), ids=TYPED)
def test_the_command_line_refuses_what_is_not_there(shell, unchanged, order, line, message):
    words = [str(order.id) if word == "ORDER" else word for word in line.split()]
    words += ["Tent=1 furlong"] if words[-1] == "--line" else []

    with unchanged():
        told = shell.refused(*words)

    assert message in told.text


# ── CSV ────────────────────────────────────────────────────────────────────────────────────


def test_a_csv_file_names_every_unknown_name_with_line_and_column(shell, unchanged, tmp_path):
    (tmp_path / "needs.csv").write_text(
        "project,department,name,quantity,unit,product\n"
        "wintr,Bar,Cup,1,furlong,GHOST\n"
        "summer,Bar,Cup,1,,\n"
        "summer,,Cup,1,,\n"
    )

    with unchanged():
        told = shell.refused("procurement", "needs", "import", "needs.csv")

    assert list(zip(told.fields, told.codes, strict=True)) == [
        ("line 2, column project", "project.unknown"),
        ("line 2, column product", "product.unknown"),
        ("line 2, column unit", "unit.unknown"),
        ("line 4, column department", "csv.cell_missing"),
    ]
