from base64 import b64decode

import pytest

from orderloom import Actor, Forbidden, Grant, NotFound, Orderloom, Party, Refused
from orderloom.tenants import tenant_ref

SECRET = "env:TOY_TEST_SECRET"
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)  # one white pixel


def told(toy):
    """The bodies of the tenant's own events."""
    with toy.reader() as reader:
        return [event.body for event in reader.history(tenant_ref(toy.tenant))]


def test_a_setting_tells_the_layer_it_comes_from(toy, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('[settings.toy]\ngreeting = "From the file"\nmost = 7\n')
    loom = Orderloom(
        toy.loom.engine,
        modules=[toy.loom.catalogue.loaded["toy"].plugin],
        settings_file=file,
        clock=toy.clock,
    )
    toy.loom = loom

    def settings():
        with toy.desk() as desk:
            found = desk.admin.settings("toy")
            return found.value.most, found.layers["most"]

    assert settings() == (7, "file")
    with toy.desk() as desk:
        desk.admin.set("toy", {"most": "9"})
    assert settings() == (9, "tenant")
    with toy.desk() as desk:
        desk.admin.clear("toy", "most")
    assert settings() == (7, "file")


def test_a_change_is_an_event_of_the_tenant(toy):
    with toy.desk() as desk:
        desk.admin.set("toy", {"greeting": "Hi"})
        desk.admin.set("toy", {"greeting": "Hi"})

    assert told(toy)[-1] == {
        "what": "settings",
        "id": "toy",
        "changed": {"greeting": [None, "Hi"]},
    }
    assert [body["what"] for body in told(toy)].count("settings") == 2  # the mail folder, and this
    assert toy.verified().ok


def test_a_secret_is_told_as_a_reference(toy, monkeypatch):
    monkeypatch.setenv("TOY_TEST_SECRET", "hush")

    with toy.desk() as desk:
        desk.admin.set("core", {"smtp_password": SECRET})

    assert "hush" not in str(told(toy))
    assert SECRET in str(told(toy)[-1])


def test_everything_wrong_is_told_at_once_and_nothing_is_written(toy):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.set("toy", {"greting": "x", "most": "many"})

    assert len(refused.value.problems) == 2
    with toy.desk() as desk:
        assert desk.admin.settings("toy").value.most == 5


def test_an_unknown_module_gets_a_suggestion(toy):
    with toy.desk() as desk, pytest.raises(NotFound, match="Did you mean toy"):
        desk.admin.set("tooy", {})


def test_a_broken_setting_of_documents_stops_documents_only(toy, tmp_path):
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    with toy.desk() as desk:
        desk.admin.set("core", {"document_logo": str(logo)})
    logo.unlink()
    order = toy.place()

    with pytest.raises(Refused) as refused:
        toy.perform(order, "send")

    assert "settings.logo" in refused.value.codes
    with toy.desk() as desk:
        desk.admin.clear("core", "document_logo")
    assert toy.perform(order, "send").status == "sent"


def test_what_no_document_could_be_made_with_is_refused_when_it_is_set(toy, tmp_path):
    bad = tmp_path / "logo.png"
    bad.write_bytes(b"no picture")

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.set(
            "core", {"document_logo": str(bad), "document_fonts": ["Nope"], "smtp_port": 25}
        )

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("core.document_logo", "document.logo.unreadable"),
        ("core.document_fonts[0]", "document.font.unknown"),
    ]
    with toy.desk() as desk:
        assert desk.admin.settings("core").layers == {"mail_folder": "tenant"}


def test_a_logo_that_is_gone_does_not_keep_others_from_being_set(toy, tmp_path):
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    with toy.desk() as desk:
        desk.admin.set("core", {"document_logo": str(logo)})
    logo.unlink()

    with toy.desk() as desk:
        changed = desk.admin.set("core", {"document_footer": "Thank you"})

    assert changed == {"document_footer": [None, "Thank you"]}


def test_a_module_reads_the_settings_of_its_tenant(toy):
    with toy.desk() as desk:
        desk.admin.set("toy", {"greeting": "Servus"})

    order = toy.place()
    with toy.reader() as reader:
        found = reader.draft(order, "toy.slip", "text")

    assert "Servus" in found.content.decode()


@pytest.mark.parametrize(
    "command",
    [
        lambda admin: admin.set("toy", {}),
        lambda admin: admin.settings("toy"),
        lambda admin: admin.plan("toy", "off"),
        lambda admin: admin.clear("toy", "most"),
        lambda admin: admin.switch("toy", "closing"),
        lambda admin: admin.update(title="x"),
        lambda admin: admin.map_status("toy.order", "a", "b"),
    ],
)
def test_only_who_manages_the_tenant_may(toy, command):
    for actor in (Actor("kim", (Grant("toy.user"),)), toy.actor("admin", "project", "summer")):
        with toy.desk(actor) as desk, pytest.raises(Forbidden, match="role Admin"):
            command(desk.admin)


def test_the_tenant_itself_is_changed(toy):
    with toy.desk() as desk:
        desk.admin.update(title="Renamed", currency="USD")

    with toy.reader() as reader:
        assert (reader.tenant.title, reader.tenant.currency) == ("Renamed", "USD")
    assert told(toy)[-1]["changed"]["currency"] == ["EUR", "USD"]


@pytest.mark.parametrize("field", ["key", "revision", "colour"])
def test_key_and_revision_are_nobodys_to_change(toy, make_toy, field):
    other = make_toy()

    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.update(**{field: other.tenant, "title": "Stolen"})

    assert refused.value.codes == ("tenant.field",)
    with other.reader() as reader:
        assert reader.tenant.title == "Example Festivals"


def test_what_is_wrong_with_a_tenant_is_told_at_once(toy):
    with toy.desk() as desk, pytest.raises(Refused) as refused:
        desk.admin.update(title="", timezone="Mars", currency="XYZ", language="?")

    assert [problem.field for problem in refused.value.problems] == [
        "title",
        "timezone",
        "currency",
        "language",
    ]


def test_a_change_of_the_directory_is_an_event_without_names(toy):
    with toy.desk() as desk:
        desk.directory.save_party(Party("v9", "Kim Example"))

    assert told(toy)[-1]["id"] == "v9"
    assert "Kim" not in str(told(toy))
