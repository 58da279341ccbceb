import pytest


def test_grants_come_and_go(shell):
    shell("project", "add", "summer", "Summer festival")
    shell("user", "add", "bob", "--name", "Bob", "--grant", "shop.keeper")
    shell("user", "grant", "bob", "shop.keeper", "--project", "summer")
    shell("user", "revoke", "bob", "shop.keeper")

    assert shell.lines("user", "list")[1] == {
        "id": "bob",
        "name": "Bob",
        "email": "",
        "active": True,
        "grants": ["shop.keeper@project:summer"],
    }


def test_a_deactivated_user_may_do_nothing(shell):
    shell("user", "add", "bob", "--grant", "admin")

    shell("user", "deactivate", "bob")

    assert "is deactivated" in shell("--as", "bob", "order", "list", code=2).stderr


def test_a_user_who_was_activated_again_has_the_grants_there_were(shell):
    shell("user", "add", "bob", "--grant", "admin")
    shell("user", "deactivate", "bob")

    shell("user", "activate", "bob")

    assert shell("--as", "bob", "order", "list").stdout


@pytest.mark.parametrize(
    "words", [("deactivate", "admin"), ("revoke", "admin", "admin"), ("add", "admin", "--replace")]
)
def test_the_last_admin_cannot_lock_everybody_out(shell, words):
    shell("user", "add", "bob", "--grant", "admin")
    shell("user", "deactivate", "bob")

    told = shell("user", *words, code=2).stderr

    assert "orderloom user grant USER admin" in told
    shell("tenant", "set", "--title", "Still mine")


def test_an_admin_may_go_when_there_is_another_one(shell):
    shell("user", "add", "bob", "--grant", "admin")

    shell("user", "deactivate", "admin")

    assert shell("--as", "bob", "user", "list").stdout


def test_where_a_grant_holds_may_be_written_behind_the_role(shell):
    shell("project", "add", "winter", "Winter festival")
    shell("user", "add", "bob")

    shell("user", "grant", "bob", "shop.keeper@project:winter")
    granted = shell.lines("user", "list")[1]["grants"]
    shell("user", "revoke", "bob", "shop.keeper@project:winter")

    assert granted == ["shop.keeper@project:winter"]
    assert shell.lines("user", "list")[1]["grants"] == []


def test_an_unknown_role_in_a_file_is_refused_with_the_nearest(shell, folder):
    (folder / "users.csv").write_text("id,grants\nbob,shop.keper\n")

    told = shell("user", "import", "users.csv", code=2).stderr

    assert "line 2, column grants" in told
    assert "use: shop.keeper" in told


def test_an_id_with_a_space_is_refused_with_one_that_would_do(shell):
    told = shell("user", "add", "Ben X", code=2).stderr

    assert "such as ben.x" in told


def test_a_role_nobody_declares_is_refused(shell):
    told = shell("user", "grant", "admin", "shop.keper", code=2).stderr

    assert "use: shop.keeper" in told


def test_a_grant_in_an_unknown_project_is_refused(shell):
    told = shell.json("user", "grant", "admin", "shop.keeper", "--project", "nope", code=2)

    assert told["problems"][0]["code"] == "grant.unknown_project"


@pytest.mark.parametrize(
    "words",
    [
        ("grant", "admin", "shop.keeper", "--department", "Bar"),
        ("add", "bob", "--grant", "shop.keeper@department:Bar"),
    ],
)
def test_a_grant_in_a_department_is_refused_as_it_would_hold_for_nothing(shell, words):
    told = shell.json("user", *words, code=2)

    assert told["problems"][0]["code"] == "grant.department"
    assert "name a project or a party" in told["problems"][0]["message"]


def test_a_user_is_not_written_over_unasked(shell):
    shell("user", "add", "bob", "--name", "Bob")

    told = shell.json("user", "add", "bob", "--name", "Other", code=2)
    shell("user", "add", "bob", "--name", "Third", "--replace")

    assert told["problems"][0]["code"] == "cli.exists"
    assert shell.json("user", "show", "bob")["name"] == "Third"


def test_a_grant_holds_in_one_place_only(shell):
    told = shell("user", "grant", "admin", "admin", "--project", "a", "--party", "b", code=2).stderr

    assert "only once" in told


def test_a_scope_is_not_given_twice(shell):
    told = shell(
        "user", "grant", "admin", "admin@project:a", "--project", "a", code=2
    ).stderr  # fmt: skip

    assert "only once" in told


def test_roles_are_listed_with_what_they_allow(shell):
    assert {
        "role": "shop.keeper",
        "title": "Keeper",
        "scopes": ["department", "party", "project", "tenant"],
        "manages": [],
        "permissions": ["shop.*"],
    } in shell.lines("user", "roles")


@pytest.mark.parametrize("flag", ["--project", "--party", "--department"])
@pytest.mark.parametrize("command", ["grant", "revoke"])
def test_an_empty_scope_is_not_the_whole_tenant(shell, command, flag):
    shell("user", "add", "bob")
    shell("user", "add", "eve", "--grant", "shop.keeper")
    name = "bob" if command == "grant" else "eve"
    before = shell.lines("user", "list")

    told = shell("user", command, name, "shop.keeper", flag, "", code=2).stderr

    assert f"“{flag[2:]}:” is no scope" in told
    assert shell.lines("user", "list") == before
