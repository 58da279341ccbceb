from __future__ import annotations

import pytest

from orderloom.errors import Refused
from orderloom.lifecycle import Action, Move, Overlay, Status
from orderloom.modules import ON, Catalogue, assemble
from orderloom.modules.lock import HEAD, Drift, Locked, drift, lock_text, locked, read_lock


def lock_of(*fakes, overlays=None):
    catalogue = Catalogue.of(fakes)
    enabled = dict.fromkeys(catalogue.loaded, ON)
    return locked(catalogue, assemble(catalogue, enabled, {}, overlays or {}))


@pytest.fixture
def guard(fake):
    """A module that adds a status to `shop.order`."""

    def extend_lifecycle(lifecycle):
        added = lifecycle.with_status(Status("seen", "Seen", stage="open"))
        return added.with_action(Action("see", source="draft", target="seen")).also_from(
            "finish", "seen"
        )

    return fake("guard", extend_lifecycle, requires="shop", touches="shop.order")


def test_a_lock_file_shows_order_declarations_hooks_and_edges(owning, guard):
    assert lock_text(lock_of(guard, owning("shop"))) == (
        f"{HEAD}\n"
        "\n"
        "shop\n"
        "  stands: first\n"
        "  hook: register_order_types\n"
        "  edge: shop.order: (start) --place--> draft\n"
        "  edge: shop.order: draft --finish--> done\n"
        "  status: shop.order: done\n"
        "  status: shop.order: draft\n"
        "\n"
        "guard\n"
        "  stands: guard requires shop\n"
        "  declares: requires shop\n"
        "  declares: touches shop.order\n"
        "  hook: extend_lifecycle\n"
        "  edge: shop.order: draft --see--> seen\n"
        "  edge: shop.order: seen --finish--> done\n"
        "  status: shop.order: seen\n"
    )


def test_the_order_of_installation_does_not_show(owning, guard):
    assert lock_of(guard, owning("shop")) == lock_of(owning("shop"), guard)


def test_a_tenants_overlay_stands_last(owning):
    overlay = Overlay(moves=(Move("again", "done", "draft", title="Again"),))

    *_, last = lock_of(owning("shop"), overlays={"shop.order": overlay})

    assert last.module == "tenant"
    assert [fact for fact in last.facts if "done --" in fact]


def test_a_faulted_module_says_so(fake, owning):
    idle = fake("idle", check_order=lambda: None)

    assert lock_of(owning("shop"), idle)[-1] == Locked("idle", "", ("faulted",))


def test_what_was_written_is_read_back(owning, guard):
    modules = (*lock_of(owning("shop"), guard), Locked("x", "1.0", ("stands: first",)))

    assert read_lock(lock_text(modules)) == modules


@pytest.mark.parametrize("text", ["", "shop 1.0\n", f"{HEAD}\n  a fact of nobody\n"])
def test_another_file_is_refused(text):
    with pytest.raises(Refused, match="write it anew with --lock"):
        read_lock(text)


# ── drift ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_drifts_from_itself(owning, guard):
    modules = lock_of(owning("shop"), guard)

    assert drift(modules, modules) == ()


def test_a_move_is_told_with_the_declaration_that_caused_it(owning):
    shop, a, b = owning("shop"), owning("aa", after="shop"), owning("bb", after="shop")
    before = lock_of(shop, a, b)

    found = drift(before, lock_of(shop, a, owning("bb", after="shop", before="aa")))

    assert found == (
        Drift("bb", "moved", "now after shop, was after aa"),
        Drift("bb", "-", "stands: bb asks to run after shop; after aa by name"),
        Drift("bb", "+", "stands: bb asks to run after shop"),
        Drift("bb", "+", "declares: before aa"),
        Drift("aa", "-", "stands: aa asks to run after shop"),
        Drift("aa", "+", "stands: aa asks to run after shop; bb asks to run before aa"),
    )


def test_versions_hooks_and_modules_that_come_and_go_are_told():
    before = (Locked("old", "1.0", ("hook: a",)), Locked("stays", "1.0", ("hook: a", "hook: b")))
    after = (Locked("stays", "1.1", ("hook: b", "hook: c")), Locked("young", "", ("hook: a",)))

    assert drift(before, after) == (
        Drift("old", "removed", "1.0"),
        Drift("stays", "version", "1.0 → 1.1"),
        Drift("stays", "-", "hook: a"),
        Drift("stays", "+", "hook: c"),
        Drift("young", "added", ""),
        Drift("young", "+", "hook: a"),
    )


def test_a_module_pushed_down_by_a_new_one_has_not_moved():
    old, young = Locked("old", "", ()), Locked("young", "", ())

    assert drift((old,), (young, old)) == (Drift("young", "added", ""),)
