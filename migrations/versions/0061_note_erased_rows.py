"""How many rows of a month went with persons who ended their account."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bucket_erased",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rows > 0", name=op.f("ck_bucket_erased_some_rows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bucket_erased")),
    )
    op.create_index("ix_bucket_erased_measure_month", "bucket_erased", ["measure", "month"])


def downgrade() -> None:
    op.drop_index("ix_bucket_erased_measure_month", table_name="bucket_erased")
    op.drop_table("bucket_erased")
