import pytest

from orderloom.errors import Refused
from orderloom.values import key_of, pair_of, text_of


def test_a_text_is_normalised_and_stripped():
    text = text_of("  Cafe\u0301 chairs\t", "title")

    assert text == "Caf\u00e9 chairs"


def test_html_is_kept_as_plain_text():
    assert text_of("<b>bold</b>", "title") == "<b>bold</b>"


def test_line_ends_of_a_form_become_line_feeds():
    text = text_of("one\r\ntwo\rthree\u2028four\tend", "note", multiline=True)

    assert text == "one\ntwo\nthree\nfour\tend"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("a\x00b", "U+0000 NUL"),
        ("a\nb", "U+000A LINE FEED"),
        ("a\rb", "U+000D CARRIAGE RETURN"),
        ("a\x1bb", "U+001B"),
        ("a\x85b", "U+0085"),
        ("a\u2028b", "U+2028 LINE SEPARATOR"),
        ("a\u202eb", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u2069b", "U+2069 POP DIRECTIONAL ISOLATE"),
        ("a\ud800b", "U+D800"),
        ("a\ufdd0b", "U+FDD0"),
        ("a\uffffb", "U+FFFF"),
        ("a\U0001fffeb", "U+1FFFE"),
        ("a\U0010ffffb", "U+10FFFF"),
    ],
)
def test_a_character_that_acts_or_cannot_be_stored_is_refused_by_name(value, named):
    with pytest.raises(Refused) as refusal:
        text_of(value, "title")

    assert refusal.value.codes == ("text.control_character",)
    assert f"Character 2 is {named}, which" in str(refusal.value)


def test_overrides_are_refused_in_texts_of_several_lines_too():
    with pytest.raises(Refused) as refusal:
        text_of("one\n\u202etwo", "note", multiline=True)

    assert refusal.value.codes == ("text.control_character",)


@pytest.mark.parametrize("value", ["שלום", "مرحبا", "料理", "a\u200db", "👩‍🍳", "\ufffd"])
def test_other_scripts_joiners_and_emoji_are_welcome(value):
    assert text_of(value, "title") == value


@pytest.mark.parametrize("value", [None, 1, b"text", ["text"]])
def test_what_is_not_text_is_refused(value):
    with pytest.raises(Refused) as refusal:
        text_of(value, "title")

    assert refusal.value.codes == ("text.not_text",)


def test_a_text_of_white_space_is_missing():
    with pytest.raises(Refused) as refusal:
        text_of(" \t ", "title")

    assert refusal.value.codes == ("text.empty",)


def test_an_optional_text_may_be_empty():
    assert text_of("  ", "note", required=False) == ""


def test_a_text_of_the_longest_length_is_accepted():
    assert text_of("x" * 200, "title") == "x" * 200


def test_a_longer_text_is_refused_with_both_lengths():
    with pytest.raises(Refused, match=r"has 201 characters\. To go on, shorten it to 200"):
        text_of("x" * 201, "title")


def test_a_text_that_grows_past_the_limit_when_normalised_is_refused():
    composed_into_two = "\u0958"

    with pytest.raises(Refused) as refusal:
        text_of(composed_into_two * 2, "title", longest=3)

    assert refusal.value.codes == ("text.too_long",)


@pytest.mark.parametrize("key", ["a", "7", "summer-2027", "a_b.c-d", "x" * 63])
def test_a_key_is_returned_as_given(key):
    assert key_of(key, "project") == key


@pytest.mark.parametrize(
    ("value", "suggestion"),
    [
        ("Summer Fête 2027", "summer-fete-2027"),
        ("-draft-", "draft"),
        ("a/b\\c", "a-b-c"),
        ("x" * 64, "x" * 63),
        ("../../etc", "etc"),
        ("acme\n", "acme"),
        ("夏", "summer-2027"),
        (7, "summer-2027"),
    ],
)
def test_a_malformed_key_is_refused_with_a_key_that_would_do(value, suggestion):
    with pytest.raises(Refused) as refusal:
        key_of(value, "project")

    assert refusal.value.codes == ("key.malformed",)
    assert dict(refusal.value.problems[0].params)["suggestion"] == suggestion
    assert key_of(suggestion, "project") == suggestion


@pytest.mark.parametrize(
    ("text", "sign", "pair"),
    [
        ("dozen=12", "=", ("dozen", "12")),
        (" colour : white ", ":", ("colour", "white")),
        ("note=a=b", "=", ("note", "a=b")),
    ],
)
def test_a_pair_is_parted_at_the_first_sign(text, sign, pair):
    assert pair_of(text, "spec", example="LABEL=TEXT", sign=sign) == pair


@pytest.mark.parametrize("text", ["white", "=white", "colour=", "", " = "])
def test_what_is_no_pair_is_refused_with_an_example(text):
    with pytest.raises(Refused, match="write it like LABEL=TEXT") as refused:
        pair_of(text, "spec", example="LABEL=TEXT")

    assert refused.value.codes == ("text.not_a_pair",)


def test_a_blank_may_follow_the_sign_where_it_is_told_so():
    assert pair_of("colour=", "spec", example="NAME=VALUE", blank=True) == ("colour", "")
