from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orderloom import Money, Notification, Price, Quantity, Refused, Template, Unit
from orderloom.notify.templates import choose, fill, formatted, languages_of, translate
from orderloom.notify.templates.catalogues import catalogue, catalogues

FILES = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Order {order.number}"
msgstr "Pedido {order.number}"

msgid "Dear {recipient.name}"
msgstr "Estimado {recipient.name}"

#, fuzzy
msgid "Open"
msgstr "Abierto?"

msgid "Broken"
msgstr "Roto {order.numero}"
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder of catalogues in Spanish."""
    name = f"words_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "es.po").write_text(FILES, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def _notification(**parts):
    template = {"subject": "Order {order.number}", "text": "Dear {recipient.name}"} | parts
    return Notification(
        key="shop.sent", title="Sent", type="shop.order", on="send",
        recipients=lambda *_: [], template=Template(**template),
    )  # fmt: skip


# ── values in the place of placeholders ────────────────────────────────────────────────────


def test_placeholders_become_their_values():
    filled = fill(Template(subject="{a}: {b}", text="{{a}} is {a}"), {"a": "1", "b": "2"})

    assert (filled.subject, filled.text) == ("1: 2", "{a} is 1")


def test_a_value_is_never_read_as_a_template():
    filled = fill(Template(subject="x", text="{a}"), {"a": "{b} {0.__class__} %s"})

    assert filled.text == "{b} {0.__class__} %s"


def test_values_are_escaped_in_html_and_keep_their_lines():
    template = Template(subject="x", text="{a}", html="<p>{a}</p>")

    filled = fill(template, {"a": '<b>"&\nsecond'})

    assert filled.html == "<p>&lt;b&gt;&quot;&amp;<br>second</p>"
    assert filled.text == '<b>"&\nsecond'


def test_a_line_of_empty_placeholders_alone_is_left_out_with_its_gap():
    template = Template(subject="x", text="Hello\n\n{a} {b}\n\nBye {a}")

    assert fill(template, {"a": "", "b": ""}).text == "Hello\n\nBye "
    assert fill(template, {"a": "", "b": "B"}).text == "Hello\n\n B\n\nBye "


def test_a_subject_stays_one_short_line():
    filled = fill(Template(subject="Order {a}", text="x"), {"a": "7\r\nBcc: x\n" + "y" * 300})

    assert filled.subject.startswith("Order 7 Bcc: x yyy")
    assert len(filled.subject) == 250
    assert filled.subject.endswith("…")


# ── numbers, money and dates ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        ("as it is", "as it is", "as it is"),
        (1234567, "1,234,567", "1.234.567"),
        (Decimal("1234.5"), "1,234.5", "1.234,5"),
        (Money("12345.5", "EUR"), "€12,345.50", "12.345,50\xa0€"),
        (Money("1200", "JPY"), "¥1,200", "1.200\xa0JPY"),
        (Price("0.004125", "EUR"), "€0.004125", "0,004125\xa0€"),
        (Price("12.5", "EUR", "100"), "€12.50 / 100", "12,50\xa0€ / 100"),
        (Quantity("2.5", "KGM"), "2.5 kg", "2,5 kg"),
        (Quantity("1200", "C62"), "1,200 pcs", "1.200 uds."),
        (Quantity("3", "CRATE"), "3 CRATE", "3 CRATE"),
        (date(2027, 3, 1), "March 1, 2027", "1 de marzo de 2027"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(value, english, spanish):
    assert formatted(value, "en", "UTC") == english
    assert formatted(value, "es", "UTC") == spanish


def test_a_quantity_has_the_symbol_of_the_tenants_own_unit():
    crates = {"CRATE": Unit("CRATE", "cr", "crate", 0)}

    assert formatted(Quantity("3", "CRATE"), "en", "UTC", crates) == "3 cr"


def test_an_instant_is_shown_in_the_tenants_zone():
    noon = datetime(2027, 7, 1, 12, tzinfo=UTC)

    assert formatted(noon, "es", "Europe/Madrid") == "1 jul 2027, 14:00:00"


@pytest.mark.parametrize("value", [1.5, True, None, b"x", ["a"]])
def test_anything_else_is_no_value(value):
    with pytest.raises(TypeError):
        formatted(value, "en", "UTC")


# ── languages ──────────────────────────────────────────────────────────────────────────────


def test_a_reader_is_looked_for_by_his_tag_his_language_the_tenants_and_english():
    assert languages_of("es-MX", "de-AT") == ("es-MX", "es", "de-AT", "de", "en")


def test_the_core_speaks_spanish():
    assert translate("orderloom.locale", "A message from {tenant}", ("es",)) == (
        "Un mensaje de {tenant}"
    )


def test_what_no_catalogue_has_stays_english(package):
    assert translate(package, "Closed", ("es", "en")) == "Closed"
    assert translate("", "Closed", ("es",)) == "Closed"


def test_a_doubtful_translation_is_not_used(package):
    assert "Open" not in catalogue(package, "es")
    assert catalogues(package) == ("es",)


def test_a_modules_translation_reaches_readers_of_the_language(package):
    chosen = choose(_notification(), languages_of("es-MX", "en"), {}, package)

    assert (chosen.language, chosen.own) == ("es", False)
    assert chosen.template.subject == "Pedido {order.number}"
    assert chosen.locale_for("es-MX") == "es-MX"


def test_half_a_translation_is_none(package):
    chosen = choose(_notification(text="Never translated"), languages_of("es"), {}, package)

    assert (chosen.language, chosen.template.subject) == ("en", "Order {order.number}")
    assert chosen.locale_for("es-MX") == "en"


def test_a_tenants_own_template_comes_before_the_modules(package):
    own = {("shop.sent", "es"): Template(subject="Lo tuyo", text="Va")}

    assert choose(_notification(), languages_of("es-MX"), own, package).template.subject == (
        "Lo tuyo"
    )
    assert choose(_notification(), languages_of("de", "en"), own, package).language == "en"


def test_a_nearer_language_comes_before_the_tenants_own_in_another(package):
    own = {("shop.sent", "en"): Template(subject="Our words", text="Go")}

    assert choose(_notification(), languages_of("es", "en"), own, package).language == "es"
    assert choose(_notification(), languages_of("fr", "en"), own, package).own


def test_a_translation_with_a_placeholder_there_is_not_is_refused(package):
    with pytest.raises(Refused, match=r"\{order\.numero\}"):
        choose(_notification(subject="Broken"), languages_of("es"), {}, package)
