import csv
from collections import Counter
from importlib.resources import files

from click.testing import CliRunner

from orderloom import Query
from orderloom.cli import Stage
from orderloom.cli.main import cli
from orderloom_procurement.coverage import coverage_table
from orderloom_procurement.demo import play

DATA = files("orderloom_procurement.demo")


def _rows(name):
    return list(csv.DictReader(DATA.joinpath(name).read_text("utf-8").splitlines()))


def test_the_shipped_files_are_as_large_as_promised():
    needs, vendors = _rows("needs.csv"), _rows("vendors.csv")

    assert len(needs) >= 120
    assert len({need["department"] for need in needs}) == 8
    assert len({need["project"] for need in needs}) == 2
    assert len(vendors) == 9
    assert all(vendor["email"].endswith(".example") for vendor in vendors)


def _stage(loom, tenant_key, admin, tmp_path):
    return Stage(loom=loom, tenant=tenant_key, actor=admin, folder=tmp_path)


def _states(loom, tenant_key, admin):
    with loom.reader(tenant_key, admin) as reader:
        return {
            project: Counter(one.coverage.state for one in coverage_table(reader.reading, project))
            for project in ("lantern-bay-2027", "paper-moon-2027")
        }


def test_the_story_leaves_all_four_states_behind(loom, tenant_key, admin, tmp_path):
    play(_stage(loom, tenant_key, admin, tmp_path))

    states = _states(loom, tenant_key, admin)
    assert states["lantern-bay-2027"] == {"on_order": 63, "short": 1, "excess": 1}
    assert states["paper-moon-2027"] == {"needs_order": 16, "on_order": 47, "short": 1}
    with loom.reader(tenant_key, admin) as reader:
        orders = Counter(order.status for order in reader.find(limit=50).items)
        quoted = reader.find(Query(fields={"procurement.quote": "FH-2027-118"})).items
    assert orders == {"sent": 16, "canceled": 1}
    assert [order.totals.complete for order in quoted] == [True]


def test_playing_it_again_changes_nothing(loom, tenant_key, admin, tmp_path):
    play(_stage(loom, tenant_key, admin, tmp_path))
    before = _states(loom, tenant_key, admin)

    play(_stage(loom, tenant_key, admin, tmp_path))

    assert _states(loom, tenant_key, admin) == before
    with loom.reader(tenant_key, admin) as reader:
        assert reader.count().value == 17


def test_the_command_plays_it_with_documents_and_mails(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    played = CliRunner().invoke(cli, ["demo", "--module", "procurement"])

    assert played.exit_code == 0, played.output
    folder = tmp_path / "orderloom-demo"
    assert len([*folder.joinpath("documents").glob("*.pdf")]) == 17
    assert len([*folder.joinpath("mails").rglob("*.eml")]) == 17
    assert "Excess (180 of 150, 30 too many)" in played.output
