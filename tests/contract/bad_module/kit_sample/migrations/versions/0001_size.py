import sqlalchemy as sa
from alembic import op

from orderloom.store import NAMING, tenant_table, to_tenant

revision = "sample_0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention=NAMING)
tenant_table(
    "ol_sample_size",
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    to_tenant(),
    sa.Index(None, "tenant_id", "lines"),
    primary=("id",),
    metadata=metadata,
)


def upgrade():
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade():
    metadata.drop_all(op.get_bind(), checkfirst=False)
