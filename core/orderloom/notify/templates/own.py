"""A tenant's own templates, kept as rows."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from orderloom.modules.contributions import Template
from orderloom.notify.templates.choosing import OwnTemplates
from orderloom.store.schema import templates

__all__ = ["OwnTemplates", "load_templates", "remove_template", "save_template"]

_row = templates.c
_ALL = sa.select(_row.key, _row.language, _row.subject, _row.text, _row.html).where(
    _row.tenant_id == bindparam("tenant")
)
_REMOVE = sa.delete(templates).where(
    _row.tenant_id == bindparam("tenant"),
    _row.key == bindparam("of"),
    _row.language == bindparam("tag"),
)


def load_templates(connection: Connection, tenant: str) -> OwnTemplates:
    """All of a tenant's own templates."""
    return {
        (row.key, row.language): Template(subject=row.subject, text=row.text, html=row.html)
        for row in connection.execute(_ALL, {"tenant": tenant})
    }


def save_template(
    connection: Connection, tenant: str, key: str, language: str, template: Template
) -> None:
    """Write the template of a notification in a language, in the place of the one there was."""
    remove_template(connection, tenant, key, language)
    connection.execute(
        sa.insert(templates),
        {
            "tenant_id": tenant, "key": key, "language": language,
            "subject": template.subject, "text": template.text, "html": template.html,
        },
    )  # fmt: skip


def remove_template(connection: Connection, tenant: str, key: str, language: str) -> None:
    """Go back to what the module ships."""
    connection.execute(_REMOVE, {"tenant": tenant, "of": key, "tag": language})
