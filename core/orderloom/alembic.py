"""What a host that uses Alembic itself needs: keep its autogenerate off our tables."""

from __future__ import annotations

from collections.abc import Mapping


def include_name(
    name: str | None, type_: str, parent_names: Mapping[str, str | None] | None = None
) -> bool:
    """Whether a host's autogenerate should look at a table, index or column.

    For `context.configure(include_name=orderloom.alembic.include_name)` in the host's `env.py`:
    without it, autogenerate would propose to drop every `ol_` table.

    Args:
        name: of the thing.
        type_: "schema", "table", "column", "index", "unique_constraint" …
        parent_names: of what it belongs to, by kind.
    """
    table = name if type_ == "table" else (parent_names or {}).get("table_name")
    return not (table or "").startswith("ol_")
