"""What a word is, and that no text breaks a search."""

import attrs
import pytest

from orderloom.store import events, find, search, subjects


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Folding chair", "folding chair"),
        ("Grüße aus STRAẞE", "grusse aus strasse"),
        ("ﬁre Ⅻ ①", "fire xii 1"),
        ("RFQ-2026-0007", "rfq-2026-0007 2026-0007 0007"),
        ("chair, chair; CHAIR!", "chair"),
        ("'\"*():^~<>|&%$ -_./", ""),
        ("", ""),
    ],
)
def test_texts_become_words(text, words):
    assert search.tokens([text]) == words


def test_a_long_list_of_parts_is_not_an_identifier():
    assert search.tokens(["a/b/c/d/e/f/g/h/i"]) == "a b c d e f g h i"


def test_endless_texts_stay_below_what_an_index_takes():
    words = search.tokens(f"word{number:08}" for number in range(100_000)).split()

    assert 5_000 < len(words) < 15_000


@pytest.fixture
def orders(connection, tenant, make_order, make_row):
    made = {
        "chairs": make_order(number="RFQ-2026-0007", title="Stühle für die Bühne"),
        "tables": make_order(number="RFQ-2026-0008", title="Tische O'Brien"),
    }
    subjects.insert(connection, tenant, [make_row(order) for order in made.values()])
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stuhle", ["chairs"]),
        ("STÜHLE buh", ["chairs"]),
        ("stuhle tische", []),
        ("RFQ-2026-0007", ["chairs"]),
        ("2026-0008", ["tables"]),
        ("0007", ["chairs"]),
        ("rfq", ["chairs", "tables"]),
        ("olding", []),
        ("brien", ["tables"]),
    ],
)
def test_every_word_has_to_begin_a_word(connection, tenant, orders, text, found):
    assert _found(connection, tenant, orders, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "\"'`", "NEAR(a b)", "AND OR NOT", "a* OR b", "):*", "' | 'x", "{rfq}:x", "^", "\\", "%",
        "x" * 1_000, "word " * 200, "a-" * 500, "🪑",
    ],
)  # fmt: skip
def test_hostile_input_finds_nothing_and_breaks_nothing(connection, tenant, orders, text):
    assert _found(connection, tenant, orders, text) == []


def test_words_without_letters_do_not_match_everything(connection, tenant, orders):
    assert _found(connection, tenant, orders, "!!!") == []


def test_a_search_stays_in_its_tenant(connection, tenant, orders):
    page = find.find(connection, "somebody-else", find.Query(text="rfq"))

    assert page.items == ()


def test_a_change_is_found_by_its_new_words_only(connection, tenant, orders, make_event):
    stored = subjects.load(connection, tenant, orders["chairs"].ref)
    after = attrs.evolve(stored.subject, version=2, title="Zelte")
    chained = events.chain(stored.head, [make_event(after)], lambda: "salt")

    subjects.update(
        connection, tenant, stored, after, chained,
        stage="draft", search=search.tokens(["Zelte"]), fields={},
    )  # fmt: skip

    assert _matches(connection, tenant, "zelt") == [after.id]
    assert _matches(connection, tenant, "stuhle") == []


def _found(connection, tenant, orders, text):
    ids = _matches(connection, tenant, text)
    return [name for name, order in orders.items() if order.id in ids]


def _matches(connection, tenant, text):
    return [item.id for item in find.find(connection, tenant, find.Query(text=text)).items]
