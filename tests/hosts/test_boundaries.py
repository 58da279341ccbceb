"""A fault at every statement and every hook of a story: nothing is left of it, the host goes on.

Enumerated, not sampled: the story is told once to write down the boundaries it crosses, then once
for each of them and each way to fail there.
"""

from __future__ import annotations

import re

import attrs
import pytest
from hosting import ENDINGS, STARTS, drop, sell, wrongs

from orderloom.modules.hooks import HOOKS

starts = pytest.mark.parametrize("start", list(STARTS))
endings = pytest.mark.parametrize("ending", ENDINGS)
WRITES = re.compile(r"\b(?:INTO|UPDATE|DELETE FROM) (ol_\w+)")


@starts
@endings
def test_nothing_is_left_of_a_fault_at_any_statement(site, start, ending):
    assert wrongs(site, start, ending, site.statements) == []


@starts
@endings
def test_nothing_is_left_of_a_fault_in_any_hook(site, start, ending):
    assert wrongs(site, start, ending, site.hooks) == []


@endings
@pytest.mark.parametrize("tap", ["statements", "hooks"])
def test_nothing_is_left_of_a_fault_in_other_commands(site, ending, tap):
    other = attrs.evolve(site, story=drop)

    assert wrongs(other, "wrote", ending, getattr(site, tap)) == []


@endings
@pytest.mark.parametrize("tap", ["statements", "hooks"])
def test_nothing_is_left_of_a_fault_while_a_new_loom_learns_of_its_tenant(site, ending, tap):
    crossed = getattr(site, tap)
    more = _only_at_first(site, crossed)

    assert more > 0
    assert wrongs(site, "nothing", ending, crossed, at=slice(more), fresh=True) == []


def test_the_stories_cross_every_hook_there_is_before_a_commit(site):
    crossed = set()
    for story in (sell, drop):
        attrs.evolve(site, story=story).host(site.new_loom(), "read", "rollback", site.hooks)
        crossed |= {name.partition(".")[2] for name in site.hooks.seen}

    assert set(HOOKS) - crossed == {name for name in HOOKS if name.startswith("after_")}


def test_the_tap_sees_who_writes_to_each_table(site):
    loom, left = site.loom, site.rows()

    site.host(loom, "nothing", "commit", site.statements)

    written = {table for name in site.statements.seen for table in WRITES.findall(name)}
    assert {table for table, _ in site.rows() - left} - written == set()


def _only_at_first(site, tap):
    """How many boundaries a new loom crosses before it goes on as one in use does."""
    site.host(site.new_loom(), "nothing", "rollback", tap)
    new = tap.seen[::-1]
    site.host(site.loom, "nothing", "rollback", tap)
    used = tap.seen[::-1]
    pairs = enumerate(zip(new, used, strict=False))
    return len(new) - next((n for n, (one, other) in pairs if one != other), len(used))
