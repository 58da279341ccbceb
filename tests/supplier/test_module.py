import re
from importlib.resources import as_file, files

from orderloom_invoicing import HAND_OVER, READ
from orderloom_supplier.rights import PERMISSIONS, ROLES


def test_every_permission_the_module_asks_for_is_registered(market):
    with market.reader() as reader:
        assembly = reader.assembly

    type = assembly.order_types["supplier.order"]
    asked = {permission for _, permission in type.permissions}
    lifecycle = assembly.lifecycles["supplier.order"].lifecycle
    asked |= {action.permission for action in lifecycle.actions if action.permission}
    assert asked <= set(assembly.permissions)


def test_the_roles_are_made_of_known_permissions():
    known = {one.key for one in PERMISSIONS} | {HAND_OVER, READ}

    assert {one for role in ROLES for one in role.permissions} <= known


def test_problem_codes_start_with_the_name_of_the_module():
    with as_file(files("orderloom_supplier")) as folder:
        sources = [path.read_text("utf-8") for path in folder.rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'\bProblem\(\s*"([^"]+)"', text)}

    foreign = {code for code in codes if not code.startswith("supplier.")}
    assert foreign <= {"right.missing", "party.unknown"}
    assert len(codes) > 10


def test_every_role_can_be_granted_at_a_party(market):
    from orderloom import Grant, Scope, User

    with market.desk() as desk:
        for role in ROLES:
            grant = Grant(role.key, Scope("party", "cafe"))
            desk.directory.save_user(User(id=role.key, grants=[grant]))

        held = {one.id for one in desk.directory.users() if one.id.startswith("supplier.")}

    assert held == {role.key for role in ROLES}
