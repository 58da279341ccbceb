from datetime import date
from types import SimpleNamespace

import attrs
import pytest

from orderloom.directory import IMPORTERS, BoundDirectory, Product, User, read_rows
from orderloom.modules.contributions import Stored
from orderloom.values import Address, Contact, Grant, Party, Project, Scope, Unit

BY_KEY = {importer.key: importer for importer in IMPORTERS}


@pytest.fixture
def desk(connection, tenant):
    return SimpleNamespace(directory=BoundDirectory(connection, tenant, lambda *_: None))


def bring_in(key, text, desk):
    importer = BY_KEY[key]
    result = read_rows(importer, text.encode(), desk)
    assert result.problems == ()
    return importer.store(result.records, desk)


def problems(key, text, desk):
    return [(p.field, p.code) for p in read_rows(BY_KEY[key], text.encode(), desk).problems]


def test_parties_are_imported_with_contact_address_and_what_they_supply(desk):
    text = (
        "ID;Name;Roles;E-Mail;Contact;Phone;Street;Town;ZIP;Country;Supplies\n"
        'V-1;Vendor One;Vendor|Bill to;orders@vendor.example;Desk;+1 2;"Yard 1\nGate 2";'
        'Testville;1010;at;"staging; power"\n'
    )

    created = bring_in("parties", text, desk)

    assert created == Stored(created=1)
    assert desk.directory.party("V-1") == Party(
        "V-1",
        "Vendor One",
        roles={"vendor", "bill_to"},
        address=Address(("Yard 1", "Gate 2"), postal_code="1010", city="Testville", country="AT"),
        contacts=(Contact("Desk", email="orders@vendor.example", phone="+1 2"),),
        supplies=("staging", "power"),
    )


def test_importing_the_same_parties_twice_creates_them_once(desk):
    text = "id,name\nV-1,Vendor One\n"
    bring_in("parties", text, desk)

    assert bring_in("parties", text, desk) == Stored(created=0, unchanged=1)


def test_a_file_without_a_column_keeps_what_it_would_say_of_parties(desk):
    bring_in(
        "parties",
        "id;name;roles;city;country;contact;email;phone;language;currency;supplies\n"
        "V-1;Old;vendor;Testville;AT;Desk;a@vendor.example;+1;de;CHF;tents\n",
        desk,
    )
    before = desk.directory.party("V-1")

    done = bring_in("parties", "id;name;email\nV-1;New;b@vendor.example\n", desk)

    contact = Contact("Desk", email="b@vendor.example", phone="+1")
    assert done == Stored(created=0, changed=1)
    assert desk.directory.party("V-1") == attrs.evolve(before, name="New", contacts=(contact,))


def test_an_empty_cell_of_a_party_clears_what_was_there(desk):
    bring_in(
        "parties",
        "id;name;roles;city;country;contact;email;language;supplies\n"
        "V-1;Vendor;vendor;Testville;AT;Desk;a@vendor.example;de;tents\n",
        desk,
    )

    bring_in(
        "parties",
        "id;name;roles;city;country;contact;email;language;supplies\nV-1;Vendor;;;;;;;\n",
        desk,
    )

    assert desk.directory.party("V-1") == Party("V-1", "Vendor")


def test_what_no_column_can_say_of_a_party_stays(desk):
    address = Address(("Yard 1",), city="Testville", region="North")
    contacts = (Contact("Desk", email="a@vendor.example", language="es"), Contact("Night desk"))
    desk.directory.save_party(Party("V-1", "Vendor", address=address, contacts=contacts))

    bring_in("parties", "id;name;city;phone\nV-1;Vendor;Othertown;+1\n", desk)

    assert desk.directory.party("V-1") == Party(
        "V-1",
        "Vendor",
        address=attrs.evolve(address, city="Othertown"),
        contacts=(attrs.evolve(contacts[0], phone="+1"), contacts[1]),
    )


def test_a_contact_known_by_its_mail_address_only_is_known_by_the_new_one(desk):
    bring_in("parties", "id;name;email\nV-1;Vendor;a@vendor.example\n", desk)

    bring_in("parties", "id;name;email\nV-1;Vendor;b@vendor.example\n", desk)

    contact = Contact("b@vendor.example", email="b@vendor.example")
    assert desk.directory.party("V-1").contacts == (contact,)


def test_a_misspelt_role_is_told_at_its_column_and_one_in_use_is_not(desk):
    desk.directory.save_party(Party("C-0", "Carrier", roles={"haulier", "vendor_x"}))

    text = "id,name,roles\nC-1,One,vendr\nC-2,Two,vendor_x|haulier|florist\n"

    assert problems("parties", text, desk) == [("line 2, column roles", "party.role_misspelt")]


def test_a_bad_party_names_the_columns_its_problems_stand_in(desk):
    text = (
        "id,name,roles,email,postal code,country,currency\nV-1,Vendor,a?,nobody,1010,Austria,EURO\n"
    )

    assert problems("parties", text, desk) == [
        ("line 2, column roles", "key.malformed"),
        ("line 2, column country", "country.unknown"),
        ("line 2, column email", "email.malformed"),
        ("line 2, column currency", "currency.unknown"),
    ]


