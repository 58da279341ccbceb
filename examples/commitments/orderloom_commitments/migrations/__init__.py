"""Alembic revisions of this module's tables."""
