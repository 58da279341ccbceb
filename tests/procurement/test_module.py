from orderloom_procurement.module import module


def test_every_permission_the_module_asks_for_is_registered(loom, tenant_key, admin):
    with loom.reader(tenant_key, admin) as reader:
        assembly = reader.assembly

    types = (assembly.order_types["procurement.order"], assembly.subject_types["procurement.need"])
    asked = {permission for type in types for _, permission in type.permissions}
    asked |= {
        action.permission
        for type in types
        for action in assembly.lifecycles[type.key].lifecycle.all_actions
        if action.permission
    }
    assert asked <= set(assembly.permissions)


def test_a_buyer_may_do_everything_a_viewer_only_look():
    buyer, viewer = module.roles

    assert buyer.permissions == {"procurement.order.*", "procurement.need.*"}
    assert all(permission.endswith(".read") for permission in viewer.permissions)


def test_problem_codes_start_with_the_name_of_the_module():
    import re
    from importlib.resources import files

    sources = [
        path.read_text("utf-8")
        for path in files("orderloom_procurement").iterdir()
        if path.name.endswith(".py")
    ]
    codes = {code for text in sources for code in re.findall(r'Problem\(\s*"([^"]+)"', text)}

    foreign = {code for code in codes if not code.startswith("procurement.")}
    assert foreign == {"right.missing"}
    assert len(codes) > 20
