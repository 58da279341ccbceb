from datetime import date

import pytest

from orderloom.directory import Product, StandaloneDirectory, User, users, writers
from orderloom.errors import NotFound, Refused
from orderloom.values import Address, Contact, Grant, Party, Project, Scope, Unit

READ = StandaloneDirectory()
VENDOR = Party(
    "V-1",
    "Vendor One",
    roles={"vendor", "carrier"},
    address=Address(("Yard 1",), city="Testville", country="AT"),
    contacts=(Contact("Desk", email="orders@vendor.example"),),
    supplies=("staging",),
)


def test_a_party_is_read_as_it_was_saved(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)

    assert READ.party(connection, tenant, "V-1") == VENDOR


def test_a_party_of_another_tenant_is_not_seen(other_tenant, connection, tenant):
    writers.save_party(connection, tenant, VENDOR)

    assert READ.party(connection, other_tenant, "V-1") is None
    assert READ.parties(connection, other_tenant) == ()


def test_saving_a_party_again_replaces_it(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)

    change = writers.save_party(connection, tenant, Party("V-1", "Vendor Uno"))

    assert (change.created, change.differs) == (False, True)
    assert READ.parties(connection, tenant) == (Party("V-1", "Vendor Uno"),)


def test_saving_the_same_party_again_changes_nothing(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)

    assert not writers.save_party(connection, tenant, VENDOR).differs


def test_all_problems_of_a_party_are_reported_at_once(connection, tenant):
    bad = Party(
        "V\n1",
        " ",
        roles={"Ven dor"},
        address=Address(("\x00",), country="Austria"),
        contacts=(Contact("x", email="no-address"),),
        language="klingon!",
        currency="EURO",
    )

    with pytest.raises(Refused) as refused:
        writers.save_party(connection, tenant, bad)

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("id", "text.control_character"),
        ("name", "text.empty"),
        ("roles[0]", "key.malformed"),
        ("address.lines[0]", "text.control_character"),
        ("address.country", "country.unknown"),
        ("contacts[0].email", "email.malformed"),
        ("language", "language.malformed"),
        ("currency", "currency.unknown"),
    ]
    assert READ.parties(connection, tenant) == ()


def test_parties_are_found_by_role_and_by_a_piece_of_the_name_in_any_case(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)
    writers.save_party(connection, tenant, Party("V-2", "ÄRGER & Co", roles={"vendor"}))
    writers.save_party(connection, tenant, Party("O-1", "Outlet", roles={"outlet"}))

    vendors = READ.parties(connection, tenant, role="vendor")
    found = READ.parties(connection, tenant, text="ärger")

    assert [party.id for party in vendors] == ["V-1", "V-2"]
    assert [party.id for party in found] == ["V-2"]


def test_a_product_is_read_as_it_was_saved_with_its_unit_by_code(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)
    writers.save_unit(connection, tenant, Unit("FLIGHT", "fc", "flightcase", 0))
    product = Product(
        id="P", name="Cable", unit="metres", conversions={"fc": "2.5"},
        specs={"plug": "blue"}, suppliers=["V-1"],
    )  # fmt: skip

    writers.save_product(connection, tenant, product)

    assert READ.product(connection, tenant, "P") == Product(
        id="P", name="Cable", unit="MTR", conversions={"FLIGHT": "5/2"},
        specs={"plug": "blue"}, suppliers=["V-1"],
    )  # fmt: skip


@pytest.mark.parametrize("factor", ["0", "1/0", "-1", "1e5", "12 ", "", "٣", "1/2/3"])
def test_a_factor_that_is_no_exact_fraction_above_zero_is_refused(connection, factor, tenant):
    product = Product(id="P", name="Cable", unit="MTR", conversions={"DZN": factor})

    with pytest.raises(Refused) as refused:
        writers.save_product(connection, tenant, product)

    assert refused.value.codes == ("product.bad_factor",)


def test_a_second_factor_for_one_unit_is_refused(connection, tenant):
    product = Product(id="P", name="Cable", conversions=[("DZN", "12"), ("dozen", "10")])

    with pytest.raises(Refused) as refused:
        writers.save_product(connection, tenant, product)

    assert refused.value.codes == ("product.unit_twice",)


def test_a_supplier_nobody_knows_is_refused_with_the_nearest_one(connection, tenant):
    writers.save_party(connection, tenant, VENDOR)

    with pytest.raises(Refused) as refused:
        writers.save_product(connection, tenant, Product(id="P", name="C", suppliers=["V-11"]))

    assert refused.value.codes == ("product.unknown_supplier",)
    assert "use a known id: V-1." in str(refused.value)


def test_a_project_is_read_as_it_was_saved(connection, tenant):
    project = Project("summer", "Summer", prefix="S27", starts=date(2027, 7, 1), ends=None)

    writers.save_project(connection, tenant, project)

    assert READ.project(connection, tenant, "summer") == project
    assert READ.projects(connection, tenant) == (project,)


