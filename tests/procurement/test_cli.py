import json

import pytest
from click.testing import CliRunner

from orderloom import Actor, Grant, Scope, User
from orderloom.cli.main import cli

NEEDS = (
    "project,department,name,quantity,unit\n"
    "summer,Hospitality,Folding chair,200,\n"
    "summer,Audio,Cable,12.5,m\n"
)


@pytest.fixture
def run(house, tmp_path, monkeypatch):
    """Runs `orderloom procurement …` as an admin; answers the result."""
    monkeypatch.chdir(tmp_path)
    with house.desk() as desk:
        desk.directory.save_user(User(id="ann", grants=[Grant("admin")]))
        from attrs import evolve

        vendor = desk.directory.party("V1")
        desk.directory.save_party(evolve(vendor, supplies=("Hospitality",)))
    url = house.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user="ann", **more):
        base = ["--db", url, "--tenant", house.tenant, "--as", user, "procurement"]
        return CliRunner().invoke(cli, [*base, *args], **more)

    return call


def _rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_needs_are_imported_and_their_coverage_shown(run, tmp_path):
    (tmp_path / "needs.csv").write_text(NEEDS)

    imported = run("needs", "import", "needs.csv", "--json")
    shown = _rows(run("coverage", "summer", "--json"))

    assert json.loads(imported.stdout) == {"imported": 2, "created": 2, "left_out": 0}
    assert [(row["need"], row["needed"], row["unit"], row["state"]) for row in shown] == [
        ("Cable", "12.5", "MTR", "Needs Order"),
        ("Folding chair", "200", "C62", "Needs Order"),
    ]


def test_a_buyer_of_one_project_imports_its_needs_and_no_others(run, house, tmp_path):
    with house.desk() as desk:
        grant = Grant("procurement.buyer", Scope("project", "summer"))
        desk.directory.save_user(User(id="sue", grants=[grant]))
    (tmp_path / "needs.csv").write_text(NEEDS)
    (tmp_path / "more.csv").write_text(NEEDS.splitlines()[0] + "\nwinter,Audio,Desk,1,\n")

    imported = run("needs", "import", "needs.csv", "--json", user="sue")
    refused = run("needs", "import", "more.csv", user="sue")

    assert json.loads(imported.stdout)["created"] == 2
    assert refused.exit_code == 2
    assert "procurement.need.manage" in refused.output
    assert len(_rows(run("coverage", "summer", "--json"))) == 2


def test_a_file_with_a_bad_row_imports_nothing(run, tmp_path):
    (tmp_path / "needs.csv").write_text(NEEDS + "summer,Audio,Desk,many,\n")

    result = run("needs", "import", "needs.csv")

    assert result.exit_code == 2
    assert "line 4, column quantity" in result.output
    assert _rows(run("coverage", "summer", "--json")) == []


def test_a_need_is_added_listed_and_lowered(run, house):
    run("needs", "add", "summer", "Bar", "Cup", "500", "--spec", "size: 0.4 l")
    (row,) = _rows(run("needs", "list", "summer", "--json"))

    lowered = run("needs", "set", row["id"], "--quantity", "300", "--reason", "Fewer guests")

    assert lowered.exit_code == 0
    (now,) = _rows(run("coverage", "summer", "--json"))
    assert now["needed"] == "300"


def test_a_file_imported_twice_is_refused_row_by_row(run, tmp_path):
    (tmp_path / "needs.csv").write_text(NEEDS)
    run("needs", "import", "needs.csv")
    (tmp_path / "more.csv").write_text(NEEDS + "summer,Audio,Desk,1,\n")

    refused = run("needs", "import", "more.csv")
    skipped = run("needs", "import", "more.csv", "--skip-bad", "--json")

    assert refused.exit_code == 2
    assert "line 2, column name" in refused.output
    assert "summer needs Folding chair in Hospitality already" in refused.output
    assert json.loads(skipped.stdout) == {"imported": 1, "created": 1, "left_out": 2}


def test_a_need_named_by_the_beginning_of_its_id_is_deleted(run, house, chairs):
    deleted = run("needs", "delete", "--yes", str(chairs.id)[:23])

    assert deleted.exit_code == 0, deleted.output
    assert house.now(chairs).deleted_at is not None
    assert run("needs", "delete", "--yes", str(chairs.id)).exit_code == 2


def test_a_beginning_that_fits_several_needs_is_refused(run, house):
    from decimal import Decimal
    from uuid import UUID

    from orderloom.store.engine import writing
    from orderloom_procurement import tables

    with writing(house.loom.engine, house.tenant) as connection:
        for id in (UUID("0f" * 6 + "01" * 10), UUID("0f" * 6 + "02" * 10)):
            connection.execute(
                tables.needs.insert(),
                {"tenant_id": house.tenant, "id": id, "project": "summer", "department": "Bar",
                 "area": "", "name": "Cup", "needed": Decimal(1), "ordered": Decimal(0),
                 "unit": "C62", "product": ""},
            )  # fmt: skip

    refused = run("needs", "delete", "--yes", "0f0f0f0f")

    assert refused.exit_code == 2
    assert "fits several needs" in refused.output


