from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Literal

import attrs
import pytest

from orderloom import tenants
from orderloom.errors import Refused
from orderloom.tenants import CORE, CoreSettings, Origin, SecretRef, Sources, layered, layers_of


@attrs.frozen(kw_only=True)
class ShopSettings:
    free_status: bool = False
    largest: int = attrs.field(default=10, validator=attrs.validators.le(100))
    tolerance: Decimal = Decimal("0.5")
    mode: Literal["quick", "careful"] = "quick"
    tags: tuple[str, ...] = ()
    password: SecretRef | None = None
    smallest: int = 1

    def __attrs_post_init__(self):
        if self.smallest > self.largest:
            raise ValueError("smallest is above largest")


FILE = tomllib.loads("""
[settings.shop]
largest = 20
tags = ["a", "b"]

[tenants.acme.settings.shop]
largest = 30
""")


def shop(file=None, environment=None, stored=None, tenant="acme"):
    sources = Sources(file or {}, environment or {})
    return layered(ShopSettings, "shop", layers_of("shop", tenant, sources, stored or {}))


def refusals(**layers):
    with pytest.raises(Refused) as refused:
        shop(**layers)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_without_any_layer_the_defaults_hold():
    assert shop().value == ShopSettings()


def test_the_file_goes_before_the_defaults():
    assert shop(FILE, tenant="other").value == ShopSettings(largest=20, tags=("a", "b"))


def test_the_file_for_a_tenant_goes_before_the_file():
    assert shop(FILE).value.largest == 30


def test_the_environment_goes_before_the_file():
    assert shop(FILE, {"ORDERLOOM_SHOP__LARGEST": "40"}).value.largest == 40


def test_the_tenant_goes_before_the_environment():
    assert shop(FILE, {"ORDERLOOM_SHOP__LARGEST": "40"}, {"largest": 50}).value.largest == 50


def test_provenance_tells_where_each_value_comes_from():
    settings = shop(
        FILE,
        {"ORDERLOOM_SHOP__FREE_STATUS": "yes", "ORDERLOOM_SHOP__PASSWORD": "env:SHOP_PASSWORD"},
        {"tolerance": "0.25"},
    )

    assert settings.provenance() == (
        Origin("free_status", "true", "environment"),
        Origin("largest", "30", "file, tenant acme"),
        Origin("tolerance", "0.25", "tenant"),
        Origin("mode", "quick", "default"),
        Origin("tags", '["a","b"]', "file"),
        Origin("password", "env:SHOP_PASSWORD", "environment"),
        Origin("smallest", "1", "default"),
    )


def test_text_from_the_environment_is_read_by_the_type_of_the_setting():
    environment = {
        "ORDERLOOM_SHOP__FREE_STATUS": "on",
        "ORDERLOOM_SHOP__TOLERANCE": "0.125",
        "ORDERLOOM_SHOP__MODE": "careful",
        "ORDERLOOM_SHOP__TAGS": "x | y",
        "ORDERLOOM_SHOP__PASSWORD": "",
        "ORDERLOOM_OTHER__TAGS": "not ours",
    }

    assert shop(environment=environment).value == ShopSettings(
        free_status=True, tolerance=Decimal("0.125"), mode="careful", tags=("x", "y")
    )


def test_every_wrong_value_of_every_layer_is_reported_at_once():
    file = {"settings": {"shop": {"largest": 101, "tolerance": 0.5, "colour": "red"}}}
    environment = {"ORDERLOOM_SHOP__FREE_STATUS": "maybe", "ORDERLOOM_SHOP__PASSWORD": "hunter"}

    assert refusals(file=file, environment=environment, stored={"mode": "quik", "tags": [1]}) == [
        ("shop.largest (file)", "settings.does_not_fit"),
        ("shop.tolerance (file)", "decimal.not_a_number"),
        ("shop.colour (file)", "settings.unknown"),
        ("shop.free_status (environment)", "settings.not_yes_or_no"),
        ("shop.password (environment)", "settings.secret_in_clear"),
        ("shop.mode (tenant)", "settings.not_a_choice"),
        ("shop.tags (tenant)", "text.not_text"),
    ]


