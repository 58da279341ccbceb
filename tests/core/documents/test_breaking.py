from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orderloom.documents.breaking import break_line


def test_a_line_that_fits_is_not_touched() -> None:
    assert break_line("  two  words ", 13, len) == ["  two  words "]


def test_words_move_to_the_next_line_whole() -> None:
    assert break_line("height of 3.8 m returned.", 10, len) == ["height of", "3.8 m", "returned."]


def test_a_word_wider_than_the_line_is_broken_inside_it() -> None:
    assert break_line("abcdefghijklmnopqrstuvwxyz end", 10, len) == [
        "abcdefghij",
        "klmnopqrst",
        "uvwxyz end",
    ]


def test_a_long_word_begins_on_a_line_of_its_own() -> None:
    assert break_line("see abcdefghijkl", 8, len) == ["see", "abcdefgh", "ijkl"]


def test_a_mark_is_never_parted_from_its_letter() -> None:
    text = "aaaa" + "e\u0323" * 3

    assert break_line(text, 5, len) == ["aaaa", "e\u0323e\u0323", "e\u0323"]


def test_a_no_break_space_does_not_break() -> None:
    assert break_line("price 10\u00a0kg", 8, len) == ["price", "10\u00a0kg"]


def test_a_line_narrower_than_one_letter_still_ends() -> None:
    assert break_line("abc", 1, lambda text: 5 * len(text)) == ["a", "b", "c"]


@given(
    st.text(alphabet="ab ", min_size=1, max_size=120),
    st.integers(min_value=1, max_value=20),
)
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int) -> None:
    lines = break_line(text, width, len)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)
    words = [word for word in text.split() if len(word) <= width]
    assert all(any(word in line for line in lines) for word in words)


def test_a_number_is_broken_after_its_hyphens_if_that_is_wanted() -> None:
    number = "INV-cloud-meadow-2026-00001"

    assert break_line(number, 14, len, hyphens=True) == ["INV-cloud-", "meadow-2026-", "00001"]
    assert break_line(number, 14, len) == ["INV-cloud-mead", "ow-2026-00001"]


def test_a_part_of_a_number_that_is_too_wide_is_broken_inside() -> None:
    assert break_line("A-abcdefghij-1", 6, len, hyphens=True) == ["A-", "abcdef", "ghij-1"]
