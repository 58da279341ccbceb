"""Templates a tenant writes itself."""

import attrs
import pytest

from orderloom import Forbidden, ModuleFault, NotFound, Refused, Template
from orderloom.tenants import tenant_ref

OURS = Template(
    subject="Hola: {order.title}",
    text="{recipient.name}: {total}",
    html="<p>{recipient.name}: <b>{total}</b></p>",
)


@pytest.fixture
def own(toy):
    """Writes the tenant's own Spanish template."""

    def write(language="es", template=OURS):
        with toy.desk() as desk:
            return desk.notifications.set_template("tell.placed", language, template)

    return write


def test_a_tenants_own_template_is_what_its_readers_get(own, placed, work, mails):
    own()
    placed("Tom & Co <x>")
    work()

    (mail,) = mails(whole=True)
    plain, html = mail.iter_parts()
    assert mail["Subject"] == "Hola: Tom & Co <x>"
    assert mail.get_content_type() == "multipart/alternative"
    assert plain.get_content() == "Bo: 12,50\xa0€\r\n"
    assert html.get_content() == "<p>Bo: <b>12,50\xa0€</b></p>\r\n"


def test_it_is_for_readers_of_its_language(own, placed, work, mails):
    own("de")
    placed()
    work()

    assert [subject for _, subject in mails()] == ["Terrace está en espera"]


def test_a_reset_goes_back_to_what_the_module_ships(toy, own, placed, work, mails):
    own()
    with toy.desk() as desk:
        assert desk.notifications.reset_template("tell.placed", "es")
    with toy.desk() as desk:
        assert not desk.notifications.reset_template("tell.placed", "es")
    placed()
    work()

    assert [subject for _, subject in mails()] == ["Terrace está en espera"]


def test_the_list_says_which_languages_there_are(toy, own):
    own("de-AT")

    with toy.desk() as desk:
        views = {one.key: one for one in desk.notifications.templates()}
    assert (views["tell.placed"].shipped, views["tell.placed"].own) == (("en", "es"), ("de-AT",))
    assert views["toy.sent"].shipped == ("en",)


def test_the_template_in_force_is_shown_for_a_language(toy, own):
    own("de")

    with toy.desk() as desk:
        german = desk.notifications.template("tell.placed", "de-AT")
        spanish = desk.notifications.template("tell.placed", "es")
    assert (german.language, german.own, german.template) == ("de", True, OURS)
    assert (spanish.language, spanish.own) == ("es", False)


def test_a_preview_fills_in_samples_and_writes_nothing(toy):
    with toy.desk() as desk:
        seen = desk.notifications.preview("tell.placed", "es", OURS)
        shipped = desk.notifications.preview("tell.placed")

    assert (seen.subject, seen.text) == ("Hola: Summer terrace", "Robin Sample: 1")
    assert shipped.subject == "Summer terrace is Open"
    with toy.desk() as desk:
        assert not desk.notifications.template("tell.placed", "es").own


def test_setting_one_is_an_event_of_the_tenant(toy, own):
    own()
    own()  # nothing new

    with toy.reader() as reader:
        told = reader.history(tenant_ref(toy.tenant))
    (event,) = [one for one in told if one.body.get("what") == "template"]
    assert (event.actor, event.body["id"]) == ("ann", "tell.placed")
    assert event.body["changed"] == {"es": [None, attrs.asdict(OURS)]}


@pytest.mark.parametrize(
    ("language", "template", "codes"),
    [
        ("es", Template(subject="{order.totl}", text="x"), {"template.placeholder"}),
        ("es", Template(subject="{order", text="x"), {"template.brace"}),
        ("es", Template(subject="", text="x"), {"text.empty"}),
        ("es", Template(subject="x", text=""), {"text.empty"}),
        ("es", Template(subject="x", text="y" * 20_001), {"text.too_long"}),
        ("es", Template(subject="x", text="y", html="<script>"), {"template.html"}),
        ("xx", OURS, {"language.unknown"}),
        ("no language", OURS, {"language.malformed"}),
    ],
)
def test_a_wrong_template_is_refused_when_it_is_set(own, language, template, codes):
    with pytest.raises(Refused) as refusal:
        own(language, template)

    assert set(refusal.value.codes) == codes


def test_there_is_no_template_of_what_is_not_told(toy):
    with toy.desk() as desk, pytest.raises(NotFound, match=r"tell\.placed"):
        desk.notifications.set_template("tell.place", "es", OURS)


@pytest.mark.parametrize("door", ["templates", "template", "preview", "set", "reset"])
def test_templates_are_for_whoever_manages_the_tenant(toy, acting, door):
    doors = {
        "templates": lambda known: known.templates(),
        "template": lambda known: known.template("tell.placed"),
        "preview": lambda known: known.preview("tell.placed"),
        "set": lambda known: known.set_template("tell.placed", "es", OURS),
        "reset": lambda known: known.reset_template("tell.placed", "es"),
    }

    with toy.desk(acting("bo")) as desk, pytest.raises(Forbidden):
        doors[door](desk.notifications)


def test_an_own_template_outlives_its_module_and_can_be_reset(toy, own):
    own()
    with toy.desk() as desk:
        desk.admin.switch("tell", "off")

    with toy.desk() as desk:
        assert desk.notifications.reset_template("tell.placed", "es")


def test_other_tenants_keep_their_words(toy, own, make_user):
    own()
    other = f"x{toy.tenant}"[:40]
    toy.loom.create_tenant(other, modules=["tell"])

    with toy.loom.desk(other, toy.ann) as desk:
        assert not desk.notifications.template("tell.placed", "es").own


def test_a_template_with_values_that_come_to_nothing_is_still_a_mail(own, placed, work, mails):
    own(template=Template(subject="{reason}", text="{reason}"))
    placed()
    work()

    (mail,) = mails(whole=True)
    assert mail["Subject"] == "Told when place"
    assert mail.get_content() == "Told when place\r\n"


@pytest.mark.parametrize("answer", [{}, {"total": "1", "more": "2"}, {"total": 1.5}])
def test_a_module_that_does_not_answer_its_placeholders_is_at_fault(toy, placed, answer):
    with toy.reader() as reader:
        told = reader.assembly.notifications
    told["tell.placed"] = attrs.evolve(told["tell.placed"], values=lambda *_: answer)

    with pytest.raises(ModuleFault) as fault:
        placed()

    assert (fault.value.module, fault.value.hook) == ("tell", "values of tell.placed")