def test_an_unknown_setting_gets_a_did_you_mean():
    with pytest.raises(Refused) as refused:
        shop(environment={"ORDERLOOM_SHOP__FREE_STATSU": "yes"})

    assert "write: free_status." in str(refused.value)


def test_settings_that_contradict_each_other_are_refused():
    with pytest.raises(Refused) as refused:
        shop(stored={"smallest": 50})

    assert "smallest is above largest" in str(refused.value)
    assert refused.value.problems[0].field == "shop"


def test_a_setting_may_depend_on_one_of_another_layer():
    assert shop(FILE, stored={"smallest": 25}).value.smallest == 25


def test_a_part_of_the_file_that_is_no_table_is_refused():
    assert refusals(file={"settings": {"shop": 3}, "tenants": {"acme": []}}) == [
        ("settings.shop (file)", "settings.not_a_table"),
        ("tenants.acme (file)", "settings.not_a_table"),
    ]


def test_settings_of_a_module_there_is_not_are_told_with_a_did_you_mean():
    file = {"settings": {"shpo": {}, "core": {}}, "tenants": {"acme": {"settings": {"x": {}}}}}

    problems = tenants.file_problems(file, ["shop"])

    assert [(problem.field, problem.code) for problem in problems] == [
        ("settings.shpo (file)", "settings.unknown_module"),
        ("tenants.acme.settings.x (file)", "settings.unknown_module"),
    ]
    assert "write: shop." in str(problems[0])


def test_tables_of_the_file_nobody_reads_are_told_with_a_did_you_mean():
    file = {
        "db": "sqlite:///orders.db",
        "setings": {"shop": {}},
        "tenant": {"acme": {}},
        "tenants": {"acme": {"seting": {}, "title": "Acme"}},
    }

    problems = tenants.file_problems(file, ["shop"])

    assert [(problem.field, problem.code) for problem in problems] == [
        ("setings (file)", "settings.unknown_table"),
        ("tenant (file)", "settings.unknown_table"),
        ("tenants.acme.seting (file)", "settings.unknown_table"),
    ]
    assert [problem.message.rpartition("write: ")[2] for problem in problems] == [
        "[settings.MODULE].",
        "[tenants.KEY.settings.MODULE].",
        "[tenants.acme.settings.MODULE].",
    ]


def test_saved_settings_are_read_back_and_told_with_old_and_new(connection, tenant):
    tenants.save_settings(connection, tenant, "shop", ShopSettings, {"largest": "50"})

    changes = tenants.save_settings(
        connection, tenant, "shop", ShopSettings,
        {"largest": 60, "tolerance": Decimal("0.25"), "tags": ("a",), "password": "env:PW"},
    )  # fmt: skip

    assert changes == {
        "largest": [50, 60],
        "tolerance": [None, "0.25"],
        "tags": [None, ["a"]],
        "password": [None, "env:PW"],
    }
    stored = tenants.stored_settings(connection, tenant)["shop"]
    assert shop(stored=stored).value == ShopSettings(
        largest=60, tolerance=Decimal("0.25"), tags=("a",), password=SecretRef("env:PW")
    )


def test_settings_of_another_tenant_are_not_read(other_tenant, connection, tenant):
    tenants.save_settings(connection, tenant, "shop", ShopSettings, {"largest": 50})

    assert tenants.stored_settings(connection, other_tenant) == {}


def test_wrong_settings_are_refused_and_nothing_is_stored(connection, tenant):
    with pytest.raises(Refused) as refused:
        tenants.save_settings(
            connection, tenant, "shop", ShopSettings,
            {"largest": 50, "mode": "x", "lagest": 1, "password": "hunter"},
        )  # fmt: skip

    assert refused.value.codes == (
        "settings.not_a_choice",
        "settings.unknown",
        "settings.secret_in_clear",
    )
    assert tenants.stored_settings(connection, tenant) == {}
    assert tenants.load(connection, tenant).revision == 1


