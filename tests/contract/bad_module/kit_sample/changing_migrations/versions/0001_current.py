from alembic import op
from kit_sample import current

revision = "sample_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    current.upgrade(op)


def downgrade():
    current.downgrade(op)
