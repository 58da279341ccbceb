import json

import pytest
from click.testing import CliRunner

from orderloom import Grant, Scope, User
from orderloom.cli.main import cli

REQUESTS = (
    "project,department,name,quantity,provider,payor\n"
    "summer,Audio,Microphone,4,house,house\n"
    "summer,Audio,Desk,1,artist,\n"
    "summer,Staging,Riser,2,house,artist\n"
)
AUDIO = Scope("department", "Audio")


@pytest.fixture
def run(house, tmp_path, monkeypatch):
    """Runs a command as the admin ann, or as kim (advance) or rob (resource manager) of Audio."""
    monkeypatch.chdir(tmp_path)
    users = {
        "ann": Grant("admin"),
        "kim": Grant("procurement.advance_manager", AUDIO),
        "rob": Grant("procurement.resource_manager", AUDIO),
    }
    with house.desk() as desk:
        for id, grant in users.items():
            desk.directory.save_user(User(id=id, grants=[grant]))
    url = house.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user="ann", of="procurement", **more):
        base = ["--db", url, "--tenant", house.tenant, "--as", user, of]
        return CliRunner().invoke(cli, [*base, *args], **more)

    return call


@pytest.fixture
def asked(run, tmp_path):
    """The ids of three imported requests by name."""
    (tmp_path / "requests.csv").write_text(REQUESTS)
    assert run("requests", "import", "requests.csv").exit_code == 0
    return {row["request"]: row["id"] for row in _rows(run("requests", "list", "summer", "--json"))}


