"""SQLite has no schemas."""

import pytest

from orderloom import Orderloom, Refused


def test_a_schema_on_sqlite_is_refused_with_the_remedy(sqlite_engine):
    with pytest.raises(Refused, match="a file of their own") as refused:
        Orderloom(sqlite_engine, schema="orders")

    assert refused.value.codes == ("store.no_schemas",)
