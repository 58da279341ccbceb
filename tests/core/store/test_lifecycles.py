"""Declarations are kept by digest."""

from orderloom.store import lifecycles


def test_a_declaration_is_read_by_its_digest(connection, tenant):
    lifecycles.keep(connection, tenant, "abc", "test.order", "the text")

    assert lifecycles.read(connection, tenant, "abc") == "the text"
    assert lifecycles.read(connection, "somebody-else", "abc") is None


def test_keeping_it_again_changes_nothing(connection, tenant):
    lifecycles.keep(connection, tenant, "abc", "test.order", "the text")

    lifecycles.keep(connection, tenant, "abc", "test.order", "the text")

    assert lifecycles.read(connection, tenant, "abc") == "the text"