def _rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def _one(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_list_shows_both_approvals_and_is_narrowed(run, asked):
    run("requests", "approve", asked["Microphone"])

    def names(*filters):
        return [
            (row["request"], row["advance"], row["resource"])
            for row in _rows(run("requests", "list", "summer", "--json", *filters))
        ]

    assert names() == [
        ("Desk", "Needed", "Not needed"),
        ("Microphone", "Approved", "Needed"),
        ("Riser", "Needed", "Waiting"),
    ]
    assert names("--status", "needs_resource") == [("Microphone", "Approved", "Needed")]
    assert names("--department", "Staging") == [("Riser", "Needed", "Waiting")]
    assert names("--pool") == []


def test_a_manager_sees_and_decides_about_his_department_only(run, asked):
    seen = _rows(run("requests", "list", "summer", "--json", user="kim"))
    hidden = run("requests", "show", asked["Riser"], user="kim")
    refused = run("requests", "approve", asked["Desk"], asked["Riser"], user="kim")
    done = _rows(run("requests", "approve", asked["Desk"], "--json", user="kim"))

    assert [row["request"] for row in seen] == ["Desk", "Microphone"]
    assert (hidden.exit_code, refused.exit_code) == (2, 2)
    assert [row["status"] for row in done] == ["Approved"]


def test_show_says_what_may_be_done_and_who_can_lift_the_rest(run, asked):
    run("requests", "approve", asked["Microphone"], user="kim")

    shown = _one(run("requests", "show", asked["Microphone"], "--json", user="kim"))
    told = run("requests", "show", asked["Microphone"], user="kim")

    actions = {one["action"]: one for one in shown["actions"]}
    assert actions["approve_resource"]["lifted_by"] == [
        "role Admin or Resource manager in department Audio"
    ]
    assert actions["reopen"]["open"]
    assert "triage" not in actions
    assert "ask role Admin or Resource manager in department Audio" in told.output


def test_a_denial_takes_a_reason_and_shows_it(run, asked):
    without = run("requests", "deny", asked["Desk"], user="kim")
    _rows(run("requests", "deny", asked["Desk"], "--reason", "No room", "--json", user="kim"))

    shown = _one(run("requests", "show", asked["Desk"], "--json"))
    assert without.exit_code == 2
    assert (shown["status"], shown["denied_because"]) == ("Denied", "No room")


def test_a_need_is_made_of_requests_shown_with_them_and_lets_them_go(run, asked):
    for user in ("kim", "rob"):
        run("requests", "approve", asked["Microphone"], user=user)

    made = _one(
        run("needs", "from-requests", asked["Microphone"], "--quantity", "6", "--json", user="rob")
    )
    (listed,) = _rows(run("needs", "list", "summer", "--json", user="rob"))
    shown = _one(run("needs", "show", made["id"], "--json", user="rob"))
    changed = _one(run("needs", "set", made["id"], "--quantity", "5", "--json", user="rob"))
    _rows(run("needs", "delete", "--yes", made["id"], "--json", user="rob"))
    pool = _rows(run("requests", "list", "summer", "--pool", "--json", user="rob"))

    assert (made["name"], made["quantity"], made["requests"]) == ("Microphone", "6", 1)
    assert (listed["needed"], listed["requested"]) == ("6", "4")
    assert [one["name"] for one in shown["requests"]] == ["Microphone"]
    assert (changed["quantity"], changed["requested"]) == ("5", "4")
    assert [row["request"] for row in pool] == ["Microphone"]


def test_requests_are_linked_unlinked_and_withdrawn(run, house, asked):
    need = str(house.need("Microphones", "6", department="Audio").id)
    run("requests", "approve", asked["Microphone"])
    run("requests", "approve", asked["Microphone"], "--step", "resource")

    (on,) = _rows(run("requests", "link", need, asked["Microphone"], "--json"))
    kept = run("requests", "delete", "--yes", asked["Microphone"])
    (off,) = _rows(run("requests", "unlink", asked["Microphone"], "--json"))
    gone = _rows(run("requests", "delete", "--yes", asked["Microphone"], asked["Riser"], "--json"))

    assert (on["need"], off["need"]) == (need, None)
    assert "unlink it first" in kept.output
    assert {row["deleted"] for row in gone} == {"Microphone", "Riser"}


def test_a_request_is_added_changed_and_reopened(run):
    added = _one(
        run("requests", "add", "summer", "Bar", "Cup", "500", "--provider", "artist", "--json")
    )
    _one(run("requests", "set", added["id"], "--quantity", "300", "--json"))
    run("requests", "approve", added["id"])
    frozen = run("requests", "set", added["id"], "--quantity", "200")
    run("requests", "reopen", added["id"], "--reason", "Fewer guests")
    again = _one(run("requests", "set", added["id"], "--quantity", "200", "--json"))

    assert frozen.exit_code == 2
    assert "To change it, start with Reopen." in frozen.output
    assert again["status"] == "Needs Advance Approval"


def test_a_request_says_what_its_department_asks_beside_the_fields(run):
    words = ("requests", "add", "summer", "Audio", "Cable", "4", "--provider", "artist", "--json")

    added = _one(run(*words, "--spec", "length: 10 m", "--spec", "colour: black"))
    shown = _one(run("requests", "show", added["id"], "--json"))
    told = run("requests", "show", added["id"]).output
    (row,) = _rows(run("requests", "list", "summer", "--json", user="kim"))
    listed = run("requests", "list", "summer").output

    assert shown["specs"] == row["specs"] == {"length": "10 m", "colour": "black"}
    assert "length=10 m, colour=black" in told
    assert "specs" not in listed


def test_a_specification_without_a_colon_is_refused_with_how_to_write_it(run):
    words = ("requests", "add", "summer", "Audio", "Cable", "4", "--provider", "artist")

    refused = run(*words, "--spec", "black")

    assert refused.exit_code == 2
    assert "“black” is not a pair. To go on, write it like LABEL:TEXT." in refused.output


def test_counts_say_how_many_stand_where(run, asked):
    run("requests", "approve", asked["Microphone"], asked["Desk"])
    run("requests", "approve", asked["Microphone"])
    run("requests", "deny", asked["Riser"], "--reason", "No")

    rows = _rows(run("requests", "counts", "summer", "--json"))
    own = _rows(run("requests", "counts", "summer", "--json", user="rob"))

    audio = {"department": "Audio", "needs_advance": 0, "needs_resource": 0, "approved": 2,
             "denied": 0, "no_approval": 0, "pool": 1}  # fmt: skip
    assert rows[0] == audio
    assert (rows[1]["department"], rows[1]["denied"]) == ("Staging", 1)
    assert own == [audio]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("requests", "list", "sumer"), "Did you mean summer?"),
        (("requests", "list", "summer", "--department", "Audoi"), "name: Audio."),
        (("requests", "approve", "0123456789"), "orderloom procurement requests list PROJECT"),
        (("requests", "add", "summer", "", "Cup", "0", "--provider", "me"), "is no answer here"),
        (("needs", "from-requests", "nothing"), "orderloom procurement requests list PROJECT"),
    ],
)
def test_what_there_is_not_is_refused_with_the_way_out(run, asked, words, told):
    refused = run(*words)

    assert refused.exit_code == 2
    assert told in refused.output
    assert "Traceback" not in refused.output


