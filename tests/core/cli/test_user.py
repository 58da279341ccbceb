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

    assert "Not allowed" in shell("--as", "bob", "order", "list", code=2).stderr


def test_a_role_nobody_declares_is_refused(shell):
    told = shell("user", "grant", "admin", "shop.keper", code=2).stderr

    assert "use: shop.keeper" in told


def test_a_grant_in_an_unknown_project_is_refused(shell):
    told = shell.json("user", "grant", "admin", "shop.keeper", "--project", "nope", code=2)

    assert told["problems"][0]["code"] == "grant.unknown_project"


def test_a_user_is_not_written_over_unasked(shell):
    shell("user", "add", "bob", "--name", "Bob")

    told = shell.json("user", "add", "bob", "--name", "Other", code=2)
    shell("user", "add", "bob", "--name", "Third", "--replace")

    assert told["problems"][0]["code"] == "cli.exists"
    assert shell.json("user", "show", "bob")["name"] == "Third"


def test_a_grant_holds_in_one_place_only(shell):
    told = shell("user", "grant", "admin", "admin", "--project", "a", "--party", "b", code=2).stderr

    assert "only one of" in told


def test_roles_are_listed_with_what_they_allow(shell):
    assert {"role": "shop.keeper", "title": "Keeper", "permissions": ["shop.*"]} in shell.lines(
        "user", "roles"
    )
