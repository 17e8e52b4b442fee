"""Filters of the queue that an official keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_filter",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account", BIG, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("query", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_report_filter_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_filter")),
        sa.UniqueConstraint("account", "name", name=op.f("uq_report_filter_account_name")),
    )


def downgrade() -> None:
    op.drop_table("report_filter")