def test_a_need_on_orders_is_not_deleted(run, house, chairs):
    house.order((chairs, "10"))

    refused = run("needs", "delete", "--yes", str(chairs.id))

    assert refused.exit_code == 2
    assert "It is on orders: a draft for Vendor V1." in refused.output


@pytest.mark.parametrize("command", ["coverage", "plan"])
def test_a_department_or_project_there_is_not_is_refused_with_the_nearest(run, chairs, command):
    department = run(command, "summer", "--department", "Hospitalty")
    project = run(command, "sumer")

    assert (department.exit_code, project.exit_code) == (2, 2)
    assert "name: Hospitality." in department.output
    assert "Did you mean summer?" in project.output


def test_a_plan_is_sent_without_mail_if_told_so(run, house):
    house.need(name="Cup", quantity="1", department="Lounge")
    plan = ["plan", "summer", "--share", "Lounge: V3=100%", "--place", "--send"]
    plan += ["--deliver-to", "Gate 1|Exampleton", "--bill-to", "Office|Exampleton"]

    refused = run(*plan)
    sent = run(*plan, "--no-mail")

    assert "--no-mail" in refused.output
    assert (refused.exit_code, sent.exit_code) == (2, 0), sent.output


def test_a_plan_is_shown_and_placed_on_confirmation(run, house, chairs):
    shown = run("plan", "summer", input="y\n")

    assert shown.exit_code == 0, shown.output
    assert "Vendor V1" in shown.stdout
    assert house.coverage(chairs).state == "on_order"


def test_a_plan_is_only_shown_if_nobody_agrees(run, house, chairs):
    previewed = run("plan", "summer", "--preview")
    refused = run("plan", "summer", input="n\n")

    assert (previewed.exit_code, refused.exit_code) == (0, 2)
    assert house.coverage(chairs).state == "needs_order"


def test_what_nobody_supplies_is_said(run, house):
    house.need("Sofa", "2", department="Lounge")

    shown = run("plan", "summer", "--preview")

    assert "Left: Sofa (2 C62). No vendor supplies Lounge." in shown.stdout


def test_lines_are_added_split_moved_and_removed(run, house, chairs):
    first, second = str(house.order().id), str(house.order(seller="V2").id)
    need = str(chairs.id)

    _rows(run("lines", "split", need, f"{first}=50", f"{second}=30", "--json"))
    moved = _rows(run("lines", "move", first, "1", second, "20", "--json"))
    raised = _rows(run("lines", "set", first, "1", "40", "--json"))
    added = _rows(run("lines", "add", first, need, "--json"))
    removed = run("lines", "remove", second, "1", "--json")

    assert [row["quantity"] for row in moved] == ["30", "50"]
    assert raised[0]["quantity"] == "40"
    assert added[0]["quantity"] == "150"
    assert removed.exit_code == 0
    assert house.ordered(chairs) == "150"


def test_too_much_is_refused_unless_meant(run, house, chairs):
    order = str(house.order().id)

    refused = run("lines", "add", order, str(chairs.id), "210")
    meant = run("lines", "add", order, str(chairs.id), "210", "--excess")

    assert (refused.exit_code, meant.exit_code) == (2, 0)
    assert "only 200 of 200 pcs are still needed" in refused.output
    (row,) = _rows(run("lines", "show", order, "--json"))
    assert row["coverage"] == "Excess (210 of 200, 10 too many)"


def test_coverage_of_an_unknown_project_is_refused(run):
    result = run("coverage", "autumn")

    assert result.exit_code == 2
    assert "autumn" in result.output


def test_a_stranger_to_the_project_sees_no_coverage(house, chairs):
    from orderloom import Forbidden, Scope
    from orderloom_procurement.rights import may_read

    elsewhere = Actor("bob", (Grant("procurement.viewer", Scope("project", "winter")),))

    with house.loom.reader(house.tenant, elsewhere) as reader:
        may_read(reader, "winter")
        with pytest.raises(Forbidden):
            may_read(reader, "summer")


def test_the_history_of_a_need_says_who_changed_what_and_why(run, chairs):
    run("needs", "set", str(chairs.id), "--name", "Bench", "--reason", "Softer")

    told = run("needs", "history", str(chairs.id)).output

    assert "ann  edited" in told
    assert "reason: Softer" in told
    assert "Folding chair → Bench" in told