def test_a_unit_of_the_tenants_own_is_named_by_its_code_if_nothing_else_is_given(
    connection, tenant
):
    writers.save_unit(connection, tenant, Unit("PALETTE", "", "", 2))

    assert READ.units(connection, tenant) == {"PALETTE": Unit("PALETTE", "PALETTE", "PALETTE", 2)}


@pytest.mark.parametrize("digits", [-1, 7, True, "2"])
def test_a_unit_with_an_impossible_number_of_decimals_is_refused(connection, digits, tenant):
    with pytest.raises(Refused) as refused:
        writers.save_unit(connection, tenant, Unit("U", "u", "u", digits))

    assert refused.value.codes == ("unit.bad_digits",)


def test_a_user_is_read_with_all_grants(connection, tenant):
    writers.save_project(connection, tenant, Project("summer", "Summer"))
    user = User(id="robin", name="Robin", email="robin@acme.example", language="de")
    users.save_user(connection, tenant, user)

    users.grant(connection, tenant, "robin", "buyer@project:summer")
    users.grant(connection, tenant, "robin", Grant("admin"))

    found = READ.user(connection, tenant, "robin")
    assert found.grants == (Grant("admin"), Grant("buyer", Scope("project", "summer")))


def test_a_grant_given_twice_is_there_once(connection, tenant):
    users.save_user(connection, tenant, User(id="robin"))
    users.grant(connection, tenant, "robin", "admin")

    again = users.grant(connection, tenant, "robin", "admin")

    assert not again.differs
    assert READ.user(connection, tenant, "robin").grants == (Grant("admin"),)


def test_a_revoked_grant_is_gone_and_the_others_stay(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("a"), Grant("b")]))

    users.revoke(connection, tenant, "robin", "a")

    assert READ.user(connection, tenant, "robin").grants == (Grant("b"),)


def test_revoking_what_is_not_held_is_refused(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("b")]))

    with pytest.raises(Refused) as refused:
        users.revoke(connection, tenant, "robin", "a")

    assert refused.value.codes == ("grant.not_held",)


def test_saving_a_user_without_grants_takes_them_away(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("b")]))

    users.save_user(connection, tenant, User(id="robin", name="Robin"))

    assert READ.user(connection, tenant, "robin") == User(id="robin", name="Robin")


def test_a_grant_in_a_project_nobody_knows_is_refused_with_the_nearest_one(connection, tenant):
    writers.save_project(connection, tenant, Project("summer", "Summer"))
    users.save_user(connection, tenant, User(id="robin"))

    with pytest.raises(Refused) as refused:
        users.grant(connection, tenant, "robin", "buyer@project:sumer")

    assert refused.value.codes == ("grant.unknown_project",)
    assert "use a known id: summer." in str(refused.value)


@pytest.mark.parametrize("text", ["buyer@", "buyer@summer", "buyer@project:", "buyer@tenant:x"])
def test_a_grant_without_a_whole_scope_is_refused(connection, text, tenant):
    users.save_user(connection, tenant, User(id="robin"))

    with pytest.raises(Refused) as refused:
        users.grant(connection, tenant, "robin", text)

    assert refused.value.codes == ("scope.malformed",)


def test_a_grant_to_nobody_names_the_nearest_user(connection, tenant):
    users.save_user(connection, tenant, User(id="robin"))

    with pytest.raises(NotFound) as missing:
        users.grant(connection, tenant, "robn", "admin")

    assert "robin" in str(missing.value)


def test_an_id_of_the_system_cannot_be_a_users(connection, tenant):
    with pytest.raises(Refused) as refused:
        users.save_user(connection, tenant, User(id="System:orderloom"))

    assert refused.value.codes == ("user.reserved_id",)


def test_users_with_a_role_hold_it_in_the_scope_or_in_the_whole_tenant(connection, tenant):
    for project in ("summer", "winter"):
        writers.save_project(connection, tenant, Project(project, project))
    grants = {
        "a": [Grant("buyer")],
        "b": [Grant("buyer", Scope("project", "summer")), Grant("admin")],
        "c": [Grant("buyer", Scope("project", "winter"))],
        "d": [Grant("seller")],
        "e": [Grant("buyer")],
    }
    for id, given in grants.items():
        users.save_user(connection, tenant, User(id=id, grants=given, active=id != "e"))

    found = READ.users_with(connection, tenant, "buyer", Scope("project", "summer"))

    assert [user.id for user in found] == ["a", "b"]
    assert found[1].grants == (Grant("admin"), Grant("buyer", Scope("project", "summer")))


def test_a_deactivated_user_keeps_the_grants(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("b")]))

    users.deactivate_user(connection, tenant, "robin")

    assert READ.user(connection, tenant, "robin") == User(
        id="robin", name="robin", active=False, grants=[Grant("b")]
    )


