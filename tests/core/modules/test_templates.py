from __future__ import annotations

import pytest

from orderloom import Notification, Refused, Template
from orderloom.modules.contributions.notifications import standard_names
from orderloom.modules.contributions.templates import pieces, template_of

KNOWN = ("order.number", "note")


def _template(**parts):
    return Template(**{"subject": "Order {order.number}", "text": "Hello", **parts})


def _codes(**parts):
    with pytest.raises(Refused) as refusal:
        template_of(_template(**parts), KNOWN)
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def test_a_text_is_what_is_written_and_what_stands_between():
    assert list(pieces("Order {order.number}: {note}!")) == [
        ("Order ", "order.number"),
        (": ", "note"),
        ("!", ""),
    ]


def test_doubled_braces_are_braces():
    assert list(pieces("{{note}} is {note}")) == [("{note} is ", "note"), ("", "")]


def test_a_template_of_known_placeholders_is_taken_without_outer_space():
    read = template_of(_template(text="\nDear {note}\n\n"), KNOWN)

    assert (read.subject, read.text) == ("Order {order.number}", "Dear {note}")


@pytest.mark.parametrize(
    "trick",
    [
        "{order}", "{order.number.__class__}", "{0}", "{order.number!r}",
        "{order.number:>1000000}", "{note[0]}", "{order.number|upper}", "{ORDER.NUMBER}",
    ],
)  # fmt: skip
def test_nothing_but_a_known_name_is_a_placeholder(trick):
    assert _codes(text=trick) == [("template.text", "template.placeholder")]


@pytest.mark.parametrize(
    "text", ["{order.number", "order.number}", "{{note}", "a { b", "{}", "{ }"]
)
def test_a_brace_alone_is_refused(text):
    assert _codes(text=text) == [("template.text", "template.brace")]


def test_an_unknown_placeholder_is_told_with_those_near_it():
    with pytest.raises(Refused, match=r"There is no placeholder \{order\.nmber\}.*order\.number"):
        template_of(_template(text="{order.nmber}"), KNOWN)


def test_all_that_is_wrong_is_told_at_once():
    assert _codes(subject="a\nb", text="{x}", html="<script>1</script>") == [
        ("template.subject", "text.control_character"),
        ("template.html", "template.html"),
        ("template.text", "template.placeholder"),
    ]


def test_a_text_cannot_be_blown_up_by_placeholders():
    assert _codes(text="{note}" * 51) == [("template.text", "template.too_many")]


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<p onclick='x'>a</p>", "<a href='{note}'>a</a>",
        "<{note}>", "<p {note}>a</p>", "<p class={note}>a</p>", "<img src=x onerror=alert(1)>",
        "<a href='java\tscript:x'>a</a>", "<iframe src='https://x.example'></iframe>",
        "<!-- {note} -->", "<!--[if mso]>x<![endif]-->", "<p", "a < b", "<!DOCTYPE html>",
        "<style>p{{}}</style>", "<?php x ?>", "<svg/onload=x>",
    ],
)  # fmt: skip
def test_html_is_text_with_marks_and_nothing_that_acts(html):
    assert _codes(html=html) == [("template.html", "template.html")]


def test_html_may_be_set_with_marks_links_and_placeholders_between_them():
    html = '<p>Dear <b>{note}</b>,<br>see <a href="https://shop.example/">here</a> &amp; now</p>'

    assert template_of(_template(html=html), KNOWN).html == html


def test_a_notification_with_a_wrong_placeholder_cannot_be_made():
    with pytest.raises(Refused) as refusal:
        Notification(
            key="shop.sent", title="Sent", type="shop.order", on="send",
            recipients=lambda *_: [], template=_template(text="{total}"),
        )  # fmt: skip

    assert refusal.value.codes == ("template.placeholder",)


@pytest.mark.parametrize("channels", [(), ("pigeon",), ("mail", "pigeon")])
def test_a_notification_needs_channels_there_are(channels):
    with pytest.raises(Refused) as refusal:
        Notification(
            key="shop.sent", title="Sent", type="shop.order", on="send", channels=channels,
            recipients=lambda *_: [], template=Template(subject="a", text="b"),
        )  # fmt: skip

    assert refusal.value.codes == ("notification.channels",)


def test_a_subjects_placeholders_are_named_by_the_last_word_of_its_type():
    assert standard_names("procurement.order")[0] == "order.number"
    assert standard_names("invoice")[0] == "invoice.number"
