from __future__ import annotations

import pytest

from orderloom.documents.characters import clean, clean_lines, is_complex


@pytest.mark.parametrize("override", ["\u202e", "\u202d", "\u2066", "\u2067", "\u200b", "\ufeff"])
def test_characters_that_deceive_the_eye_are_not_printed(override: str) -> None:
    assert clean(f"pay {override}100") == "pay 100"


def test_controls_and_lone_surrogates_are_not_printed() -> None:
    assert clean("a\x00b\x1bc\x7fd\x85e\udc80f") == "abcdef"


def test_a_tab_becomes_spaces_up_to_the_next_stop_of_four() -> None:
    assert clean("ab\tc") == "ab  c"


def test_accents_are_composed() -> None:
    assert clean("e\u0301") == "é"


def test_spaces_at_the_end_are_dropped() -> None:
    assert clean_lines("kg  ") == ["kg"]


def test_every_kind_of_newline_ends_a_line() -> None:
    assert clean_lines("a\r\nb\rc\nd\u2028e") == ["a", "b", "c", "d", "e"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert clean_lines("") == clean_lines("\x00") == [""]


def test_joiners_stay_only_where_a_complex_script_needs_them() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("a\u200cb") == "ab"


@pytest.mark.parametrize("text", ["كرسي", "כיסא", "कुर्सी", "เก้าอี้", "chair كرسي"])
def test_scripts_that_need_shaping_are_complex(text: str) -> None:
    assert is_complex(text)


@pytest.mark.parametrize("text", ["chair", "Größe", "καρέκλα", "стул", "Bàn gấp", "ქართული", "椅"])
def test_scripts_drawn_letter_by_letter_are_not(text: str) -> None:
    assert not is_complex(text)
