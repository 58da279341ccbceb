import json

import attrs
import pytest

from orderloom.errors import Refused
from orderloom.lifecycle import (
    JPEG,
    PDF,
    PNG,
    START,
    Action,
    Attaches,
    Facet,
    Lifecycle,
    Status,
    difference,
    merge,
    prove,
)

IMAGES = Attaches("image", most=3, media=(JPEG, PNG), title="Images")


def crate(*attaches: Attaches) -> Lifecycle:
    return Lifecycle(
        "crate.order",
        statuses=(
            Status("open", "Open", stage="open"),
            Status("shut", "Shut", final=True, stage="done"),
        ),
        actions=(
            Action("place", source=START, target="open"),
            Action("shut", source="open", target="shut", attaches=attaches),
        ),
        facets=(
            Facet(
                "payment",
                statuses=(
                    Status("owed", "Owed", stage="open"),
                    Status("paid", "Paid", stage="done", final=True),
                ),
                start="owed",
                actions=(
                    Action("pay", source="owed", target="paid", attaches=Attaches("receipt")),
                ),
            ),
        ),
    )


def codes(caught):
    return [(problem.field, problem.code) for problem in caught.value.problems]


def test_a_kind_of_file_is_one_of_any_media_unless_it_says_more():
    declared = Attaches("delivery_note")

    assert (declared.most, declared.media) == (1, (JPEG, PNG, PDF))
    assert declared.title == "Delivery note"


def test_one_kind_needs_no_tuple():
    assert Action("shut", source="open", target="shut", attaches=IMAGES).attaches == (IMAGES,)


def test_a_stored_lifecycle_attaches_the_same():
    declared = crate(IMAGES, Attaches("invoice"))

    kept = Lifecycle.from_dict(json.loads(json.dumps(declared.to_dict())))

    assert kept.action("shut").attaches == (IMAGES, Attaches("invoice"))
    assert kept.action("pay").attaches == (Attaches("receipt"),)
    assert kept.digest == declared.digest


def test_a_lifecycle_stored_before_files_could_be_attached_is_read():
    stored = json.loads(json.dumps(crate().to_dict()))
    for action in stored["actions"]:
        del action["attaches"]

    assert Lifecycle.from_dict(stored).action("shut").attaches == ()


def test_another_limit_is_another_declaration():
    assert crate(IMAGES).digest != crate(attrs.evolve(IMAGES, most=4)).digest


def test_files_are_part_of_the_difference():
    (line,) = difference(crate(Attaches("invoice")), crate(IMAGES, Attaches("invoice")))

    assert line == (
        "~ action crate.order: shut: attaches invoice (at most 1) → "
        "image (at most 3), invoice (at most 1)"
    )


def test_what_a_kind_shows_is_part_of_the_declaration():
    hushed = attrs.evolve(IMAGES, shows=("prices", "data.shop.deal"))

    kept = Lifecycle.from_dict(json.loads(json.dumps(crate(hushed).to_dict())))
    (line,) = difference(crate(IMAGES), crate(hushed))

    assert kept.action("shut").attaches == (hushed,)
    assert line.endswith(
        "image (at most 3) → image (at most 3, shows prices, shows data.shop.deal)"
    )


def test_a_kind_stored_before_it_could_show_anything_is_read():
    stored = json.loads(json.dumps(crate(IMAGES).to_dict()))
    for action in stored["actions"]:
        for one in action["attaches"]:
            del one["shows"]

    assert Lifecycle.from_dict(stored).action("shut").attaches == (IMAGES,)


def test_actions_of_statuses_and_facets_may_attach_files():
    assert prove(merge(crate(IMAGES), ())).faults == ()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kind": "Image"}, [("kind", "lifecycle.name")]),
        ({"kind": "file"}, [("kind", "lifecycle.attaches")]),
        ({"title": "two\nlines"}, [("title", "lifecycle.title")]),
        ({"most": 0}, [("most", "lifecycle.attaches")]),
        ({"most": 101}, [("most", "lifecycle.attaches")]),
        ({"most": "3"}, [("most", "lifecycle.attaches")]),
        ({"media": ()}, [("media", "lifecycle.attaches")]),
        ({"shows": "totals"}, [("shows", "lifecycle.attaches")]),
        ({"shows": ("prices", "data.")}, [("shows", "lifecycle.attaches")]),
        ({"shows": ("pricesque", 7)}, [("shows", "lifecycle.attaches")]),
        (
            {"media": (JPEG, "image/svg+xml"), "most": -1},
            [("most", "lifecycle.attaches"), ("media", "lifecycle.attaches")],
        ),
    ],
)
def test_what_cannot_be_a_kind_of_file_is_refused(given, found):
    with pytest.raises(Refused) as caught:
        Attaches(**{"kind": "image", **given})

    assert codes(caught) == found


def test_a_kind_is_declared_once_in_an_action():
    with pytest.raises(Refused) as caught:
        crate(IMAGES, Attaches("image"))

    assert codes(caught) == [("attaches", "lifecycle.attaches")]


def test_files_cannot_wait_for_approvals():
    with pytest.raises(Refused) as caught:
        Action("shut", source="open", target="shut", waits_in="waiting", attaches=IMAGES)

    assert codes(caught) == [("attaches", "lifecycle.attaches")]


def test_only_kinds_of_files_are_attached():
    with pytest.raises(Refused) as caught:
        Action("shut", source="open", target="shut", attaches=("image",))

    assert codes(caught) == [("attaches", "lifecycle.attaches")]
