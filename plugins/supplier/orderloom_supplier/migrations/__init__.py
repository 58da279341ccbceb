"""Alembic revisions of this module's tables, with a version table of their own."""