def test_who_may_see_no_requests_is_told_whom_to_ask(run, house, asked):
    with house.desk() as desk:
        desk.directory.save_user(User(id="tom", grants=[Grant("procurement.order_manager")]))

    for command in ("list", "counts"):
        refused = run("requests", command, "summer", user="tom")
        assert "ask an admin for procurement.request.read" in refused.output


def test_a_role_about_orders_is_not_granted_in_a_department_as_orders_have_none(run, house):
    words = ("grant", "kim", "procurement.order_manager", "--department", "Audio")

    told = run(*words, of="user").output

    assert "nothing it allows belongs to a department" in told
    assert "procurement.buyer" in told
    with house.desk() as desk:
        assert desk.directory.user("kim").grants == (Grant("procurement.advance_manager", AUDIO),)


def test_departments_an_admin_does_not_list_are_not_granted(run, house):
    with house.desk() as desk:
        desk.admin.set("procurement", {"departments": ["Audio", "Lighting"]})
    role = "procurement.resource_manager"

    told = [
        run("grant", "kim", role, "--department", name, of="user").output
        for name in ("Lihgting", "Zzz")
    ]

    assert "name one of: Lighting." in told[0]
    assert "name one of: Audio, Lighting." in told[1]
    assert run("grant", "kim", role, "--department", "Lighting", of="user").exit_code == 0


def test_the_history_of_a_request_says_who_decided_what_and_why(run, asked):
    run("requests", "approve", asked["Microphone"], user="kim")
    run("requests", "deny", asked["Microphone"], "--reason", "No room", user="rob")

    told = run("requests", "history", asked["Microphone"], user="kim").output

    events = [line.split("  ", 2)[2] for line in told.splitlines() if line[0].isdigit()]
    assert events == [
        "ann  place: Needs Advance Approval",
        "kim  approve_advance: Needs Advance Approval → Needs Resource Approval",
        "rob  deny_resource: Needs Resource Approval → Denied",
    ]
    assert "No room" in told


def test_the_history_of_a_request_of_another_department_is_not_told(run, asked):
    told = run("requests", "history", asked["Riser"], user="kim")

    assert told.exit_code == 2
    assert "There is no request" in told.output


@pytest.mark.parametrize("words", [("approve",), ("show",), ("set", "--quantity", "3")])
def test_a_request_of_another_department_is_as_if_there_were_none(run, asked, words):
    command, *more = words

    told = run("requests", command, asked["Riser"], *more, user="kim").output

    assert f"There is no request '{asked['Riser']}'. To see what there is, list them" in told


@pytest.mark.parametrize("group", ["needs", "requests"])
def test_deleting_asks_first(run, house, group):
    made = house.need() if group == "needs" else house.request()

    asked = run(group, "delete", str(made.id), input="n\n")

    assert "Delete" in asked.output
    assert "--yes" in asked.output
    assert house.now(made).deleted_at is None


@pytest.mark.parametrize("group", ["needs", "requests"])
def test_help_of_an_import_lists_the_columns(run, group):
    said = " ".join(run(group, "import", "--help").output.split())

    assert "project * key such as summer-2027; also called event" in said
    assert "unit code, symbol or name such as pcs, m, kg; piece if empty" in said


def test_the_need_of_a_request_is_shown_by_its_name(run, asked):
    for user in ("kim", "rob"):
        run("requests", "approve", asked["Microphone"], user=user)
    run("needs", "from-requests", asked["Microphone"], "--name", "Stage mics", user="rob")

    lines = {user: run("requests", "list", "summer", user=user).output for user in ("rob", "kim")}
    (row,) = (
        row
        for row in _rows(run("requests", "list", "summer", "--json", user="rob"))
        if row["request"] == "Microphone"
    )

    assert "Stage mics" in lines["rob"]
    assert row["need"] not in lines["rob"]
    assert "Stage mics" not in lines["kim"]  # who sees requests only
    assert row["need"] in lines["kim"]
