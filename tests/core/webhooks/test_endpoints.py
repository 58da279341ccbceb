"""Adding, listing and changing endpoints."""

import re
from datetime import timedelta

import pytest

from orderloom import Forbidden, NotFound, Orderloom, Refused
from orderloom.desk import webhooks
from orderloom.store import schema
from orderloom.store.engine import reading


def problems(work, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        work(*args, **kwargs)
    return [(one.code, one.field) for one in caught.value.problems]


@pytest.fixture
def toy(insecure, make_toy):
    return make_toy()


URL = "http://127.0.0.1:8099/in"


def test_an_endpoint_is_listed_as_it_was_added_and_its_secret_is_not(toy, add):
    secret = add(toy, URL, "toy.order", "toy.visit.placed")

    with toy.desk() as desk:
        (one,) = desk.webhooks.list()
    assert (one.name, one.url, one.state) == ("erp", URL, "on")
    assert one.types == ("toy.order", "toy.visit.placed")
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert secret not in repr(one)


def test_two_secrets_are_never_the_same(toy, add):
    assert add(toy, URL) != add(toy, URL, name="other")


def test_everything_wrong_is_told_at_once(toy, add):
    add(toy, URL)

    with toy.desk() as desk:
        found = problems(
            desk.webhooks.add, "erp", "ftp://x.example/", ["toy.ordr", "toy.order.plced"], "nobody"
        )

    assert found == [
        ("webhook.exists", "name"),
        ("webhook.url", "url"),
        ("webhook.unknown_type", "types[0]"),
        ("webhook.unknown_type", "types[1]"),
        ("grant.unknown_role", "grants"),
    ]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("toy.ordr", "toy.order"), ("toy.order.plced", "toy.order.placed"),
     ("toy.order.moved.sent", "toy.order.moved.send")],
)  # fmt: skip
def test_a_misspelt_type_is_never_silently_heard_of(toy, given, meant):
    with toy.desk() as desk, pytest.raises(Refused, match=re.escape(meant)):
        desk.webhooks.add("erp", URL, [given])


def test_a_type_has_to_be_named(toy):
    with toy.desk() as desk:
        assert problems(desk.webhooks.add, "erp", URL, []) == [("webhook.no_types", "types")]


def test_a_party_that_is_not_there_hears_nothing_so_it_is_refused(toy):
    with toy.desk() as desk:
        found = problems(desk.webhooks.add, "erp", URL, ["*"], "admin@party:nobody")

    assert found == [("grant.unknown_party", "grants")]


def test_there_is_room_for_fifty(toy, add, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST", 1)
    add(toy, URL)

    with toy.desk() as desk:
        found = problems(desk.webhooks.add, "other", URL, ["*"])
    assert found == [("webhook.too_many", "")]


def test_without_the_installations_leave_the_loopback_is_refused(make_toy):
    with make_toy().desk() as desk:
        assert problems(desk.webhooks.add, "erp", URL, ["*"]) == [("webhook.url", "url")]
        found = problems(desk.webhooks.add, "erp", "https://localhost:8443/", ["*"])
    assert found == [("webhook.private_target", "url")]


@pytest.mark.parametrize("name", ["webhook_insecure", "webhook_timeout_seconds"])
def test_no_tenant_gives_itself_leave(toy, name):
    with toy.desk() as desk, pytest.raises(Refused) as caught:
        desk.admin.set("core", {name: "1"})

    assert caught.value.codes == ("settings.installation_only",)


def test_the_file_of_the_installation_may_give_leave_to_one_tenant(make_toy, tmp_path):
    toy = make_toy()
    path = tmp_path / "settings.toml"
    path.write_text(f"[tenants.{toy.tenant}.settings.core]\nwebhook_insecure = true\n")
    plugins = [one.plugin for one in toy.loom.catalogue.loaded.values()]
    loom = Orderloom(toy.loom.engine, modules=plugins, settings_file=path)

    with loom.desk(toy.tenant, toy.ann) as desk:
        desk.webhooks.add("erp", URL, ["*"])


def test_each_change_is_an_event_of_the_tenant_without_the_secret(toy, add):
    secrets = [add(toy, URL)]
    with toy.desk() as desk:
        secrets.append(desk.webhooks.rotate("erp"))
        desk.webhooks.disable("erp", "under repair")
        desk.webhooks.enable("erp")
        desk.webhooks.remove("erp")

    table = schema.events
    with reading(toy.loom.engine, toy.tenant) as connection:
        rows = connection.execute(table.select().where(table.c.tenant_id == toy.tenant)).all()
    told = [f"{row.text} {row.personal}" for row in rows if '"what":"webhook"' in row.text]
    assert len(told) == 5
    assert not any(secret in text for secret in secrets for text in told)
    assert toy.verified().ok


def test_rotating_twice_keeps_what_still_signs(toy, add):
    add(toy, URL)
    with toy.desk() as desk:
        desk.webhooks.rotate("erp", timedelta(hours=2))
    with toy.desk() as desk:
        desk.webhooks.rotate("erp", timedelta(hours=1))
        assert len(desk.webhooks.signed("erp").secrets) == 3
    toy.clock.move(hours=1)

    with toy.desk() as desk:
        desk.webhooks.rotate("erp", timedelta())
        assert len(desk.webhooks.signed("erp").secrets) == 1


def test_a_misspelt_name_is_told_with_the_one_that_is_meant(toy, add):
    add(toy, URL)

    with toy.desk() as desk, pytest.raises(NotFound, match="erp"):
        desk.webhooks.enable("epr")


@pytest.mark.parametrize(
    "work",
    [
        lambda hooks: hooks.list(),
        lambda hooks: hooks.get("erp"),
        lambda hooks: hooks.signed("erp"),
        lambda hooks: hooks.add("other", URL, ["*"]),
        lambda hooks: hooks.remove("erp"),
        lambda hooks: hooks.enable("erp"),
        lambda hooks: hooks.disable("erp"),
        lambda hooks: hooks.rotate("erp"),
    ],
)
def test_only_who_manages_the_tenant_may(toy, add, work):
    add(toy, URL)

    with toy.desk(toy.actor("toy.user")) as desk, pytest.raises(Forbidden):
        work(desk.webhooks)


def test_endpoints_are_the_tenants_own(insecure, make_toy, add):
    one, other = make_toy(), make_toy()
    add(one, URL)

    with other.desk() as desk:
        assert desk.webhooks.list() == ()


def test_a_change_that_is_rolled_back_tells_nobody(toy, add, work):
    def fails():
        with toy.desk() as desk:
            desk.webhooks.add("erp", URL, ["*"])
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fails()

    toy.place()
    assert work(toy) == []