def test_a_cleared_setting_falls_back_to_the_layer_below(connection, tenant):
    tenants.save_settings(connection, tenant, "shop", ShopSettings, {"largest": 50})

    changes = tenants.clear_settings(connection, tenant, "shop", "largest", "mode")

    assert changes == {"largest": [50, None]}
    assert tenants.stored_settings(connection, tenant) == {}


def test_changed_settings_count_as_a_revision(connection, tenant):
    tenants.save_settings(connection, tenant, "shop", ShopSettings, {"largest": 50})

    assert tenants.load(connection, tenant).revision == 2


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("mail_sender", "nobody", "email.malformed"),
        ("mail_transport", "pigeon", "settings.not_a_choice"),
        ("smtp_host", "mail\r\nhost", "text.control_character"),
        ("smtp_port", 0, "settings.out_of_bounds"),
        ("smtp_port", True, "settings.not_whole"),
        ("smtp_tls", "ssl", "settings.not_a_choice"),
        ("smtp_password", "hunter", "settings.secret_in_clear"),
        ("document_paper", "A5", "settings.not_a_choice"),
        ("document_accent", "blue", "settings.not_a_colour"),
        ("document_sender", ["a\tb"], "text.control_character"),
        ("document_footer", "x" * 20_001, "text.too_long"),
        ("keep_outbox_days", 0, "settings.out_of_bounds"),
    ],
)
def test_wrong_settings_of_the_core_are_refused(connection, name, value, code, tenant):
    with pytest.raises(Refused) as refused:
        tenants.save_settings(connection, tenant, CORE, CoreSettings, {name: value})

    assert refused.value.codes == (code,)


def test_the_core_can_be_set_up_by_environment_alone():
    environment = {
        "ORDERLOOM_CORE__MAIL_TRANSPORT": "smtp",
        "ORDERLOOM_CORE__MAIL_SENDER": "orders@acme.example",
        "ORDERLOOM_CORE__SMTP_HOST": "mail.acme.example",
        "ORDERLOOM_CORE__SMTP_PORT": "465",
        "ORDERLOOM_CORE__SMTP_TLS": "tls",
        "ORDERLOOM_CORE__DOCUMENT_SENDER": "Acme|Yard 1|Testville",
    }

    made = layered(CoreSettings, CORE, layers_of(CORE, "acme", Sources({}, environment), {}))

    assert made.value == CoreSettings(
        mail_transport="smtp",
        mail_sender="orders@acme.example",
        smtp_host="mail.acme.example",
        smtp_port=465,
        smtp_tls="tls",
        document_sender=("Acme", "Yard 1", "Testville"),
    )


@pytest.mark.parametrize(
    ("text", "tags"),
    [("a|b", ("a", "b")), ('["a", "b|c"]', ("a", "b|c")), ("[]", ()), ("[a|b", ("[a", "b"))],
)
def test_a_list_is_read_with_strokes_or_as_json(text, tags):
    assert shop(environment={"ORDERLOOM_SHOP__TAGS": text}).value.tags == tags


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("a,b", ('["a", "b"]', '["a,b"]')),
        ("[a]", ('["a"]', '["[a]"]')),
        ("[a, 'b']", ('["a", "b"]', """["[a, 'b']"]""")),
    ],
)
def test_a_list_with_commas_is_refused_with_the_forms_it_may_have(text, forms):
    with pytest.raises(Refused) as refused:
        shop(environment={"ORDERLOOM_SHOP__TAGS": text})

    assert refused.value.codes == ("settings.unclear_list",)
    assert all(form in str(refused.value) for form in forms)


def test_what_is_listed_can_be_set_again():
    found = shop(stored={"tags": ["a", "b|c"], "largest": 30, "free_status": True})

    listed = {one.name: one.value for one in found.provenance()}

    assert shop(stored=listed).value == found.value


def test_a_setting_is_told_plainly():
    found = shop(stored={"password": "env:PASSWORD", "tolerance": "1.50"})

    assert [found.plain(name) for name in ("password", "tolerance", "tags")] == [
        "env:PASSWORD",
        "1.5",
        [],
    ]
