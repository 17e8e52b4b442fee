"""Reasons in the trail lie under a key of the record that they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_key",
        sa.Column("target", sa.String(80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_audit_key")),
    )


def downgrade() -> None:
    op.drop_table("audit_key")