def test_an_activated_user_may_act_again(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", active=False, grants=[Grant("b")]))

    change = users.activate_user(connection, tenant, "robin")

    assert (change.before.active, change.after.active) == (False, True)
    assert READ.user(connection, tenant, "robin").grants == (Grant("b"),)


def _leave(connection, tenant):
    users.deactivate_user(connection, tenant, "robin")


def _give_up(connection, tenant):
    users.revoke(connection, tenant, "robin", "admin")


def _be_replaced(connection, tenant):
    users.save_user(connection, tenant, User(id="robin"))


@pytest.mark.parametrize("step", [_leave, _give_up, _be_replaced])
def test_the_last_active_admin_of_the_whole_tenant_stays(connection, step, tenant):
    writers.save_project(connection, tenant, Project("summer", "Summer"))
    for user in (
        User(id="robin", grants=[Grant("admin")]),
        User(id="away", grants=[Grant("admin")], active=False),
        User(id="partly", grants=[Grant("admin", Scope("project", "summer"))]),
    ):
        users.save_user(connection, tenant, user)

    with pytest.raises(Refused) as refused:
        step(connection, tenant)

    assert refused.value.codes == ("user.last_admin",)
    assert READ.user(connection, tenant, "robin").grants == (Grant("admin"),)


def test_an_admin_may_go_if_another_one_stays(connection, tenant):
    for id in ("robin", "sascha"):
        users.save_user(connection, tenant, User(id=id, grants=[Grant("admin")]))

    users.deactivate_user(connection, tenant, "robin")

    assert not READ.user(connection, tenant, "robin").active


@pytest.mark.parametrize("id", ["Ben X", "a|b", "auth:1", "a/b"])
def test_a_user_whose_id_needs_quoting_is_refused(connection, id, tenant):
    with pytest.raises(Refused) as refused:
        users.save_user(connection, tenant, User(id=id))

    assert refused.value.codes == ("user.malformed_id",)


def test_a_mail_address_is_good_as_an_id(connection, tenant):
    change = users.save_user(connection, tenant, User(id="björn+x_1@acme.example"))

    assert change.created


def test_a_role_nobody_declares_is_refused_where_the_roles_are_known(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("gone")]))

    with pytest.raises(Refused) as refused:
        users.grant(connection, tenant, "robin", "buyr", users.Grantable(roles={"buyer"}))

    assert refused.value.codes == ("grant.unknown_role",)
    assert "use: buyer." in str(refused.value)


def test_a_grant_of_a_module_that_is_gone_stays(connection, tenant):
    users.save_user(connection, tenant, User(id="robin", grants=[Grant("gone")]))

    change = users.grant(connection, tenant, "robin", "buyer", users.Grantable(roles={"buyer"}))

    assert change.after.grants == (Grant("buyer"), Grant("gone"))


@pytest.mark.parametrize(
    ("unit", "fields"),
    [
        (Unit("KGM", "foo", "foo", 0), ["code"]),
        (Unit("kgm", "", "", 0), ["code"]),
        (Unit("U", "KG", "Kilogram", 0), ["symbol", "title"]),
        (Unit("U", "fc", "u", 0), ["symbol"]),
        (Unit("flight", "u", "flightcase", 0), ["code", "title"]),
    ],
)
def test_a_unit_that_another_one_could_be_taken_for_is_refused(connection, fields, tenant, unit):
    writers.save_unit(connection, tenant, Unit("FLIGHT", "fc", "flightcase", 0))

    with pytest.raises(Refused) as refused:
        writers.save_unit(connection, tenant, unit)

    assert [problem.field for problem in refused.value.problems] == fields
    assert set(refused.value.codes) == {"unit.taken"}


def test_a_unit_may_keep_its_own_names(connection, tenant):
    writers.save_unit(connection, tenant, Unit("FLIGHT", "fc", "flightcase", 0))

    change = writers.save_unit(connection, tenant, Unit("FLIGHT", "fc", "Flightcase", 2))

    assert change.differs


@pytest.mark.parametrize(
    ("role", "near"),
    [("vendr", "vendor"), ("vendors", "vendor"), ("billto", "bill_to"), ("hauler", "haulier")],
)
def test_a_role_that_looks_misspelt_is_refused_with_the_one_meant(connection, near, role, tenant):
    writers.save_party(connection, tenant, Party("H", "Carrier", roles={"haulier"}))

    with pytest.raises(Refused, match=f"write {near},"):
        writers.save_party(connection, tenant, Party("V", "Vendor", roles={role}))


@pytest.mark.parametrize("role", ["vendor", "florist", "subvendor", "bill_from", "haulier"])
def test_other_roles_of_parties_are_free_words(connection, role, tenant):
    writers.save_party(connection, tenant, Party("H", "Carrier", roles={"haulier"}))

    assert writers.save_party(connection, tenant, Party("V", "Vendor", roles={role})).created
