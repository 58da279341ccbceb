import pytest

from orderloom.values import nearest, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12.50", "12.50"),
        ("x" * 41, "x" * 39 + "…"),
        ("x" * 40, "x" * 40),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ud800b", "a\\ud800b"),
        ("a\nb", "a\\nb"),
        (None, "None"),
        (1.5, "1.5"),
        pytest.param(10**5000, "<an integer of more than 45 digits>", id="huge"),
        ({"a": 1}, "<dict>"),
        (b"bytes", "<bytes>"),
    ],
)
def test_an_input_is_shown_short_and_harmless(value, text):
    assert shown(value) == text


def test_the_nearest_names_are_spelt_as_known_best_first():
    assert nearest("kilogrm", ["Kilogram", "Kilometre", "litre"]) == "Kilogram, Kilometre"


def test_without_a_near_name_the_example_is_answered():
    assert nearest("xyz", ["piece"], otherwise="C62") == "C62"
