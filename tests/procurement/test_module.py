from orderloom_procurement.module import module


def test_every_permission_the_module_asks_for_is_registered(loom, tenant_key, admin):
    with loom.reader(tenant_key, admin) as reader:
        assembly = reader.assembly

    types = (*assembly.order_types.values(), *assembly.subject_types.values())
    asked = {permission for type in types for _, permission in type.permissions}
    asked |= {
        action.permission
        for type in types
        for action in assembly.lifecycles[type.key].lifecycle.all_actions
        if action.permission
    }
    assert asked <= set(assembly.permissions)


def test_a_buyer_may_do_everything_with_orders_and_needs_a_viewer_only_look():
    roles = {role.key: role.permissions for role in module.roles}

    assert roles["procurement.buyer"] == {
        "procurement.order.*", "procurement.need.*", "procurement.request.read",
    }  # fmt: skip
    assert all(permission.endswith(".read") for permission in roles["procurement.viewer"])


def test_problem_codes_start_with_the_name_of_the_module():
    import re
    from importlib.resources import as_file, files

    with as_file(files("orderloom_procurement")) as folder:
        sources = [path.read_text("utf-8") for path in folder.rglob("*.py")]
    codes = {code for text in sources for code in re.findall(r'Problem\(\s*"([^"]+)"', text)}

    foreign = {code for code in codes if not code.startswith("procurement.")}
    assert foreign == {"right.missing"}
    assert len(codes) > 20