def test_products_are_imported_with_conversions_and_specs(desk):
    bring_in("parties", "id,name\nV-1,Vendor One\n", desk)

    bring_in(
        "products",
        "sku,name,unit,conversions,specs,vendor\n"
        "P-1,Cable,metre,roll=50|dozen = 12,plug: blue; load: 16 A,V-1\n",
        desk,
    )

    assert desk.directory.product("P-1") == Product(
        id="P-1",
        name="Cable",
        unit="MTR",
        conversions={"XRO": "50", "DZN": "12"},
        specs={"plug": "blue", "load": "16 A"},
        suppliers=["V-1"],
    )


def test_a_file_without_a_column_keeps_what_it_would_say_of_products(desk):
    bring_in("products", "id,name,unit,conversions,specs\nP,Cable,m,roll=50,plug: blue\n", desk)

    bring_in("products", "id,name,specs\nP,Cord,\n", desk)

    assert desk.directory.product("P") == Product(
        id="P", name="Cord", unit="MTR", conversions={"XRO": "50"}
    )


def test_a_bad_product_names_all_its_columns_at_once(desk):
    text = "id,name,unit,conversions,suppliers\nP-1,Cable,metr,roll,V-9\n"

    assert problems("products", text, desk) == [
        ("line 2, column conversions", "text.not_a_pair"),
        ("line 2, column suppliers", "product.unknown_supplier"),
        ("line 2, column unit", "unit.unknown"),
    ]


def test_units_are_imported(desk):
    bring_in("units", "code,symbol,name,decimals\nFC,fc,flightcase,\nPM,pm,post metre,2\n", desk)

    assert desk.directory.units() == {
        "FC": Unit("FC", "fc", "flightcase", 0),
        "PM": Unit("PM", "pm", "post metre", 2),
    }


def test_a_file_without_a_column_keeps_what_it_would_say_of_units(desk):
    bring_in("units", "code,symbol,title,digits\nPM,pm,post metre,2\n", desk)

    bring_in("units", "code,title\nPM,post meter\n", desk)

    assert desk.directory.units() == {"PM": Unit("PM", "pm", "post meter", 2)}


def test_a_unit_with_impossible_decimals_is_refused_at_its_column(desk):
    assert problems("units", "code,digits\nFC,12\n", desk) == [
        ("line 2, column digits", "unit.bad_digits")
    ]


def test_projects_are_imported(desk):
    bring_in("projects", "key,title,start,end\nsummer,Summer,2027-07-01,2027-07-04\n", desk)

    assert desk.directory.project("summer") == Project(
        "summer", "Summer", starts=date(2027, 7, 1), ends=date(2027, 7, 4)
    )


def test_a_file_without_a_column_keeps_what_it_would_say_of_projects(desk):
    bring_in("projects", "id,title,prefix,starts,ends\ns,Old,S27,2027-07-01,2027-07-04\n", desk)

    bring_in("projects", "id,title,ends\ns,New,\n", desk)

    assert desk.directory.project("s") == Project(
        "s", "New", prefix="S27", starts=date(2027, 7, 1), ends=None
    )


def test_a_project_that_ends_before_it_starts_is_refused_at_its_column(desk):
    text = "id,title,starts,ends\nsummer,Summer,2027-07-04,2027-07-01\nw!,Winter,7/1/27,\n"

    assert problems("projects", text, desk) == [
        ("line 2, column ends", "project.ends_before_start"),
        ("line 3, column starts", "date.malformed"),
        ("line 3, column id", "key.malformed"),
    ]


def test_users_are_imported_and_keep_what_the_file_does_not_say(desk):
    bring_in("projects", "id,title\nsummer,Summer\n", desk)
    bring_in(
        "users",
        "id,name,email,roles\nrobin,Robin,robin@acme.example,buyer@project:summer\n",
        desk,
    )

    bring_in("users", "id,name,active\nrobin,Robin R,no\n", desk)
    bring_in("users", "id,language\nrobin,es\n", desk)

    assert desk.directory.user("robin") == User(
        id="robin",
        name="Robin R",
        email="robin@acme.example",
        language="es",
        active=False,
        grants=[Grant("buyer", Scope("project", "summer"))],
    )


def test_the_grants_of_a_file_are_all_there_are(desk):
    bring_in("users", "id,grants\nrobin,buyer|seller\n", desk)

    bring_in("users", "id,grants\nrobin,seller|admin\n", desk)

    assert desk.directory.user("robin").grants == (Grant("admin"), Grant("seller"))


def test_a_file_may_change_who_the_only_admin_is(desk):
    bring_in("users", "id,grants\nrobin,admin\n", desk)

    bring_in("users", "id,grants\nrobin,\nsascha,admin\n", desk)

    assert [user.grants for user in desk.directory.users()] == [(), (Grant("admin"),)]


def test_a_bad_user_names_its_columns(desk):
    text = "id,email,active,grants\nsystem:x,nobody,maybe,buyer@planet:mars|buyer@project:mars\n"

    assert problems("users", text, desk) == [
        ("line 2, column active", "import.not_yes_or_no"),
        ("line 2, column grants", "scope.malformed"),
        ("line 2, column grants", "grant.unknown_project"),
        ("line 2, column id", "user.reserved_id"),
        ("line 2, column email", "email.malformed"),
    ]
