"""The tables of the in-app inbox and what users want to hear."""

from __future__ import annotations

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
